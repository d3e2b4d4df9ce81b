"""Customers: list, one with all that hangs on it, changes of fields, plain reading with a reason."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Header
from pydantic import AwareDatetime, Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Page, Shown, Words, page
from hub.domain.inputs import FieldName, FieldValues, Text
from hub.domain.refusals import Refusal
from hub.operations.customers import field_switches, reveals
from hub.operations.customers import fields as customer_fields
from hub.operations.customers.profile import AccountView, FieldView
from hub.operations.customers.search import find_customers, list_customers
from hub.operations.desk import Desk
from hub.operations.not_readable import Condition

resource = Resource("customers")
IfMatch = Annotated[str | None, Header(description='The version that was read, as "3"')]


class VersionMissing(Refusal):
    """A change names the version that it was made from, so that nobody overwrites another (R4.1)."""

    article, status = "R4.1", 428
    says = ("缺少请求头 If-Match,或其中不是版本号。", "The header If-Match is missing or holds no version.")
    then = ("请先读取客户,再以其 version 作为 If-Match。", "Read the customer first and send its version as If-Match.")


class CustomerRow(Shown):
    """A customer in a list."""

    id: UUID
    code: str
    licence_no: str
    licence_holder: str
    shop_name: str
    unit_code: str
    stage: str
    settlement_method: str
    settlement_bank: str | None
    version: int
    updated_at: datetime


class FieldShown(Shown):
    """A catalogue field; sensitive values are masked. `condition`: of a sealed one whether it could be read."""

    field: str
    value: str | None
    condition: Condition
    owner: str
    missing: bool
    due_at: datetime | None
    late_days: int
    switched_off: bool


class AccountShown(Shown):
    """A settlement account, its number masked."""

    id: UUID
    channel: str
    kind: str
    masked_number: str
    condition: Condition
    payer_name: str
    state: str
    reason: str | None
    reference: str | None
    version: int


class AuthorisationShown(Shown):
    """What the customer lets a partner have."""

    id: UUID
    channel: str
    purpose: str
    way: str
    given_on: date
    withdrawn_at: datetime | None


class DisclosureShown(Shown):
    """What a partner was given."""

    channel: str
    purpose: str
    fields: list[str]
    ask_id: UUID
    at: datetime


class NoticeShown(Shown):
    """What the customer is to be told, and whether it was."""

    id: UUID
    kind: str
    article: str
    made_at: datetime
    told_at: datetime | None
    told_by: str | None
    way: str | None


class TimelineShown(Shown):
    """One change, in words."""

    at: datetime
    who: str
    what_zh: str
    what_en: str
    article: str
    why: str


class CustomerShown(Shown):
    """A customer with all that hangs on it."""

    customer: CustomerRow
    fields: list[FieldShown]
    accounts: list[AccountShown]
    authorisations: list[AuthorisationShown]
    disclosures: list[DisclosureShown]
    notices: list[NoticeShown]
    timeline: list[TimelineShown]


class Changed(Shown):
    """The record's version after the change."""

    version: int


class FieldChanges(Given):
    """New values of fields, and why."""

    values: FieldValues
    why: Text


class Wanted(Given):
    """Words to find customers by."""

    words: Text
    limit: int = Field(8, ge=1, le=20)


class Searched(Given):
    """Words to search by, and the code behind which the page begins."""

    words: Text
    after: Annotated[str, Field(max_length=64)] = ""
    limit: int = Field(50, ge=1, le=200)


class RevealReason(Given):
    """Why a value is to be read in the clear."""

    reason: Text


class FieldReason(RevealReason):
    """Which field, and why it is to be read in the clear."""

    field: FieldName


class Revealed(Shown):
    """A value in the clear; the reading is in the audit trail."""

    value: str


class FieldSwitch(Given):
    """Whether a field is switched off, and why (R3.2)."""

    off: bool
    why: Text


@resource.get("/customers", list_customers)
def list_them(desk: Desk, after: Words = "", limit: Limit = 50) -> Page[CustomerRow]:
    """The customers of the caller's units by code."""
    rows = list_customers(desk, "", after, limit)
    return Page[CustomerRow].model_validate(page(rows, limit, "code"))


