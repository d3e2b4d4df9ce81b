"""The paper forms of changes: filled in from an application, or empty for the customer to sign (R7.6, R12.4, R14.1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.changes import REASONS, RULES, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import NotFound
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.not_readable import words_instead
from hub.operations.operation import STAFF, operation
from hub.registry import history
from hub.registry.changes import applications
from hub.registry.schema import Application, Customer, Signature
from hub.registry.staff import users
from hub.registry.vault import Destroyed, Unreadable

from .applications import ASKS
from .plan import limits, present, rule_of, values_of, word

Words = tuple[str, str]


@dataclass(frozen=True)
class FormLine:
    """One field: its title, the value before and the one asked for, masked, in both languages."""

    title: Words
    old: Words
    new: Words


@dataclass(frozen=True)
class Form:
    """A form as it is printed. `row` is None on an empty one; each signer comes with what was signed, if anything."""

    title: Words
    rule: Rule
    customer: Customer
    unit: str
    lines: tuple[FormLine, ...]
    reason: Words
    signers: tuple[tuple[Post, Signature | None], ...]
    days: int
    row: Application | None


@operation(
    "forms.show_form",
    article="R16.1",
    posts=STAFF,
    title=("打印变更申请表", "Print an application's form"),
    changes=False,
    audited=False,
)
def show_form(desk: Desk, application_id: UUID) -> Form:
    """The form of an application: values as they were when it was sent, signatures of its last round. Raises NotFound."""
    row = applications.application(desk.tx, application_id)
    if row is None or row.rule not in RULES:
        raise NotFound(what="申请")
    customer = desk.customer(row.customer_id, "申请")
    rule, given = RULES[row.rule], values_of(desk, row)
    lines = tuple(
        FormLine(FIELDS[key].title, _before(desk, customer, key, row.sent_at), _both(key, given[key]))
        for key in rule.sets
        if key in given
    )
    by_step = {each.step: each for each in applications.signatures(desk.tx, row.id) if each.round == row.round}
    signers = tuple((Post(post), by_step.get(step)) for step, post in enumerate(row.chain))
    reason = REASONS.get(row.reason or "", ("", ""))
    unit = _unit(desk, customer)
    return Form(_title(rule), rule, customer, unit, lines, reason, signers, limits(desk, customer, rule)[1], row)


@operation(
    "forms.show_empty_form",
    article="R16.1",
    posts=ASKS,
    title=("打印空白申请表", "Print an empty form"),
    changes=False,
    audited=False,
)
def show_empty_form(desk: Desk, customer_id: UUID, rule_key: str) -> Form:
    """The form with the customer's present values, to be filled in and signed by hand. Raises NotFound, NoSuchRule."""
    customer, rule = desk.customer(customer_id), rule_of(rule_key)
    chain, days = limits(desk, customer, rule)
    lines = tuple(FormLine(FIELDS[key].title, _present(desk, customer, key), ("", "")) for key in rule.sets)
    signers = tuple((post, None) for post in chain)
    return Form(_title(rule), rule, customer, _unit(desk, customer), lines, ("", ""), signers, days, None)


def _title(rule: Rule) -> Words:
    """The name that the article gives the paper; else that of the change."""
    for paper in rule.papers:
        if paper.endswith("_form"):
            return EVIDENCE_KINDS[paper]
    return (f"{rule.title[0]}申请表", f"Application: {rule.title[1]}")


def _unit(desk: Desk, customer: Customer) -> str:
    found = users.unit(desk.tx, customer.unit_code)
    return found.name if found else customer.unit_code


def _both(key: str, value: str) -> Words:
    return word(key, value, 0), word(key, value, 1)


def _before(desk: Desk, customer: Customer, key: str, moment: datetime) -> Words:
    """A field as it was at a moment: by the first change since, else as it is."""
    since = history.first_since(desk.tx, customer.id, key, moment)
    if since is None:
        return _present(desk, customer, key)
    old = str(since.changes[key][0] or "")
    if not FIELDS[key].sensitive or not old:
        return _both(key, old)
    try:
        return _both(key, desk.vault.open_field(customer.id, key, old).reveal())
    except (Destroyed, Unreadable) as no:
        return words_instead(no)


def _present(desk: Desk, customer: Customer, key: str) -> Words:
    try:
        return _both(key, present(desk, customer, key))
    except (Destroyed, Unreadable) as no:
        return words_instead(no)
