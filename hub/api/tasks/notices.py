"""Notices to staff, and who has seen them (R17.1)."""

from hub.api.resource import Resource
from hub.operations.tasks import notices

resource = Resource("notices")
resource.shows("/staff-notices", notices.list_notices, "listing")
resource.shows("/staff-notices/unseen", notices.count_notices, "count", key="count")
resource.does("POST", "/staff-notices/{staff_notice_id}/seen", notices.see_notice, "see")
resource.does("POST", "/staff-notices/seen", notices.see_all, "see_all", key="count")
