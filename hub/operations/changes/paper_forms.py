"""The paper forms of changes: filled in from an application, or empty for the customer to sign (R7.6, R12.4, R14.1)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.changes import REASONS, RULES, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.plain_text import Bilingual
from hub.domain.refusals import NotFound
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.not_readable import words_instead
from hub.operations.operation import STAFF, operation
from hub.operations.views import view, views
from hub.registry import history
from hub.registry.changes import applications
from hub.registry.schema import Customer
from hub.registry.staff import users
from hub.registry.vault import Destroyed, Unreadable

from .applications import ASKS
from .plan import limits, present, rule_of, values_of, word
from .views import ApplicationView, FormLine, FormView, SignatureView


@operation(
    "forms.show_form",
    article="R16.1",
    posts=STAFF,
    title=("打印变更申请表", "Print an application's form"),
    changes=False,
    audited=False,
)
def show_form(desk: Desk, application_id: UUID) -> FormView:
    """An application's form: values as they were when it was sent, signatures of its last round. Raises NotFound."""
    sent = applications.application(desk.tx, application_id)
    if sent is None or sent.rule not in RULES:
        raise NotFound(what="申请")
    customer = desk.customer(sent.customer_id, "申请")
    rule, values = RULES[sent.rule], values_of(desk, sent)
    lines = tuple(
        FormLine(FIELDS[key].title, _before(desk, customer, key, sent.sent_at), _both(desk, key, values[key]))
        for key in rule.sets
        if key in values
    )
    signatures = views(SignatureView, applications.signatures(desk.tx, sent.id))
    by_step = {signature.step: signature for signature in signatures if signature.round == sent.round}
    signers = tuple((Post(post), by_step.get(step)) for step, post in enumerate(sent.chain))
    reason = REASONS.get(sent.reason or "", ("", ""))
    application = view(ApplicationView, sent)
    return _form(desk, customer, rule, lines=lines, signers=signers, reason=reason, application=application)


@operation(
    "forms.show_empty_form",
    article="R16.1",
    posts=ASKS,
    title=("打印空白申请表", "Print an empty form"),
    changes=False,
    audited=False,
)
def show_empty_form(desk: Desk, customer_id: UUID, rule: str) -> FormView:
    """The form with the customer's present values, to be filled in and signed by hand. Raises NotFound, NoSuchRule."""
    customer, known = desk.customer(customer_id), rule_of(rule)
    lines = tuple(FormLine(FIELDS[key].title, _present(desk, customer, key), ("", "")) for key in known.sets)
    signers = tuple((post, None) for post in limits(desk, customer, known)[0])
    return _form(desk, customer, known, lines=lines, signers=signers, reason=("", ""), application=None)


def _form(
    desk: Desk, customer: Customer, rule: Rule, *, signers: tuple[tuple[Post, SignatureView | None], ...], **more: Any
) -> FormView:
    unit = users.unit(desk.tx, customer.unit_code)
    return view(
        FormView,
        customer,
        title=_title(rule),
        rule=rule.key,
        rule_title=rule.title,
        article=rule.article,
        carried_out_by=rule.carried_out_by,
        days=limits(desk, customer, rule)[1],
        customer_code=customer.code,
        unit=unit.name if unit else customer.unit_code,
        signers=signers,
        signed=[(str(post), signature.user_name if signature else None) for post, signature in signers],
        **more,
    )


def _title(rule: Rule) -> Bilingual:
    """The name that the article gives the paper; else that of the change."""
    for paper in rule.papers:
        if paper.endswith("_form"):
            return EVIDENCE_KINDS[paper]
    return (f"{rule.title[0]}申请表", f"Application: {rule.title[1]}")


def _both(desk: Desk, key: str, value: str) -> Bilingual:
    return word(desk, key, value, 0), word(desk, key, value, 1)


def _before(desk: Desk, customer: Customer, key: str, moment: datetime) -> Bilingual:
    """A field as it was at a moment: the old value of the first change since, or else as it is now."""
    since = history.first_since(desk.tx, customer.id, key, moment)
    if since is None:
        return _present(desk, customer, key)
    old = str(since.changes[key][0] or "")
    if not FIELDS[key].sensitive or not old:
        return _both(desk, key, old)
    try:
        return _both(desk, key, desk.vault.open_field(customer.id, key, old).reveal())
    except (Destroyed, Unreadable) as no:
        return words_instead(no)


def _present(desk: Desk, customer: Customer, key: str) -> Bilingual:
    try:
        return _both(desk, key, present(desk, customer, key))
    except (Destroyed, Unreadable) as no:
        return words_instead(no)
