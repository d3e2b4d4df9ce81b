"""The day's mails to internal control (R12.1, R12.2)."""

from hub.api.resource import Resource
from hub.operations.tasks import daily_mail

resource = Resource("mails")
resource.shows("/mails", daily_mail.list_mails, "listing", pick="mails")
resource.shows("/mails/{mail_id}", daily_mail.show_mail, "show")
resource.does("PUT", "/units/{unit_code}/mail-address", daily_mail.set_address, "set_address")
resource.does("POST", "/units/{unit_code}/mail-address/confirm", daily_mail.confirm_address, "confirm_address")
resource.does("POST", "/units/{unit_code}/mail-address/reject", daily_mail.reject_address, "reject_address")
