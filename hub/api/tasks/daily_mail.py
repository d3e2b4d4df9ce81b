"""The day's mails to internal control (R12.1, R12.2)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Shown
from hub.domain.inputs import Code
from hub.operations.desk import Desk
from hub.operations.tasks import daily_mail

resource = Resource("mails")


class MailShown(Shown):
    """A unit's mail of a day; `refused` says in a code word why the last try failed."""

    id: UUID
    unit_code: str
    day: date
    message_id: str
    address: str | None
    subject: str
    entries: int
    made_at: datetime
    tries: int
    sent_at: datetime | None
    refused: str | None


class MailText(MailShown):
    """With its text."""

    body: str


class Address(Given):
    """Where a unit's mails go; empty: as above it."""

    address: Annotated[str, Field(max_length=200)]


@resource.get("/mails", daily_mail.list_mails)
def listing(desk: Desk, limit: Limit = 60) -> list[MailShown]:
    """Mails of the caller's units, newest first."""
    return [MailShown.model_validate(row) for row in daily_mail.list_mails(desk, limit).mails]


@resource.get("/mails/{mail_id}", daily_mail.show_mail)
def show(desk: Desk, mail_id: UUID) -> MailText:
    """One mail."""
    return MailText.model_validate(daily_mail.show_mail(desk, mail_id))


@resource.change("PUT", "/units/{unit_code}/mail-address", daily_mail.set_address)
def set_address(desk: Desk, unit_code: Code, given: Address) -> Done:
    """Ask for the place where a unit's mails go; it counts once another person has confirmed it."""
    daily_mail.set_address(desk, unit_code, given.address)
    return Done()


@resource.change("POST", "/units/{unit_code}/mail-address/confirm", daily_mail.confirm_address)
def confirm_address(desk: Desk, unit_code: Code) -> Done:
    """The second person agrees."""
    daily_mail.confirm_address(desk, unit_code)
    return Done()


@resource.change("POST", "/units/{unit_code}/mail-address/reject", daily_mail.reject_address)
def reject_address(desk: Desk, unit_code: Code) -> Done:
    """The second person disagrees, or the first takes it back."""
    daily_mail.reject_address(desk, unit_code)
    return Done()
