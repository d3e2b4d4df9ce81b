"""The calendar that counts working days: days that staff enter from a notice (R7.3)."""

from hub.api.resource import Resource
from hub.operations.administration import calendar

resource = Resource("applications")
resource.shows("/calendar", calendar.show_calendar, "calendar")
resource.does("POST", "/calendar/days", calendar.enter_days, "enter_days", key="moved")
resource.does("POST", "/calendar/days/{day}/withdraw", calendar.withdraw_day, "withdraw_day", key="moved")
