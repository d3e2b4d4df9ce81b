"""Everything about one customer for one page: masked fields, accounts, papers, asks, timeline."""

from datetime import datetime
from uuid import UUID

from hub.domain.customers.catalogue import CATALOGUE, FIELDS
from hub.domain.customers.fields import Field, words_of
from hub.domain.onboarding import KIND, STEPS
from hub.domain.privacy.masking import mask_card, mask_id_number, mask_phone
from hub.domain.refusals.phrases import in_both
from hub.domain.settlement.accounts import KIND_TITLES
from hub.domain.wording import states as state_words
from hub.domain.wording.states import by_code
from hub.operations.desk import Desk
from hub.operations.not_readable import condition_of, instead
from hub.operations.tasks.due_dates import known_days, late_by
from hub.operations.views import view, views
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.privacy import authorisations
from hub.registry.schema import Account, Change, Customer
from hub.registry.settlement import accounts, stale_notices
from hub.registry.tasks.tasks import open_tasks_of
from hub.registry.vault import Destroyed, Unreadable

from .completeness import due_of
from .documents_shown import shown_with
from .profile_views import (
    AccountView,
    AgreementView,
    ApplicationView,
    AskView,
    AuthorisationView,
    CustomerRow,
    CustomerView,
    DisclosureView,
    FieldView,
    NoticeView,
    PaperView,
    TaskView,
    TimelineEntry,
)


def page(desk: Desk, customer: Customer, closed: frozenset[str]) -> CustomerView:
    """Everything about the customer, sensitive values masked; `closed`: fields that only their own procedure changes."""
    tx = desk.tx
    return CustomerView(
        view(CustomerRow, customer),
        field_views(desk, customer, closed),
        [_account(desk, account) for account in accounts.accounts_of(tx, customer.id)],
        views(AgreementView, accounts.agreements_of(tx, customer.id)),
        views(PaperView, accounts.papers_of(tx, customer.id)),
        views(AskView, accounts.asks_of(tx, customer.id)),
        [
            view(NoticeView, notice, current=not stale_notices.is_stale(tx, notice))
            for notice in accounts.notices_of(tx, customer.id)
        ],
        views(AuthorisationView, authorisations.authorisations_of(tx, customer.id)),
        views(DisclosureView, authorisations.disclosures_of(tx, customer.id)),
        views(ApplicationView, applications.applications_of(tx, customer.id)),
        views(TaskView, open_tasks_of(tx, customer.id)),
        timeline(desk, customer),
    )


def _account(desk: Desk, account: Account) -> AccountView:
    number = masked_number(desk, account)
    return view(
        AccountView,
        account,
        masked_number=number,
        condition=condition_of(number),
        documents_shown=shown_with(desk, "account", account.id),
    )


def field_views(desk: Desk, customer: Customer, closed: frozenset[str]) -> list[FieldView]:
    """The catalogue's fields that are switched on, with values masked, gaps marked, and how late they are (R3.1)."""
    off = customers.switched_off(desk.tx)
    values = {field.key: field_value(desk, customer, field) for field in CATALOGUE if field.key not in off}
    due = _due(desk, customer, [key for key, shown in values.items() if not shown])
    entries = []
    for key, shown in values.items():
        field = FIELDS[key]
        missing = not shown and (field.required or field.deadline is not None)
        at, late = due.get(field.key, (None, 0)) if missing else (None, 0)
        entries.append(
            FieldView(
                field.key,
                shown or None,
                condition_of(shown),
                field.owner,
                missing,
                due_at=at,
                late_days=late,
                closed=field.key in closed,
            )
        )
    return entries


def _due(desk: Desk, customer: Customer, empty: list[str]) -> dict[str, tuple[datetime, int]]:
    """By field, when it is due and how many working days late: for a new entrant by its step, else by its gap."""
    open_steps = {task.kind: task for task in open_tasks_of(desk.tx, customer.id) if task.kind.startswith(KIND)}
    # Without open steps a new entrant owes nothing yet: gaps are for customers whose onboarding is closed (R3.3).
    if not open_steps:
        return {} if cases.of_customer(desk.tx, customer.id, lock=False) is not None else due_of(desk, customer, empty)
    calendar = known_days(desk.tx)
    dated = [(step, open_steps[KIND + step.key].due_at) for step in STEPS if KIND + step.key in open_steps]
    return {field.key: (at, late_by(calendar, at)) for step, at in dated if at is not None for field in step.fields}


