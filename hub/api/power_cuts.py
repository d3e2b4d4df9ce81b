"""Planned power cuts, and help for web customers (R11.5, R11.6)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime

from hub.operations import helping, power_cuts
from hub.operations.desk import Desk
from hub.operations.power_cuts import CutRequest

from .resource import Resource
from .shapes import Code, Done, Given, Made, Shown, Text

resource = Resource("power cuts and help")


class CutGiven(Given):
    """A cut as it was announced; routes or codes narrow it down."""

    unit_code: Code
    area: Text
    begins_at: AwareDatetime
    ends_at: AwareDatetime
    source: Text
    routes: list[str] = []
    codes: list[str] = []


class CutShown(Shown):
    """A cut, how many are to be warned, how many were."""

    id: UUID
    unit_code: str
    area: str
    begins_at: datetime
    ends_at: datetime
    source: str
    state: str
    to_warn: int
    warned: int


class WarningShown(Shown):
    """One customer to be warned."""

    customer_id: UUID
    code: str
    arranged: str | None
    note: str | None
    warned_at: datetime | None


class WarningGiven(Given):
    """What was arranged: order_earlier, laptop, elsewhere, on_behalf, none_needed."""

    arranged: Code
    note: str = ""


class Why(Given):
    """A few words."""

    why: Text


class HelpGiven(Given):
    """Which help (terminal, device_found, on_behalf), what happened, who placed the order."""

    kind: Code
    note: Text
    ordered_by: str = ""


class HelpShown(Shown):
    """One help."""

    customer_id: UUID
    at: datetime
    kind: str
    ordered_by: str | None
    note: str
    by_name: str


class HelpMonth(Shown):
    """A month's help, and how often each kind."""

    first: date
    rows: list[HelpShown]
    counts: dict[str, int]


class Returning(Shown):
    """How many temporary changes now return."""

    returning: int


@resource.get("/power-cuts", power_cuts.list_cuts)
def listing(desk: Desk) -> list[CutShown]:
    """Cuts of the caller's units, the latest first."""
    return [_shown(row, found, warned) for row, found, warned in power_cuts.list_cuts(desk)]


def _shown(row: object, found: int, warned: int) -> CutShown:
    kept = {name: getattr(row, name) for name in CutShown.model_fields if name not in ("to_warn", "warned")}
    return CutShown(**kept, to_warn=found, warned=warned)


@resource.change("POST", "/power-cuts", power_cuts.enter_cut, status=201)
def enter(desk: Desk, given: CutGiven) -> Made:
    """Enter a cut; whom to warn is found by itself."""
    said = given.model_dump() | {"routes": tuple(given.routes), "codes": tuple(given.codes)}
    return Made(id=power_cuts.enter_cut(desk, CutRequest(**said)))


@resource.get("/power-cuts/{cut_id}/warnings", power_cuts.show_cut)
def warnings(desk: Desk, cut_id: UUID) -> list[WarningShown]:
    """Whom to warn, those not yet first."""
    _, rows = power_cuts.show_cut(desk, cut_id)
    return [
        WarningShown(
            customer_id=customer.id,
            code=customer.code,
            arranged=row.arranged,
            note=row.note,
            warned_at=row.warned_at,
        )
        for row, customer in rows
    ]


@resource.change("POST", "/power-cuts/{cut_id}/warnings/{customer_id}", power_cuts.warn)
def warn(desk: Desk, cut_id: UUID, customer_id: UUID, given: WarningGiven) -> Done:
    """The customer was warned."""
    power_cuts.warn(desk, cut_id, customer_id, given.arranged, given.note)
    return Done()


@resource.change("POST", "/power-cuts/{cut_id}/end", power_cuts.call_off)
def call_off(desk: Desk, cut_id: UUID, given: Why) -> Done:
    """There will be no cut."""
    power_cuts.call_off(desk, cut_id, given.why)
    return Done()


@resource.get("/help-records", helping.list_help)
def helped(desk: Desk, month: Annotated[str, Query(pattern=r"^(\d{4}-\d{2})?$")] = "") -> HelpMonth:
    """A month's help."""
    found = helping.list_help(desk, month)
    rows = [HelpShown.model_validate(row) for row, _ in found.rows]
    return HelpMonth(first=found.first, rows=rows, counts=found.counts)


@resource.change("POST", "/customers/{customer_id}/help", helping.record_help)
def record_help(desk: Desk, customer_id: UUID, given: HelpGiven) -> Returning:
    """Record help for a web customer."""
    return Returning(returning=helping.record_help(desk, customer_id, given.kind, given.note, given.ordered_by))


@resource.get("/customers/{customer_id}/help", helping.help_page)
def help_of(desk: Desk, customer_id: UUID) -> list[HelpShown]:
    """A customer's help, the latest first."""
    return [HelpShown.model_validate(row) for row in helping.help_page(desk, customer_id)[1]]
