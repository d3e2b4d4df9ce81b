"""The list of customers, a customer's page, and changing fields."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import PAGE, act, desk, language, masked, render
from hub.console.typed import number
from hub.domain.cards import CAUSES
from hub.domain.changes import RULES
from hub.domain.customers.fields import GROUP_TITLES, Group
from hub.domain.privacy.purposes import PURPOSES
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.operations import carriers
from hub.operations.changes import temporary
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import reveals
from hub.operations.customers.profile import CustomerView, FieldView
from hub.operations.customers.search import find_customers, list_customers
from hub.operations.desk import Desk
from hub.operations.outages import device_failures
from hub.operations.phones import call_stops
from hub.operations.privacy import authorisations
from hub.operations.settlement import accounts
from hub.operations.staff import users
from hub.ports import today

router = APIRouter(prefix="/customers")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request, after: str = "") -> Response:
    """Customers by code."""
    return _listing(request, "", after)


@router.post("")
def search(request: Request, words: Text = "", after: Text = "") -> Response:
    """Customers found by words; posted, page by page, so that no phone or ID number stands in an address."""
    return _listing(request, words, after)


def _listing(request: Request, words: str, after: str) -> Response:
    with desk(request) as found:
        rows = list_customers(found, words, after, PAGE + 1)
        return render(
            request,
            "customers/list.html",
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
            units=unit_names(found),
            words=words,
            after=after,
        )


@router.post("/find")
def find(request: Request, words: Text = "") -> Response:
    """Live results of the box in the top bar; posted, so that no phone number stands in an address."""
    with desk(request) as found:
        rows = find_customers(found, words)
        return render(request, "customers/_found.html", rows=rows, words=words.strip(), units=unit_names(found))


def unit_names(found: Desk) -> dict[str, str]:
    """{unit code: name}."""
    return {unit.code: unit.name for unit in users.list_units(found)}


def customer_page(
    request: Request, customer_id: UUID, refusal: Refusal | None = None, clear: dict[str, str] | None = None
) -> Response:
    """All about a customer; `clear` holds what was just revealed, by field or account id."""
    with desk(request) as found:
        units = unit_names(found)
        return render(
            request,
            "customers/page.html",
            refusal.status if refusal else 200,
            view=customer_fields.show_customer(found, customer_id),
            stopped=call_stops.stop_of(found, customer_id),
            device_reports=device_failures.show_reports(found, customer_id),
            units=units,
            rules=RULES,
            causes=CAUSES,
            groups=GROUP_TITLES,
            kinds=EVIDENCE_KINDS,
            purposes=PURPOSES,
            ways=authorisations.WAYS,
            order_ways=temporary.WAYS,
            banks=[each for each in found.channels.values() if each.kind == "bank" and not each.quarantined],
            today=today().isoformat(),
            shown=_shown(language(request), units),
            refusal=refusal,
            clear=clear or {},
        )


def _shown(tongue: int, units: dict[str, str]) -> Any:
    """How a field's value is shown: a choice by its title in the reader's language, a unit by its name."""

    def show(view: FieldView) -> str:
        if view.condition != "readable":
            return masked(view.value, tongue)
        if view.field.key == "unit_code":
            return units.get(view.value, view.value)
        for titles in (view.field.choices or {}).values():
            if titles[0] == view.value:
                return titles[tongue]
        return {"是": ("是", "Yes"), "否": ("否", "No")}.get(view.value, (view.value, view.value))[tongue]

    return show


@router.get("/{customer_id}")
def page(request: Request, customer_id: UUID) -> Response:
    """All about a customer."""
    return customer_page(request, customer_id)


def _edit(
    request: Request, customer_id: UUID, group: str, given: dict[str, str], refusal: Refusal | None = None
) -> Response:
    with desk(request) as found:
        view = customer_fields.show_customer(found, customer_id)
        return render(
            request,
            "customers/edit.html",
            refusal.status if refusal else 200,
            view=view,
            group=group,
            words=GROUP_TITLES[Group(group)],
            now_values=_plain(view),
            closed=customer_fields.BY_OTHER_WAYS | customer_fields.by_rule(found, view.customer),
            never=customer_fields.NEVER_TYPED,
            given=given,
            refusal=refusal,
        )


def _plain(view: CustomerView) -> dict[str, str]:
    """What lies in each plain field; a sensitive one is never put into a form."""
    rows = [each.field for each in view.fields if not each.field.sensitive]
    return {field.key: customer_fields.read_plain(view.customer, field) for field in rows}


@router.get("/{customer_id}/fields/{group}")
def edit(request: Request, customer_id: UUID, group: Group) -> Response:
    """The form for one group of fields."""
    return _edit(request, customer_id, group, {})


@router.post("/{customer_id}/fields/{group}")
async def change(request: Request, customer_id: UUID, group: Group) -> Response:
    """Change fields. When someone else was quicker, both values are shown and nothing is lost."""
    form = {name: str(value) for name, value in (await request.form()).items() if name != "csrf"}
    version, why = number(form.pop("version", ""), "version"), form.pop("why", "").strip()

    def do(found: Desk) -> None:
        now = _plain(customer_fields.show_customer(found, customer_id))
        changed = {key: text for key, text in form.items() if text.strip() != now.get(key, "")}
        customer_fields.change_fields(found, customer_id, version, changed, why or "日常维护")

    def again(refusal: Refusal) -> Response:
        return _edit(request, customer_id, group, form | {"why": why}, refusal)

    return act(request, do, f"/customers/{customer_id}?done=saved#group-{group}", again)


@router.post("/{customer_id}/reveal")
def reveal(request: Request, customer_id: UUID, what: Text = "", reason: Text = "") -> Response:
    """A sensitive field in clear, once, with its reason."""
    try:
        with desk(request) as found:
            clear = reveals.reveal_field(found, customer_id, what, reason).reveal()
    except Refusal as refusal:
        return customer_page(request, customer_id, refusal)
    return customer_page(request, customer_id, clear={what: clear})


@router.post("/{customer_id}/accounts/{account_id}/reveal")
def reveal_number(request: Request, customer_id: UUID, account_id: UUID, reason: Text = "") -> Response:
    """An account's number in clear, once, with its reason."""
    try:
        with desk(request) as found:
            clear = reveals.reveal_account_number(found, account_id, reason).reveal()
    except Refusal as refusal:
        return customer_page(request, customer_id, refusal)
    return customer_page(request, customer_id, clear={str(account_id): clear})


@router.post("/{customer_id}/notices/{notice_id}")
def told(request: Request, customer_id: UUID, notice_id: UUID, way: Text = "phone") -> Response:
    """The customer was told (R7.9)."""

    def do(found: Desk) -> None:
        accounts.tell_customer(found, notice_id, way)

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=told", again)


@router.post("/{customer_id}/accounts/{account_id}/end")
def end(
    request: Request, customer_id: UUID, account_id: UUID, version: Annotated[int, Form()] = 0, why: Text = ""
) -> Response:
    """Ask the bank to end an account."""

    def do(found: Desk) -> None:
        accounts.unbind_account(found, account_id, version, why)

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=ending#accounts", again)


@router.post("/{customer_id}/announce")
def announce(request: Request, customer_id: UUID, agreement_no: Text = "") -> Response:
    """Give the carrier code and order day now (R7.7, R7.8)."""
    return act(
        request,
        lambda found: carriers.announce_by_hand(found, customer_id, agreement_no),
        f"/customers/{customer_id}?done=announced#accounts",
        lambda refusal: customer_page(request, customer_id, refusal),
    )
