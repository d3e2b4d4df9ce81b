"""The list of customers, a customer's page, and changing fields."""

from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import PAGE, act, back, desk, language, masked, may, render
from hub.console.typed import number
from hub.console.typography import spoken
from hub.domain.cards import CAUSES
from hub.domain.customers.fields import GROUP_TITLES, Group, words_of
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import PURPOSES
from hub.domain.refusals import NotFound, NotPermitted, Refusal
from hub.domain.settlement.accounts import TAKEN_IN
from hub.operations import carriers
from hub.operations.changes import temporary
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import kept_searches, reveals
from hub.operations.customers.profile_views import FieldView
from hub.operations.customers.search import find_customers, list_customers
from hub.operations.desk import Desk
from hub.operations.grades import certificates
from hub.operations.outages import device_failures
from hub.operations.oversight import spot_checks
from hub.operations.oversight.spot_checks import SpotCheckView
from hub.operations.phones import call_stops, checks, numbers_to_call
from hub.operations.phones.watch_list import WatchView
from hub.operations.privacy import authorisations
from hub.operations.settlement import accounts
from hub.operations.staff import users
from hub.operations.unit_lists.listed import offered
from hub.ports import today

router = APIRouter(prefix="/customers")
Text = Annotated[str, Form()]
# Prefix of the hidden fields that hold what each field held when the form was opened: only fields that differ from it
# are saved, so two people may edit different fields of one customer at the same time.
WAS = "was-"


@router.get("")
def listing(request: Request, search: str = "", after: str = "") -> Response:
    """Customers by code; for a search, those that its words find. `search`: its ticket; `after`: the code before."""
    shown: dict[str, Any] = {"search": search, "after": after, "words": "", "rows": [], "more": False}
    try:
        with desk(request) as reader:
            shown["words"] = words = kept_searches.kept_search(reader, search) if search else ""
            # One more than is shown tells whether there is a next page.
            rows = list_customers(reader, words, after, PAGE + 1)
            shown |= {"rows": rows[:PAGE], "more": len(rows) > PAGE, "units": unit_names(reader)}
    except kept_searches.SearchGone as gone:
        return render(request, "customers/list.html", gone.status, **shown, refusal=gone)
    return render(request, "customers/list.html", **shown)


@router.post("")
def search(request: Request, words: Text = "") -> Response:
    """Look for customers. The address holds a ticket instead of the words, which may be a phone or ID number."""
    with desk(request) as reader:
        ticket = kept_searches.keep_search(reader, words)
    return back(f"/customers?search={ticket}" if ticket else "/customers")


@router.post("/find")
def find(request: Request, words: Text = "") -> Response:
    """Live results of the box in the top bar; posted, so that no phone number stands in an address."""
    with desk(request) as reader:
        rows = find_customers(reader, words)
        return render(request, "customers/_found.html", rows=rows, words=words.strip(), units=unit_names(reader))


def unit_names(reader: Desk) -> dict[str, str]:
    """{unit code: name}."""
    return {unit.code: unit.name for unit in users.list_units(reader)}


def _customer(reader: Desk, request: Request, customer_id: UUID) -> dict[str, object]:
    """All about a customer."""
    units = unit_names(reader)
    return {
        "view": customer_fields.show_customer(reader, customer_id),
        "spot_checks": _spot_checks(reader, customer_id),
        "watches": _watches(reader, customer_id),
        "stopped": call_stops.stop_of(reader, customer_id),
        "certificates": certificates.list_certificates(reader, customer_id)
        if may(reader.actor, "grade_certificates.list_certificates")
        else [],
        "device_reports": device_failures.show_reports(reader, customer_id),
        "units": units,
        "partners": [partner for partner in reader.channels.values() if not partner.quarantined],
        "today": today().isoformat(),
        "shown": _shown(reader, language(request), units),
    }


def _watches(reader: Desk, customer_id: UUID) -> list[WatchView]:
    """Why the customer is watched; nothing for readers who may not know."""
    try:
        return checks.watches_of(reader, customer_id)
    except (NotPermitted, NotFound):
        return []


def _spot_checks(reader: Desk, customer_id: UUID) -> list[SpotCheckView]:
    """Which fields were checked; nothing for readers who may not know."""
    try:
        return spot_checks.list_checks(reader, customer_id)
    except (NotPermitted, NotFound):
        return []


