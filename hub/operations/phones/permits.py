"""Permits for shared phones: a reason for each customer, two signatures, a file, a visit schedule (R12.5)."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from hub.domain.changes import CASES
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.privacy.masking import Secret, mask_phone
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.states import PERMIT, PermitState
from hub.operations.desk import Desk
from hub.operations.not_readable import instead
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import NotYourPost, close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.customers import customers
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer, PermitMember, PhonePermit
from hub.registry.staff import users
from hub.registry.vault import Destroyed, Unreadable

from .duplicates import mark_of
from .watch_list import LOOKS

ASKS = CASES["phone_permit"].asked_by
CHAIN = dict(zip((PermitState.ASKED, PermitState.CHIEF_SIGNED), CASES["phone_permit"].approvals, strict=True))
"""Who signs in which state, in the article's order (I3)."""
LONGEST = timedelta(days=366)
AT_A_TIME = 200


class OwnPermit(Refusal):
    """Who asked never signs, and nobody signs twice (I3, R12.5)."""

    article = "R12.5"
    says = ("申请人或已签字的人不能再签。", "Neither who asked nor who has signed may sign.")
    then = ("请由另一位该岗位人员签字。", "Let another holder of the post sign.")


class PermitMoved(Refusal):
    """A signature is for what was shown (R12.5)."""

    article = "R12.5"
    says = ("申请内容与您看到的不一致。", "This is not what you were shown.")
    then = ("请刷新页面,核对后再签。", "Reload, check, and sign again.")


@dataclass(frozen=True)
class PermitRequest:
    """Which number, for which customers (by code) with a reason for each, until when, visited how often."""

    number: Secret
    reasons: Mapping[str, str]
    why: str
    until: date
    every_days: int = 30


@operation(
    "phone_permits.ask_permit", article="R12.5", posts=ASKS, title=("申请共用订货电话", "Apply for a shared phone")
)
def ask_permit(desk: Desk, permit: PermitRequest) -> UUID:
    """Write the case down; section chief and internal control are told at once (R12.3). Raises BadInput.

    Customers of several units make it a case of the unit above them all, whose chief and deputy manager sign.
    """
    found = check_value(FIELDS["order_phone"], permit.number.reveal())
    if found.problem:
        raise BadInput(field="电话号码", problem="格式不正确", mend="请填写 11 位手机号或带区号的固定电话。")
    if not today() < permit.until <= today() + LONGEST or not 1 <= permit.every_days <= 90:
        raise BadInput(field="期限或走访间隔", problem="不在允许范围", mend="期限不超过一年,走访间隔 1 至 90 天。")
    if not permit.why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明为什么需要共用。")
    who = _members(desk, permit.reasons)
    unit = users.common_unit(desk.tx, [customer.unit_code for customer, _ in who])
    if unit is None:
        raise BadInput(field="共用客户", problem="没有共同的上级单位", mend="请按单位分别申请。")
    row = PhonePermit(
        id=new_id(),
        unit_code=unit,
        mark=mark_of(desk, found.value),
        masked=mask_phone(found.value),
        why=shortened(permit.why, 200),
        until=permit.until,
        every_days=permit.every_days,
        state=PermitState.ASKED,
        shown_hash=b"",
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_at=now(),
        signed=[],
    )
    first = today() + timedelta(days=permit.every_days)
    row.shown_hash = _hash(row, [(customer.code, reason) for customer, reason in who])
    desk.tx.add(row)
    desk.tx.flush()
    for customer, reason in who:
        desk.tx.add(PermitMember(permit_id=row.id, customer_id=customer.id, reason=reason, visit_on=first, visits=[]))
    desk.tx.flush()
    desk.about("phone_permit", str(row.id))
    _to_sign(desk, row)
    told = (Post.SECTION_CHIEF, Post.INTERNAL_CONTROL)
    tell(desk, "phone_shared", "R12.3", told, unit, in_mail=True, customers=len(who))
    return row.id


def _members(desk: Desk, reasons: Mapping[str, str]) -> list[tuple[Customer, str]]:
    """The customers by code, each with its own reason; one at least of the caller's units, others of any."""
    if not 2 <= len(reasons) <= 50:
        raise BadInput(field="共用客户", problem="须为 2 至 50 户", mend="请逐行填写客户代码和理由。")
    known = {code: customers.by_code(desk.tx, code) for code in sorted(reasons)}
    own = desk.units is None or any(row is not None and row.unit_code in desk.units for row in known.values())
    found = []
    for code, reason in sorted(reasons.items()):
        row = known[code]
        if row is None or not own:  # Without one of their own nobody learns which codes there are.
            raise BadInput(field=f"客户 {code}", problem="没有这个客户", mend="请核对客户代码;至少一户属于本单位。")
        if len(reason.strip()) < 2:
            raise BadInput(field=f"客户 {code}", problem="没有写明理由", mend="每户都须写明共用理由。")
        found.append((row, shortened(reason, 200)))
    return found


def _hash(row: PhonePermit, who: list[tuple[str, str]]) -> bytes:
    words = repr([row.mark, row.why, row.until.isoformat(), row.every_days, sorted(who)])
    return hashlib.sha256(words.encode()).digest()