@resource.ask("/customers/search", list_customers)
def search(desk: Desk, given: Searched) -> Page[CustomerRow]:
    """Customers by code that match words; posted, so that no phone or ID number is in a URL."""
    rows = list_customers(desk, given.words, given.after, given.limit)
    return Page[CustomerRow].model_validate(page(rows, given.limit, "code"))


@resource.ask("/customers/find", find_customers)
def find(desk: Desk, given: Wanted) -> list[CustomerRow]:
    """The best few customers for some words, exact code or licence first; posted, so that no number is in a URL."""
    return [CustomerRow.model_validate(row) for row in find_customers(desk, given.words, given.limit)]


@resource.get("/customers/{customer_id}", customer_fields.show_customer)
def show(desk: Desk, customer_id: UUID) -> CustomerShown:
    """One customer."""
    view = customer_fields.show_customer(desk, customer_id)
    return CustomerShown(
        customer=CustomerRow.model_validate(view.customer),
        fields=[_field(entry) for entry in view.fields],
        accounts=[_account(entry) for entry in view.accounts],
        authorisations=[AuthorisationShown.model_validate(row) for row in view.authorisations],
        disclosures=[DisclosureShown.model_validate(row) for row in view.disclosures],
        notices=[NoticeShown.model_validate(row) for row in view.notices],
        timeline=[TimelineShown.model_validate(entry) for entry in view.timeline],
    )


def _field(entry: FieldView) -> FieldShown:
    kept = {name: getattr(entry, name) for name in ("condition", "missing", "due_at", "late_days", "switched_off")}
    return FieldShown(field=entry.field.key, value=entry.value or None, owner=entry.field.owner, **kept)


def _account(entry: AccountView) -> AccountShown:
    columns = {name: getattr(entry.account, name, None) for name in AccountShown.model_fields}
    return AccountShown.model_validate({**columns, "masked_number": entry.masked_number, "condition": entry.condition})


@resource.change("PATCH", "/customers/{customer_id}", customer_fields.change_fields)
def change(desk: Desk, customer_id: UUID, given: FieldChanges, if_match: IfMatch = None) -> Changed:
    """New values of fields, by the post that owns each (R4.1). If-Match holds the version that was read."""
    version = (if_match or "").strip().removeprefix("W/").strip('"')
    if not version.isascii() or not version.isdecimal() or len(version) > 9:
        raise VersionMissing
    return Changed(
        version=customer_fields.change_fields(desk, customer_id, int(version), dict(given.values), given.why)
    )


@resource.ask("/customers/{customer_id}/reveal", reveals.reveal_field)
def reveal(desk: Desk, customer_id: UUID, given: FieldReason) -> Revealed:
    """A sensitive field in the clear, with a reason, audited."""
    return Revealed(value=reveals.reveal_field(desk, customer_id, given.field, given.reason).reveal())


@resource.ask("/accounts/{account_id}/reveal", reveals.reveal_account_number)
def reveal_number(desk: Desk, account_id: UUID, given: RevealReason) -> Revealed:
    """An account's number in the clear, with a reason, audited."""
    return Revealed(value=reveals.reveal_account_number(desk, account_id, given.reason).reveal())


@resource.get("/customers/{customer_id}/as-of", customer_fields.as_of)
def as_of(desk: Desk, customer_id: UUID, moment: AwareDatetime) -> dict[str, str]:
    """The fields as they stood at a moment (with its zone)."""
    return customer_fields.as_of(desk, customer_id, moment)


@resource.get("/fields/switched-off", field_switches.list_switched_off)
def switched_off(desk: Desk) -> list[str]:
    """The catalogue's fields that are switched off (R3.2)."""
    return sorted(field_switches.list_switched_off(desk))


@resource.change("PUT", "/fields/{field}/switch", field_switches.switch_field)
def switch(desk: Desk, field: FieldName, given: FieldSwitch) -> Done:
    """Switch a catalogue field off or on (R3.2)."""
    field_switches.switch_field(desk, field, given.off, given.why)
    return Done()