def field_value(desk: Desk, customer: Customer, field: Field) -> str:
    """One field's value as it is stored, codes for choices; a sensitive one masked. Empty when there is none."""
    if field.sensitive:
        token = customer.sealed.get(field.key)
        return mask_field(desk, customer.id, field, token) if token else ""
    return read_plain(customer, field)


def read_plain(customer: Customer, field: Field) -> str:
    """A plain field's value as text; empty when there is none."""
    if not field.core:
        return str(customer.values.get(field.key, ""))
    stored = getattr(customer, COLUMNS.get(field.key, field.key))
    return ("yes" if stored else "no") if isinstance(stored, bool) else str(stored or "")


def mask_field(desk: Desk, customer_id: UUID, field: Field, token: str) -> str:
    """A sealed value, masked by its kind."""
    try:
        clear = desk.vault.open_field(customer_id, field.key, token).reveal()
    except (Destroyed, Unreadable) as no:
        return instead(no)
    if field.kind == "id_number":
        return mask_id_number(clear)
    if field.kind == "phone":
        return mask_phone(clear)
    # Names, addresses and others: a beginning by which a clerk recognises them, three stars whatever their length.
    return clear[:6] + "***" if len(clear) > 6 else clear[:1] + "***"


def masked_number(desk: Desk, account: Account) -> str:
    """An account's number, masked."""
    try:
        number = desk.vault.open_text(
            account.customer_id, f"accounts.number_sealed:{account.id}", account.number_sealed
        )
    except (Destroyed, Unreadable) as no:
        return instead(no)
    return mask_card(number.reveal())


def timeline(desk: Desk, customer: Customer) -> list[TimelineEntry]:
    """The history in words, newest first, without fields that are switched off (R3.2)."""
    # A change that only concerned such fields disappears; one that never named a field stays, for its reason.
    off = customers.switched_off(desk.tx)
    entries = [(change, entry(desk, change, off)) for change in reversed(customers.history(desk.tx, customer.id))]
    return [words for change, words in entries if words.what_zh or not change.changes]


def entry(desk: Desk, change: Change, off: frozenset[str] = frozenset()) -> TimelineEntry:
    """A change in words: which fields, not the sensitive values."""
    zh, en = [], []
    for key, (old, new) in change.changes.items():
        if key in off:
            continue
        field = FIELDS.get(key)
        titles = field.title if field else TITLES.get(key, (key, key))
        # The history holds tokens of sensitive values: only that they changed is told.
        if field and field.sensitive:
            zh.append(f"{titles[0]}已变更")
            en.append(f"{titles[1]} changed")
        else:
            zh.append(f"{titles[0]}:{_word(desk, key, old, 0)} → {_word(desk, key, new, 0)}")
            en.append(f"{titles[1]}: {_word(desk, key, old, 1)} → {_word(desk, key, new, 1)}")
    return TimelineEntry(change.at, change.by_name, ";".join(zh), "; ".join(en), change.article, in_both(change.why))


# Catalogue keys whose column has another name.
COLUMNS = {"customer_code": "code"}
# What the history names besides fields, and the states that these go through.
TITLES = {
    "account": ("结算账户", "Account"),
    "agreement": ("订货协议", "Agreement"),
    "announced": ("已向通讯公司登记的协议", "Announced agreement"),
    "device": ("订货设备", "Ordering device"),
}
STATES = {
    "account": by_code(state_words.ACCOUNT) | KIND_TITLES,
    "agreement": by_code(state_words.AGREEMENT),
    "device": by_code(state_words.DEVICE),
}


def _word(desk: Desk, key: str, value: object, language: int) -> str:
    if value in (None, ""):
        return "—"
    text, field = str(value), FIELDS.get(key)
    if field is not None:
        return words_of(desk.known_field(field), text)[language]
    words = STATES.get(key, {})
    return " ".join(words.get(word, desk.titles_of(word))[language] for word in text.split(" "))
