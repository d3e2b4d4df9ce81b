"""The list of customers, a customer's page, and changing fields."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import PAGE, act, desk, language, masked, render
from hub.console.typed import number
from hub.domain.cards import CAUSES
from hub.domain.changes import RULES
from hub.domain.customers.fields import GROUP_TITLES, Group, words_of
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import PURPOSES
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.operations import carriers
from hub.operations.changes import temporary
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import reveals
from hub.operations.customers.profile_views import FieldView
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
    with desk(request) as reader:
        rows = list_customers(reader, words, after, PAGE + 1)
        units = unit_names(reader)
    more = len(rows) > PAGE
    return render(request, "customers/list.html", rows=rows[:PAGE], more=more, units=units, words=words, after=after)


@router.post("/find")
def find(request: Request, words: Text = "") -> Response:
    """Live results of the box in the top bar; posted, so that no phone number stands in an address."""
    with desk(request) as reader:
        rows = find_customers(reader, words)
        return render(request, "customers/_found.html", rows=rows, words=words.strip(), units=unit_names(reader))


def unit_names(reader: Desk) -> dict[str, str]:
    """{unit code: name}."""
    return {unit.code: unit.name for unit in users.list_units(reader)}


def customer_page(
    request: Request,
    customer_id: UUID,
    refusal: Refusal | None = None,
    clear: dict[str, str] | None = None,
    **path: object,
) -> Response:
    """All about a customer; `clear` holds what was just revealed, by field or account id."""
    with desk(request) as reader:
        units = unit_names(reader)
        return render(
            request,
            "customers/page.html",
            refusal.status if refusal else 200,
            view=customer_fields.show_customer(reader, customer_id),
            stopped=call_stops.stop_of(reader, customer_id),
            device_reports=device_failures.show_reports(reader, customer_id),
            units=units,
            rules=RULES,
            causes=CAUSES,
            groups=GROUP_TITLES,
            kinds=EVIDENCE_KINDS,
            purposes=PURPOSES,
            ways=authorisations.WAYS,
            order_ways=temporary.WAYS,
            banks=[bank for bank in reader.channels.values() if bank.kind == "bank" and not bank.quarantined],
            today=today().isoformat(),
            shown=_shown(language(request), units),
            refusal=refusal,
            clear=clear or {},
        )


def _shown(tongue: int, units: dict[str, str]) -> Callable[[FieldView], str]:
    """How a field's value is shown: a choice by its title in the reader's language, a unit by its name."""

    def show(entry: FieldView) -> str:
        code = entry.value or ""
        if entry.known.sensitive:
            return masked(code, tongue)
        return units.get(code, code) if entry.field == "unit_code" else words_of(entry.known, code)[tongue]

    return show


@router.get("/{customer_id}")
def page(request: Request, customer_id: UUID) -> Response:
    """All about a customer."""
    return customer_page(request, customer_id)


def _edit(
    request: Request, customer_id: UUID, group: str, given: dict[str, str], refusal: Refusal | None = None
) -> Response:
    with desk(request) as clerk:
        view, units = customer_fields.show_customer(clerk, customer_id), unit_names(clerk)
    return render(
        request,
        "customers/edit.html",
        refusal.status if refusal else 200,
        view=view,
        group=group,
        words=GROUP_TITLES[Group(group)],
        never=customer_fields.NEVER_TYPED,
        shown=_shown(language(request), units),
        given=given,
        refusal=refusal,
    )


@router.get("/{customer_id}/fields/{group}")
def edit(request: Request, customer_id: UUID, group: Group) -> Response:
    """The form for one group of fields."""
    return _edit(request, customer_id, group, {})


@router.post("/{customer_id}/fields/{group}")
async def change(request: Request, customer_id: UUID, group: Group) -> Response:
    """Change fields. When someone else was quicker, both values are shown and nothing is lost."""
    form = {name: str(part) for name, part in (await request.form()).items() if name != "csrf"}
    version, why = number(form.pop("version", ""), "version"), form.pop("why", "").strip()

    def do(clerk: Desk) -> None:
        now = customer_fields.show_customer(clerk, customer_id).values
        changed = {key: text for key, text in form.items() if text.strip() != now.get(key, "")}
        customer_fields.change_fields(clerk, customer_id, version, changed, why or "日常维护")

    def again(refusal: Refusal) -> Response:
        return _edit(request, customer_id, group, form | {"why": why}, refusal)

    return act(request, do, f"/customers/{customer_id}?done=saved#group-{group}", again)


@router.post("/{customer_id}/reveal")
def reveal(request: Request, customer_id: UUID, what: Text = "", reason: Text = "") -> Response:
    """A sensitive field in clear, once, with its reason."""
    return _revealed(request, customer_id, what, lambda clerk: reveals.reveal_field(clerk, customer_id, what, reason))


@router.post("/{customer_id}/accounts/{account_id}/reveal")
def reveal_number(request: Request, customer_id: UUID, account_id: UUID, reason: Text = "") -> Response:
    """An account's number in clear, once, with its reason."""

    def take(clerk: Desk) -> Secret:
        return reveals.reveal_account_number(clerk, account_id, reason)

    return _revealed(request, customer_id, str(account_id), take)


def _revealed(request: Request, customer_id: UUID, what: str, take: Callable[[Desk], Secret]) -> Response:
    try:
        with desk(request) as clerk:
            clear = take(clerk).reveal()
    except Refusal as refusal:
        return customer_page(request, customer_id, refusal)
    return customer_page(request, customer_id, clear={what: clear})


PAGE_OF = "/customers/{customer_id}"
post(router, "/{customer_id}/notices/{notice_id}", accounts.tell_customer, PAGE_OF + "?done=told", customer_page)
post(
    router,
    "/{customer_id}/accounts/{account_id}/end",
    accounts.unbind_account,
    PAGE_OF + "?done=ending#accounts",
    customer_page,
)
post(
    router,
    "/{customer_id}/announce",
    carriers.announce_by_hand,
    PAGE_OF + "?done=announced#accounts",
    customer_page,
)
