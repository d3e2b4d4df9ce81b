"""Announcing customer code and order day to a carrier that has a new agreement, within a working day (R7.7, R7.8)."""

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from hub.domain.capabilities import Capability
from hub.domain.customers.choices import DEVICE_METHODS, ORDER_METHODS
from hub.domain.identifiers import agreement_number
from hub.domain.inputs import Code, Label
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import ORDERING
from hub.domain.privacy.redaction import redact
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.ports import now, today
from hub.registry.asks import ledger
from hub.registry.carriers import announcements, order_methods
from hub.registry.reconciliation import differences
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import Agreement, Ask, Customer
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

from .desk import Desk
from .operation import operation
from .outbox import leave, leaving_fields, open_fields
from .tasks.due_dates import due_after
from .tasks.tasks import close_tasks, open_task

VERB, BATCH = "announce_customer", "announce_customers"
WHAT, TASK = "not_announced", "announce"
# R7.7, R7.8: the carrier is told within one working day.
WORKING_DAYS = 1
# Agreements in one step, to keep its transaction short; the rest follows in ten seconds.
AT_A_TIME = 200


class NoOrderDay(Refusal):
    """A carrier wants the customer's order day with the code (R7.7, R7.8)."""

    article = "R7.7"
    says = ("客户 {code} 没有订货日,不能向通讯公司登记。", "Customer {code} has no order day; nothing is announced.")
    then = ("请先录入订货日,录入后自动登记。", "Enter the order day; it is then announced automatically.")


class NoAgreementThere(Refusal):
    """The customer has no such agreement with a carrier in force (R7.7, R7.8)."""

    article = "R7.7"
    says = (
        "客户 {code} 没有编号为 {number} 的、在用的订货协议。",
        "Customer {code} has no ordering agreement {number} in force.",
    )
    then = ("请核对协议编号。", "Check the agreement number.")


class UnderWay(Refusal):
    """The announcement is queued or has been sent (R7.7)."""

    article = "R7.7"
    says = ("正在向通讯公司登记客户 {code},不需要重复登记。", "Customer {code} is being announced already.")
    then = ("请在“银行、通讯办理记录”里查看结果。", "See its progress under “Asks”.")


class KnownThere(Refusal):
    """The carrier already has code and order day (R7.7)."""

    article = "R7.7"
    says = (
        "通讯公司已经登记客户 {code} 的代码和订货日。",
        "The carrier already has code and order day of customer {code}.",
    )
    then = (
        "不需要办理;订货日变更后系统会自动重新登记。",
        "No action needed; a changed order day is announced automatically.",
    )


class NothingInForce(Refusal):
    """Ordering by a carrier's device takes an agreement and a device in force there (R7.7, R7.8)."""

    article = "R7.19"
    says = (
        "客户 {code} 在通讯公司没有生效的协议和已绑定的设备,不能改为“{method}”。",
        "Customer {code} has no agreement and no device in force at the carrier; the order method cannot be: {method_en}.",
    )
    then = (
        "请客户到通讯公司签订协议、领取设备;通讯公司告知后,系统当日自动改为该订货方式。",
        "Let the customer sign there and take the device; when the carrier reports both, the method is set by itself.",
    )


def without_device(desk: Desk, customer: Customer, method: str) -> NothingInForce | None:
    """What stands against a device's order method: agreement or device is not in force."""
    if method not in DEVICE_METHODS or order_methods.holds(desk.tx, customer.id, method, today()):
        return None
    zh, en = ORDER_METHODS[method]
    return NothingInForce(code=customer.code, method=zh, method_en=en)


def announce(desk: Desk, capability: Capability, agreement: Agreement) -> bool:
    """Queue the announcement, for the next package where the carrier takes batches; False when something is missing.

    What is missing (order day, authorisation) is filed as a difference until it is there.
    """
    customer = desk.tx.get(Customer, agreement.customer_id)
    if customer is None or not capability.can(VERB) or ledger.open_ask(desk.tx, agreement.id):
        return False
    try:
        _leave(desk, capability, customer, agreement)
    except Refusal as refusal:
        # Nothing was written yet: the order day and the permit are checked before the ask is made.
        missing = "order_day" if isinstance(refusal, NoOrderDay) else refusal.code
        _stuck(desk, customer, agreement, {"missing": missing}, {})
        return False
    return True


def _leave(desk: Desk, capability: Capability, customer: Customer, agreement: Agreement) -> Ask:
    if not customer.values.get("order_day"):
        raise NoOrderDay(code=customer.code)
    return leave(
        desk,
        customer,
        agreement.channel,
        VERB,
        subject=("agreement", agreement.id),
        article=article_of(agreement),
        values=announced_values(desk, customer, agreement),
        planned=capability.can(BATCH),
        extra_fields=leaving_fields(capability, BATCH) if capability.can(BATCH) else frozenset(),
    )


def article_of(agreement: Agreement) -> str:
    """The row of the regulation that the agreement falls under."""
    return "R7.8" if agreement.kind == "two_party" else "R7.7"


def _stuck(
    desk: Desk,
    customer: Customer,
    agreement: Agreement,
    ours: Mapping[str, str],
    refusal: Mapping[str, str],
    evidence: str | None = None,
) -> None:
    """File a difference and a task for the clerk, due a working day after the carrier reported the agreement.

    `ours`: what we lack. `refusal`: the carrier's no, by our reason and in its own words.
    """
    theirs = {"state": "live", "agreement_no": agreement.agreement_no, **refusal}
    about = ("agreement", agreement.agreement_no, WHAT)
    difference = DifferenceFound(*about, customer.id, customer.code, None, dict(ours), theirs)
    # Two people accepted exactly this state: neither the difference nor its task comes back.
    if differences.is_explained(desk.tx, agreement.channel, difference):
        return
    since = agreement.unannounced_since or now()
    due = due_after(desk.tx, since, WORKING_DAYS)
    differences.open_difference(
        desk.tx, agreement.channel, difference, "mend_and_announce", now(), decide_by=due.moment, evidence=evidence
    )
    open_task(
        desk,
        TASK,
        article_of(agreement),
        post=Post.STATISTICS_CLERK,
        unit_code=customer.unit_code,
        subject=("agreement", agreement.id),
        customer_id=customer.id,
        days=WORKING_DAYS,
        since=since,
        details={**ours, **refusal, "channel": agreement.channel, "agreement_no": agreement.agreement_no},
    )


