"""Customers: the list, one with all its records, changes of fields, reading in the clear with a reason."""

from typing import Annotated
from uuid import UUID

from fastapi import Header
from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Given, Limit, Page, Shown, Words, page
from hub.domain.inputs import FieldName, FieldValues, Text
from hub.domain.refusals import Refusal
from hub.operations.customers import completeness, field_switches, reveals
from hub.operations.customers import fields as customer_fields
from hub.operations.customers.profile_views import CustomerRow
from hub.operations.customers.search import find_customers, list_customers
from hub.operations.desk import Desk
from hub.operations.phones import numbers_to_call

resource = Resource("customers")
IfMatch = Annotated[str | None, Header(description='The version that was read, as "3"')]


class VersionMissing(Refusal):
    """A change names the version that it was made from, so that no one overwrites another's change (R4.1)."""

    article, status = "R4.1", 428
    says = ("缺少请求头 If-Match,或其中不是版本号。", "The header If-Match is missing or holds no version.")
    then = ("请先读取客户,再以其 version 作为 If-Match。", "Read the customer first and send its version as If-Match.")


class Changed(Shown):
    """The record's version after the change."""

    version: int


class FieldChanges(Given):
    """New values of fields, and why."""

    values: FieldValues
    why: Text


# A body, where the list of all has a query: what people search by may be a phone or an ID number.
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


class WhichNumber(Given):
    """Which of a customer's two phone numbers."""

    field: FieldName


class Revealed(Shown):
    """A value in the clear; the reading is in the audit trail."""

    value: str


@resource.get("/customers", list_customers)
def list_them(desk: Desk, after: Words = "", limit: Limit = 50) -> Page[CustomerRow]:
    """The customers of the caller's units by code."""
    return Page[CustomerRow].model_validate(page(list_customers(desk, "", after, limit), limit, "code"))


@resource.ask("/customers/search", list_customers)
def search(desk: Desk, given: Searched) -> Page[CustomerRow]:
    """Customers by code that match words; posted, so that no phone or ID number is in a URL."""
    rows = list_customers(desk, given.words, given.after, given.limit)
    return Page[CustomerRow].model_validate(page(rows, given.limit, "code"))


@resource.change("PATCH", "/customers/{customer_id}", customer_fields.change_fields)
def change(desk: Desk, customer_id: UUID, given: FieldChanges, if_match: IfMatch = None) -> Changed:
    """New values of fields, by the post that owns each (R4.1). If-Match holds the version that was read."""
    # The quotes are those of an ETag, W/ a weak one that some proxies make of it; nine digits fit an INTEGER.
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


@resource.ask("/customers/{customer_id}/number-to-call", numbers_to_call.show_number)
def show_number(desk: Desk, customer_id: UUID, given: WhichNumber) -> Revealed:
    """A phone number that the call desk dials today, in the clear, audited."""
    return Revealed(value=numbers_to_call.show_number(desk, customer_id, given.field).reveal())


@resource.ask("/accounts/{account_id}/reveal", reveals.reveal_account_number)
def reveal_number(desk: Desk, account_id: UUID, given: RevealReason) -> Revealed:
    """An account's number in the clear, with a reason, audited."""
    return Revealed(value=reveals.reveal_account_number(desk, account_id, given.reason).reveal())


resource.asks("/customers/find", find_customers, "find")
resource.shows("/customers/{customer_id}", customer_fields.show_customer, "show")
resource.shows("/customers/{customer_id}/as-of", customer_fields.as_of, "as_of")
resource.shows("/fields/switched-off", field_switches.list_switched_off, "switched_off")
resource.does("PUT", "/fields/{field}/switch", field_switches.switch_field, "switch")
resource.shows("/completeness/{unit_code}", completeness.show_completeness, "completeness")
resource.shows("/completeness/{unit_code}/{field}", completeness.list_lacking, "lacking")