# `clear` holds what was just revealed, by field or account id; it is in this one answer only.
customer_page = page(
    router,
    "/{customer_id}",
    "customers/page.html",
    _customer,
    causes=CAUSES,
    groups=GROUP_TITLES,
    kinds=TAKEN_IN,
    purposes=PURPOSES,
    ways=authorisations.WAYS,
    order_ways=temporary.WAYS,
    sources=spot_checks.SOURCES,
    clear={},
)


def _shown(reader: Desk, tongue: int, units: dict[str, str]) -> Callable[[FieldView], str]:
    """How a field's value is shown: a choice by its title in the reader's language, a unit by its name."""

    def show(entry: FieldView) -> str:
        code = entry.value or ""
        # Masked by the operation already; only "not readable" and the like get words of the reader's language.
        if entry.known.sensitive:
            return masked(code, tongue)
        return (
            units.get(code, code)
            if entry.field == "unit_code"
            else spoken(words_of(reader.known_field(entry.known), code), tongue)
        )

    return show


def _edit(
    request: Request, customer_id: UUID, group: str, given: dict[str, str], refusal: Refusal | None = None
) -> Response:
    with desk(request) as clerk:
        view, shown = (
            customer_fields.show_customer(clerk, customer_id),
            _shown(clerk, language(request), unit_names(clerk)),
        )
        in_group = [entry.known for entry in view.fields if entry.known.group == group]
        offers = {known.key: offered(clerk, view.customer.unit_code, known) for known in in_group}
    return render(
        request,
        "customers/edit.html",
        refusal.status if refusal else 200,
        view=view,
        group=group,
        words=GROUP_TITLES[Group(group)],
        never=customer_fields.NEVER_TYPED,
        offers=offers,
        shown=shown,
        given=given,
        refusal=refusal,
    )


@router.get("/{customer_id}/fields/{group}")
def edit(request: Request, customer_id: UUID, group: Group) -> Response:
    """The form for one group of fields."""
    return _edit(request, customer_id, group, {})


@router.post("/{customer_id}/fields/{group}")
async def change(request: Request, customer_id: UUID, group: Group) -> Response:
    """Save the fields that were changed in the form; where someone else changed the same, both values are shown."""
    form = {name: str(part) for name, part in (await request.form()).items() if name != "csrf"}
    # What is left in `form` afterwards are fields of the customer, each beside what it held before.
    version, why = number(form.pop("version", ""), "version"), form.pop("why", "").strip()
    before = {name.removeprefix(WAS): form.pop(name) for name in list(form) if name.startswith(WAS)}
    changed = {key: text for key, text in form.items() if text.strip() != before.get(key, "").strip()}

    def do(clerk: Desk) -> None:
        customer_fields.change_fields(clerk, customer_id, version, changed, why or "日常维护")

    def again(refusal: Refusal) -> Response:
        return _edit(request, customer_id, group, changed | {"why": why}, refusal)

    done = "saved" if changed else "unchanged"
    # Off the event loop: a lock that somebody holds must not stop everybody's pages.
    return await run_in_threadpool(act, request, do, f"/customers/{customer_id}?done={done}#group-{group}", again)


@router.post("/{customer_id}/reveal")
def reveal(request: Request, customer_id: UUID, what: Text = "", reason: Text = "") -> Response:
    """A sensitive field in clear, once, with its reason."""
    return _revealed(request, customer_id, what, lambda clerk: reveals.reveal_field(clerk, customer_id, what, reason))


@router.post("/{customer_id}/number-to-call/{field}")
def show_number(request: Request, customer_id: UUID, field: str) -> Response:
    """A number that the call desk dials today, in clear, once."""
    return _revealed(request, customer_id, field, lambda clerk: numbers_to_call.show_number(clerk, customer_id, field))


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
        return customer_page(request, refusal, customer_id=customer_id)
    # Shown in the answer to the POST, without a redirect: the value never stands in an address or in the database.
    return customer_page(request, also={"clear": {what: clear}}, customer_id=customer_id)


PAGE_OF = "/customers/{customer_id}"
END, ENDING = "/{customer_id}/accounts/{account_id}/end", PAGE_OF + "?done=ending#accounts"
ANNOUNCED = PAGE_OF + "?done=announced#accounts"
post(router, "/{customer_id}/notices/{notice_id}", accounts.tell_customer, PAGE_OF + "?done=told", customer_page)
post(router, END, accounts.unbind_account, ENDING, customer_page)
post(router, "/{customer_id}/announce", carriers.announce_by_hand, ANNOUNCED, customer_page)
post(router, "/{customer_id}/spot-checks", spot_checks.record_check, PAGE_OF + "?done=spot_checked", customer_page)
