"""The day's mails to internal control: what went, what waits, where each unit's go (R12.1, R12.2)."""

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page
from hub.operations.tasks import daily_mail

router = APIRouter(prefix="/mails")


_listing = page(router, "", "tasks/daily_mail_list.html", {"page": daily_mail.list_mails, "units": unit_names})
page(router, "/{mail_id}", "tasks/daily_mail.html", {"mail": daily_mail.show_mail, "units": unit_names})
post(router, "", daily_mail.set_address, "/mails?done=address_asked", _listing)
post(router, "/addresses/{unit_code}/confirm", daily_mail.confirm_address, "/mails?done=address_set", _listing)
post(router, "/addresses/{unit_code}/reject", daily_mail.reject_address, "/mails?done=address_rejected", _listing)