def _to_sign(desk: Desk, row: PhonePermit) -> None:
    post = CHAIN[PermitState(row.state)]
    subject = ("phone_permit", row.id)
    open_task(desk, "sign_permit", "R12.5", post=post, unit_code=row.unit_code, subject=subject, days=1)


@operation(
    "phone_permits.sign_permit",
    article="R12.5",
    posts=set(CHAIN.values()),
    title=("签批共用订货电话", "Sign for a shared phone"),
    people_only=True,
)
def sign_permit(desk: Desk, permit_id: UUID, agree: bool, why: str, shown: str) -> None:
    """Section chief, then deputy manager. Raises NotFound, NotYourPost, OwnPermit, PermitMoved, BadInput, Stale."""
    row = _permit(desk, permit_id)
    post = CHAIN.get(PermitState(row.state))
    if post is None:
        raise Stale(what="共用电话申请")
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=post)
    if str(desk.actor.user_id) in {str(row.asked_by), *(each["id"] for each in row.signed)}:
        raise OwnPermit()
    who = [(customer.code, member.reason) for member, customer in phone_numbers.members(desk.tx, row.id)]
    if shown != row.shown_hash.hex() or row.shown_hash != _hash(row, who):
        raise PermitMoved()
    if not agree and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    said = {"id": str(desk.actor.user_id), "name": desk.actor.name, "post": post, "at": now().isoformat()}
    row.signed = [*row.signed, said | {"agree": agree, "why": shortened(why, 200)}]
    close_tasks(desk, "phone_permit", row.id, "signed" if agree else "rejected", "sign_permit")
    following = PermitState.CHIEF_SIGNED if row.state == PermitState.ASKED else PermitState.PERMITTED
    _become(row, following if agree else PermitState.REJECTED)
    if row.state == PermitState.CHIEF_SIGNED:
        _to_sign(desk, row)
    elif row.state == PermitState.PERMITTED:
        subject = ("phone_permit", row.id)
        for post in CASES["phone_permit"].files_with:
            open_task(desk, "file_permit", "R12.5", post=post, unit_code=row.unit_code, subject=subject, days=1)


@operation(
    "phone_permits.file_permit", article="R12.5", posts={Post.INTERNAL_CONTROL}, title=("共用电话备案", "File a permit")
)
def file_permit(desk: Desk, permit_id: UUID) -> None:
    """Internal control has it on file. Raises NotFound, NotYourPost, Stale."""
    row = _permit(desk, permit_id)
    if row.unit_code not in desk.covered_units(frozenset({Post.INTERNAL_CONTROL})):
        raise NotYourPost(posts=POST_TITLES[Post.INTERNAL_CONTROL][0])
    if row.state != PermitState.PERMITTED or row.filed_at is not None:
        raise Stale(what="共用电话备案")
    row.filed_at, row.filed_by_name = now(), desk.actor.name
    close_tasks(desk, "phone_permit", row.id, "filed", "file_permit")


@operation(
    "phone_permits.end_permit",
    article="R12.5",
    posts=ASKS | {Post.INTERNAL_CONTROL, Post.SECTION_CHIEF},
    title=("终止共用电话", "End a permit"),
)
def end_permit(desk: Desk, permit_id: UUID, why: str) -> None:
    """No longer needed, or taken back before it was decided; who still shares shows up as unpermitted.

    Of a case that lies above the caller's unit, only who asked takes it back. Raises NotFound, NotYourPost, BadInput.
    """
    row = _permit(desk, permit_id)
    above = desk.units is not None and row.unit_code not in desk.units
    if above and (row.state == PermitState.PERMITTED or row.asked_by != desk.actor.user_id):
        raise NotYourPost(posts=f"{POST_TITLES[Post.INTERNAL_CONTROL][0]}({row.unit_code})")
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    _become(row, PermitState.ENDED if row.state == PermitState.PERMITTED else PermitState.WITHDRAWN)
    row.signed = [*row.signed, {"id": str(desk.actor.user_id), "name": desk.actor.name, "why": shortened(why, 200)}]
    close_tasks(desk, "phone_permit", row.id, row.state)
    _visits_over(desk, row)


def _visits_over(desk: Desk, row: PhonePermit) -> None:
    """Nobody has to go there for this permit any more."""
    for member, _ in phone_numbers.members(desk.tx, row.id):
        close_tasks(desk, f"permit_visit {row.id}", member.customer_id, row.state)


@operation(
    "phone_permits.record_visit",
    article="R12.5",
    posts={Post.INTERNAL_CONTROL},
    title=("登记共用电话走访", "Record a visit about a shared phone"),
)
def record_visit(desk: Desk, permit_id: UUID, customer_id: UUID, note: str) -> None:
    """Internal control has been there; the next visit is counted from today. Raises NotFound, BadInput, Stale."""
    customer = desk.customer(customer_id, "共用电话")
    row = _permit(desk, permit_id)
    member = desk.tx.get(PermitMember, (row.id, customer.id))
    if member is None:
        raise NotFound(what="共用电话")
    if row.state != PermitState.PERMITTED:
        raise Stale(what="共用电话")
    if len(note.strip()) < 2:
        raise BadInput(field="走访情况", problem="没有填写", mend="请写明走访情况。")
    said = {"on": today().isoformat(), "by": desk.actor.name, "note": shortened(note, 200)}
    member.visits = [*member.visits, said]
    member.visit_on = today() + timedelta(days=row.every_days)
    close_tasks(desk, f"permit_visit {row.id}", customer.id, "visited")