def announced_values(desk: Desk, customer: Customer, agreement: Agreement) -> dict[str, Any]:
    """The values that a plugin may ask for about a customer who orders through its carrier."""
    token = customer.sealed.get("order_phone")
    phone = desk.vault.open_field(customer.id, "order_phone", token) if token else ""
    return {
        "customer_code": customer.code,
        "licence_no": customer.licence_no,
        "holder_name": customer.licence_holder,
        "shop_name": customer.shop_name,
        "order_day": str(customer.values.get("order_day", "")),
        "phone": Secret(phone) if isinstance(phone, str) else phone,
        "agreement_no": agreement.agreement_no,
    }


def carriers_of(desk: Desk) -> list[str]:
    """Channels to which code and order day are announced."""
    return sorted(key for key, capability in desk.channels.items() if capability.can(VERB))


def order_day_changed(desk: Desk, customer_id: UUID) -> None:
    """The order day changed: the customer's carriers must be told within a working day."""
    if known := carriers_of(desk):
        announcements.note_new_day(desk.tx, customer_id, known, now())


def announce_waiting(desk: Desk, customer: Customer) -> None:
    """Try again at once, because something that was missing may be there now; the periodic step tries the rest."""
    for agreement in announcements.waiting_of(desk.tx, customer.id):
        capability = desk.channels.get(agreement.channel)
        if capability is not None:
            announce(desk, capability, agreement)


def keep_announcements(desk: Desk) -> int:
    """Announce what can be announced, file the rest as differences, close those that resolved; returns the count."""
    over = announcements.ended_differences(desk.tx, AT_A_TIME)
    for difference in over:
        _close(desk, difference.channel, difference.number)
    waiting = announcements.agreements_to_announce(desk.tx, carriers_of(desk), ORDERING, today(), AT_A_TIME)
    for agreement in waiting:
        announce(desk, desk.channels[agreement.channel], agreement)
    return len(over) + len(waiting)


def _close(desk: Desk, channel: str, agreement_no: str) -> None:
    differences.close_number(desk.tx, channel, agreement_no, WHAT, now(), desk.actor.name)
    agreement = accounts.agreement_numbered(desk.tx, channel, agreement_no)
    if agreement is not None:
        close_tasks(desk, "agreement", agreement.id, "announced", TASK)


def announcement_accepted(desk: Desk, ask: Ask) -> Agreement | None:
    """The carrier knows what was announced; an order day that changed meanwhile is still to be announced."""
    # Locked: a change of the order day either waits for this, or is seen by the comparison below.
    agreement = announcements.lock_agreement(desk.tx, ask.subject_id)
    if agreement is None:
        return None
    agreement.delivered_at = now()
    if _announced_day(desk, ask) == announcements.order_day(desk.tx, agreement.customer_id):
        agreement.unannounced_since = None
        _close(desk, agreement.channel, agreement.agreement_no)
    return agreement


def _announced_day(desk: Desk, ask: Ask) -> str | None:
    """The announced order day; None when it can no longer be read, so that it is announced again."""
    try:
        return str(open_fields(desk.vault, ask).get("order_day", ""))
    except (Unreadable, Destroyed):
        return None


def announcement_refused(desk: Desk, ask: Ask, reason: str) -> None:
    """The carrier refused (deposit not paid, another phone): staff correct it and announce by hand."""
    agreement = announcements.lock_agreement(desk.tx, ask.subject_id)
    customer = desk.tx.get(Customer, ask.customer_id)
    if agreement is not None and customer is not None and agreement.unannounced_since is not None:
        words = redact(" ".join(filter(None, (ask.partner_code, ask.partner_text))))
        _stuck(desk, customer, agreement, {}, {"refused": reason, "said": words}, f"ask {ask.id}")


@operation(
    "announcing.announce_by_hand",
    article="R7.7",
    posts={Post.STATISTICS_CLERK},
    title=("向通讯公司登记客户", "Announce a customer"),
)
def announce_by_hand(
    desk: Desk, customer_id: UUID, agreement_no: Annotated[Code, Label("协议编号", "Agreement number")]
) -> UUID:
    """Announce code and order day now, as after a refusal that was corrected; returns the ask's id.

    Raises NoAgreementThere, KnownThere, UnderWay, NoOrderDay and the gate's refusals (G2).
    """
    customer, agreement_no = desk.customer(customer_id), agreement_number(agreement_no)
    numbered = [known for known in accounts.agreements_of(desk.tx, customer.id) if known.agreement_no == agreement_no]
    live = [known for known in numbered if known.state == "live" and known.channel in carriers_of(desk)]
    # Locked, so that the periodic step does not announce it at the same moment.
    agreement = announcements.lock_agreement(desk.tx, live[0].id) if live else None
    if agreement is None:
        raise NoAgreementThere(code=customer.code, number=agreement_no)
    if agreement.unannounced_since is None:
        raise KnownThere(code=customer.code)
    if ledger.open_ask(desk.tx, agreement.id):
        raise UnderWay(code=customer.code)
    return _leave(desk, desk.channels[agreement.channel], customer, agreement).id
