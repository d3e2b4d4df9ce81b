"""Planned power cuts with whom to warn, and help for web customers (R11.5, R11.6)."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Made, Moment, Shown, Words
from hub.domain.inputs import Code, Printable, Text
from hub.operations.desk import Desk
from hub.operations.outages import power_cuts, web_help
from hub.operations.outages.power_cuts import CutRequest, CutView
from hub.registry.outages.power_cuts import Line

resource = Resource("power-cuts")
Note = Annotated[str, Printable, Field(max_length=200)]


class Cut(Given):
    """A cut: `scope` unit, route or customers; `named` the routes or customer codes."""

    unit_code: Code
    scope: Code
    begins_at: Moment
    ends_at: Moment
    source: Text
    named: Annotated[list[Text], Field(max_length=5000)] = Field(default_factory=list)


class Moved(Given):
    """The new times, and why."""

    begins_at: Moment
    ends_at: Moment
    why: Text


class CutWhy(Given):
    """A few words."""

    why: Text


class Warned(Given):
    """What was arranged with the customer."""

    arranged: Code
    note: Note = ""


class PartShown(Shown):
    """One account manager's part; its id shows that part alone."""

    id: UUID
    unit_code: str
    manager: str
    total: int
    warned: int


class CutShown(Shown):
    """A cut, and how far the warnings are."""

    id: UUID
    unit_code: str
    scope: str
    named: list[str]
    begins_at: datetime
    ends_at: datetime
    source: str
    state: str
    moved: int
    last_why: str | None
    entered_by_name: str
    parts: list[PartShown]


class WarningShown(Shown):
    """A customer to be warned, or warned."""

    customer_id: UUID
    customer_code: str
    list_id: UUID
    order_on: date
    due_at: datetime
    arranged: str | None
    note: str
    warned_at: datetime | None
    warned_by_name: str | None
    earlier: list[dict[str, Any]]


class ListShown(Shown):
    """A cut with a page of its list."""

    cut: CutShown
    warnings: list[WarningShown]


class Helped(Given):
    """Which help, who placed the order (empty: the caller when on behalf, else the holder), what had failed, when."""

    kind: Code
    note: Text
    ordered_by: Annotated[str, Printable, Field(max_length=64)] = ""
    at: Moment | None = None


class HelpedBy(Given):
    """The same, for a customer by code."""

    code: Code
    kind: Code
    note: Text
    ordered_by: Annotated[str, Printable, Field(max_length=64)] = ""


class HelpShown(Shown):
    """One help."""

    id: UUID
    order_id: UUID
    customer_id: UUID
    kind: str
    ordered_by_name: str
    note: str
    at: datetime
    by_name: str


class MonthShown(Shown):
    """A month of help, and how often each kind."""

    month: str
    counts: dict[str, int]
    rows: list[HelpShown]


def shown(view: CutView) -> CutShown:
    """A cut as the API shows it."""
    parts = [
        PartShown(
            id=each.part.id,
            unit_code=each.part.unit_code,
            manager=each.part.manager,
            total=each.total,
            warned=each.warned,
        )
        for each in view.parts
    ]
    plain = {name: getattr(view.cut, name) for name in CutShown.model_fields if name != "parts"}
    return CutShown(**plain, parts=parts)


def _line(line: Line) -> WarningShown:
    row, _, customer = line
    plain = {name: getattr(row, name) for name in WarningShown.model_fields if name != "customer_code"}
    return WarningShown(**plain, customer_code=customer.code)


@resource.get("/power-cuts", power_cuts.list_cuts)
def cuts(desk: Desk, limit: Limit = 100) -> list[CutShown]:
    """Cuts, planned ones first."""
    return [shown(view) for view in power_cuts.list_cuts(desk, limit)]


@resource.change("POST", "/power-cuts", power_cuts.enter_cut, status=201)
def enter(desk: Desk, given: Cut) -> Made:
    """Enter a cut; the managers get their lists."""
    plain = {name: getattr(given, name) for name in Cut.model_fields}
    return Made(id=power_cuts.enter_cut(desk, CutRequest(**plain | {"named": tuple(given.named)})))


@resource.get("/power-cuts/{cut_id}", power_cuts.show_cut)
def show(desk: Desk, cut_id: UUID, after: Words = "", limit: Limit = 200) -> ListShown:
    """A cut (or one manager's part) with its list, by customer code behind `after`."""
    view, lines = power_cuts.show_cut(desk, cut_id, after, limit)
    return ListShown(cut=shown(view), warnings=[_line(line) for line in lines])


@resource.change("POST", "/power-cuts/{cut_id}/move", power_cuts.move_cut)
def move(desk: Desk, cut_id: UUID, given: Moved) -> Done:
    """It comes at another time."""
    power_cuts.move_cut(desk, cut_id, given.begins_at, given.ends_at, given.why)
    return Done()


@resource.change("POST", "/power-cuts/{cut_id}/off", power_cuts.call_off)
def off(desk: Desk, cut_id: UUID, given: CutWhy) -> Done:
    """It does not come."""
    power_cuts.call_off(desk, cut_id, given.why)
    return Done()


@resource.change("POST", "/power-cuts/{cut_id}/warnings/{customer_id}", power_cuts.record_warning)
def warn(desk: Desk, cut_id: UUID, customer_id: UUID, given: Warned) -> Done:
    """A customer was warned, and what was arranged."""
    power_cuts.record_warning(desk, cut_id, customer_id, given.arranged, given.note)
    return Done()


@resource.get("/help-records", web_help.list_help)
def helped(desk: Desk, month: Words = "", code: Words = "", limit: Limit = 200) -> MonthShown:
    """Help of a month, of one customer when a code is given."""
    found = web_help.list_help(desk, month, code, limit)
    rows = [HelpShown.model_validate(row) for row, _ in found.rows]
    return MonthShown(month=found.month, counts=found.counts, rows=rows)


@resource.change("POST", "/help-records", web_help.record_help_by_code, status=201)
def help_by_code(desk: Desk, given: HelpedBy) -> Made:
    """Record a help for a customer by code."""
    return Made(id=web_help.record_help_by_code(desk, given.code, given.kind, given.ordered_by, given.note))


@resource.change("POST", "/customers/{customer_id}/help-records", web_help.record_help, status=201)
def help_customer(desk: Desk, customer_id: UUID, given: Helped) -> Made:
    """Record a help; the order is recorded with it."""
    made = web_help.record_help(desk, customer_id, given.kind, given.ordered_by, given.note, given.at)
    return Made(id=made)