@dataclass(frozen=True)
class PermitView:
    """A permit with its customers of the reader's units, and how many of other units."""

    permit: PhonePermit
    members: list[tuple[PermitMember, Customer]]
    elsewhere: int = 0


@dataclass(frozen=True)
class Unpermitted:
    """Customers of the reader's units who share a number that no permit in force covers for them."""

    masked: str
    customers: list[Customer]
    elsewhere: int


@dataclass(frozen=True)
class PermitPage:
    """Permits, and what is shared without one."""

    permits: list[PermitView]
    unpermitted: list[Unpermitted]


@operation(
    "phone_permits.list_permits",
    article="R12.5",
    posts=LOOKS,
    title=("查看共用电话", "See shared phones"),
    changes=False,
    audited=False,
)
def list_permits(desk: Desk) -> PermitPage:
    """Permits of the caller's units and their customers, newest first, and numbers that are shared beyond them."""
    rows = phone_numbers.permits(desk.tx, desk.units, 100)
    return PermitPage([_view(desk, row) for row in rows], list(unpermitted(desk)))


def _view(desk: Desk, row: PhonePermit) -> PermitView:
    members = phone_numbers.members(desk.tx, row.id)
    own = [each for each in members if desk.units is None or each[1].unit_code in desk.units]
    return PermitView(row, own, len(members) - len(own))


def unpermitted(desk: Desk) -> list[Unpermitted]:
    """Numbers that several customers have and no permit covers for all of them (R12.5)."""
    found = []
    for digest, _ in phone_numbers.shared(desk.tx, AT_A_TIME):
        having = phone_numbers.with_digest(desk.tx, digest)
        number, masked = _shared_number(desk, having)
        allowed = phone_numbers.permitted(desk.tx, mark_of(desk, number), today()) if number else frozenset()
        rows = [row for row, _ in having if row.id not in allowed]
        own = [row for row in rows if desk.units is None or row.unit_code in desk.units]
        if own:
            found.append(Unpermitted(masked, own, len(rows) - len(own)))
    return found


def _shared_number(desk: Desk, having: Sequence[tuple[Customer, str]]) -> tuple[str, str]:
    """A number that these have, by the first of them whose token opens, and masked; else empty, and the words for that."""
    words = ""
    for customer, field in having:
        try:
            number = desk.vault.open_field(customer.id, field, customer.sealed[field]).reveal()
        except (Destroyed, Unreadable) as no:
            words = instead(no)
        else:
            return number, mask_phone(number)
    return "", words


def keep_permits(desk: Desk) -> int:
    """Permits that are over end, and visits that are due become tasks; the hub's own step."""
    ended = phone_numbers.over(desk.tx, today(), AT_A_TIME)
    for row in ended:
        _become(row, PermitState.ENDED)
        _visits_over(desk, row)
        tell(desk, "permit_over", "R12.5", (Post.STATISTICS_CLERK, Post.INTERNAL_CONTROL), row.unit_code)
    due = phone_numbers.to_visit(desk.tx, today(), AT_A_TIME)
    for _, row, customer in due:
        open_task(
            desk,
            "permit_visit",
            "R12.5",
            post=Post.INTERNAL_CONTROL,
            unit_code=customer.unit_code,
            subject=(f"permit_visit {row.id}", customer.id),
            customer_id=customer.id,
            days=1,
        )
    return len(ended)


def weekly(desk: Desk) -> int:
    """Once a week internal control is told how many customers share a number without a permit, none included (G14)."""
    day = today()
    monday = day - timedelta(days=day.weekday())
    if phone_numbers.told_since(desk.tx, "phones_shared", datetime.combine(monday, time(), SHANGHAI)):
        return 0
    count = sum(len(each.customers) for each in unpermitted(desk))
    for unit in users.units(desk.tx):
        if unit.parent_code is None:
            tell(desk, "phones_shared", "R12.5", (Post.INTERNAL_CONTROL,), unit.code, customers=count)
    return count


def _permit(desk: Desk, permit_id: UUID) -> PhonePermit:
    row = phone_numbers.permit(desk.tx, permit_id)
    if row is None or not (desk.units is None or row.unit_code in desk.units or _has_own(desk, row)):
        raise NotFound(what="共用电话")
    desk.about("phone_permit", str(row.id))
    desk.at_unit = row.unit_code
    return row


def _has_own(desk: Desk, row: PhonePermit) -> bool:
    return any(customer.unit_code in (desk.units or ()) for _, customer in phone_numbers.members(desk.tx, row.id))


def _become(row: PhonePermit, state: PermitState) -> None:
    if state not in PERMIT[PermitState(row.state)]:
        raise Stale(what="共用电话申请")
    row.state = state
