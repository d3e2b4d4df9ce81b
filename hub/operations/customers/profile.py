"""All about one customer for one page: fields masked, accounts, papers, asks, timeline."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.customers.catalogue import BANKS, CATALOGUE, FIELDS
from hub.domain.customers.fields import Field
from hub.domain.onboarding import KIND, STEPS
from hub.domain.privacy.masking import mask_card, mask_id_number, mask_phone
from hub.domain.settlement.accounts import KIND_TITLES
from hub.operations.desk import Desk
from hub.operations.not_readable import Condition, condition_of, instead
from hub.operations.tasks.due_dates import known_days, late_by
from hub.registry.changes import applications
from hub.registry.customers import customers
from hub.registry.privacy import authorisations
from hub.registry.schema import (
    Account,
    Agreement,
    Application,
    Ask,
    Authorisation,
    Change,
    Customer,
    Device,
    Disclosure,
    Evidence,
    Notice,
    Task,
)
from hub.registry.settlement import accounts as stored_accounts
from hub.registry.tasks.tasks import open_tasks_of
from hub.registry.vault import Destroyed, Unreadable


@dataclass(frozen=True)
class FieldView:
    """A field with its value as people see it; of a missing one by when it is due and how many working days late."""

    field: Field
    value: str
    missing: bool
    switched_off: bool = False
    due_at: datetime | None = None
    late_days: int = 0

    @property
    def condition(self) -> Condition:
        """Whether what lies there could be read."""
        return condition_of(self.value) if self.field.sensitive else "readable"


@dataclass(frozen=True)
class AccountView:
    """An account with its masked number."""

    account: Account
    masked_number: str

    @property
    def condition(self) -> Condition:
        """Whether the number could be read."""
        return condition_of(self.masked_number)


@dataclass(frozen=True)
class TimelineEntry:
    """One change, in words."""

    at: datetime
    who: str
    what_zh: str
    what_en: str
    article: str
    why: str


@dataclass(frozen=True)
class CustomerView:
    """A customer's page."""

    customer: Customer
    fields: list[FieldView]
    accounts: list[AccountView]
    agreements: list[Agreement]
    devices: list[Device]
    evidence: list[Evidence]
    asks: list[Ask]
    notices: list[Notice]
    authorisations: list[Authorisation]
    disclosures: list[Disclosure]
    applications: list[Application]
    tasks: list[Task]
    timeline: list[TimelineEntry]

    @property
    def unreadable(self) -> int:
        """How many sealed values cannot be read, although nobody destroyed them."""
        fields, accounts = (view.condition for view in self.fields), (view.condition for view in self.accounts)
        return [*fields, *accounts].count("unreadable")


def page(desk: Desk, customer: Customer) -> CustomerView:
    """Everything about the customer, sensitive values masked."""
    tx = desk.tx
    return CustomerView(
        customer,
        field_views(desk, customer),
        [AccountView(row, masked_number(desk, row)) for row in stored_accounts.accounts_of(tx, customer.id)],
        stored_accounts.agreements_of(tx, customer.id),
        stored_accounts.devices_of(tx, customer.id),
        stored_accounts.papers_of(tx, customer.id),
        stored_accounts.asks_of(tx, customer.id),
        stored_accounts.notices_of(tx, customer.id),
        authorisations.authorisations_of(tx, customer.id),
        authorisations.disclosures_of(tx, customer.id),
        applications.applications_of(tx, customer.id),
        open_tasks_of(tx, customer.id),
        timeline(desk, customer),
    )


def field_views(desk: Desk, customer: Customer) -> list[FieldView]:
    """The catalogue's fields that are switched on, with values masked, gaps marked, and how late they are (R3.1)."""
    off = customers.switched_off(desk.tx)
    due = _due(desk, customer)
    found = []
    for field in CATALOGUE:
        if field.key in off:
            continue
        value = field_value(desk, customer, field)
        missing = not value and (field.required or field.deadline is not None)
        at, late = due.get(field.key, (None, 0)) if missing else (None, 0)
        found.append(FieldView(field, value, missing, due_at=at, late_days=late))
    return found


def _due(desk: Desk, customer: Customer) -> dict[str, tuple[datetime, int]]:
    """By field, when its step is due and how many working days it is late, while the customer is a new entrant."""
    open_steps = {task.kind: task for task in open_tasks_of(desk.tx, customer.id) if task.kind.startswith(KIND)}
    if not open_steps:
        return {}
    calendar = known_days(desk.tx)
    dated = [(step, open_steps[KIND + step.key].due_at) for step in STEPS if KIND + step.key in open_steps]
    return {field.key: (at, late_by(calendar, at)) for step, at in dated if at is not None for field in step.fields}


def field_value(desk: Desk, customer: Customer, field: Field) -> str:
    """One field as people see it: masked, and a choice by its title."""
    if field.sensitive:
        token = customer.sealed.get(field.key)
        return mask_field(desk, customer.id, field, token) if token else ""
    name = "code" if field.key == "customer_code" else field.key
    raw = getattr(customer, name) if field.core else customer.values.get(field.key, "")
    value = ("yes" if raw else "no") if isinstance(raw, bool) else str(raw or "")
    if field.choices and value in field.choices:
        return field.choices[value][0]
    return {"yes": "是", "no": "否"}.get(value, value) if field.kind == "yes_no" else value


def mask_field(desk: Desk, customer_id: UUID, field: Field, token: str) -> str:
    """A sealed value, masked by its kind."""
    try:
        value = desk.vault.open_field(customer_id, field.key, token).reveal()
    except (Destroyed, Unreadable) as no:
        return instead(no)
    if field.kind == "id_number":
        return mask_id_number(value)
    if field.kind == "phone":
        return mask_phone(value)
    return value[:6] + "***" if len(value) > 6 else value[:1] + "***"


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
    """The history in words, newest first; of a field that is switched off nothing is told (R3.2)."""
    off = customers.switched_off(desk.tx)
    told = [(change, entry(change, off)) for change in reversed(customers.history(desk.tx, customer.id))]
    return [each for change, each in told if each.what_zh or not change.changes]


def entry(change: Change, off: frozenset[str] = frozenset()) -> TimelineEntry:
    """A change in words: which fields, not the sensitive values."""
    zh, en = [], []
    for key, (old, new) in change.changes.items():
        if key in off:
            continue
        field = FIELDS.get(key)
        titles = field.title if field else TITLES.get(key, (key, key))
        if field and field.sensitive:
            zh.append(f"{titles[0]}已变更")
            en.append(f"{titles[1]} changed")
        else:
            zh.append(f"{titles[0]}:{_word(field, old, 0)} → {_word(field, new, 0)}")
            en.append(f"{titles[1]}: {_word(field, old, 1)} → {_word(field, new, 1)}")
    return TimelineEntry(change.at, change.by_name, ";".join(zh), "; ".join(en), change.article, change.why)


TITLES = {"account": ("结算账户", "Account")}
WORDS: dict[str, tuple[str, str]] = {
    "filed": ("已申报", "filed"),
    "live": ("生效", "live"),
    "refused": ("未予办理", "refused"),
    "ending": ("正在终止", "ending"),
    "ended": ("已终止", "ended"),
    **BANKS,
    **KIND_TITLES,
}


def _word(field: Field | None, value: object, language: int) -> str:
    if value in (None, ""):
        return "—"
    text = str(value)
    if field and field.choices and text in field.choices:
        return field.choices[text][language]
    if field is None:
        return " ".join(WORDS[word][language] if word in WORDS else word for word in text.split(" "))
    return WORDS[text][language] if text in WORDS else text
