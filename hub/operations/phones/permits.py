"""Permits for shared phones: a reason for each customer, two signatures, a file, a visit schedule (R12.5)."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.changes import CASES
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.inputs import Label, OptionalText, Text
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
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import Customer, PermitMember, PhonePermit
from hub.registry.staff import users
from hub.registry.vault import Destroyed, Unreadable

from .duplicates import mark_of
from .permit_members import ReasonsMissing, members_of
from .permit_views import MemberView, PermitPage, PermitView, SignatureView, Unpermitted
from .watch_list import LOOKS

ASKS = CASES["phone_permit"].asked_by
# Which post signs in which state, in the article's order (I3).
CHAIN = dict(zip((PermitState.ASKED, PermitState.CHIEF_SIGNED), CASES["phone_permit"].approvals, strict=True))
LONGEST = timedelta(days=366)
AT_A_TIME = 200


class OwnPermit(Refusal):
    """The applicant never signs, and no one signs twice (I3, R12.5)."""

    article = "R12.5"
    says = ("申请人或已签字的人不能再签。", "Neither the applicant nor anyone who has signed may sign.")
    then = ("请由另一位该岗位人员签字。", "Let another holder of the post sign.")


class PermitMoved(Refusal):
    """A signature is for what was shown (R12.5)."""

    article = "R12.5"
    says = ("申请内容与您看到的不一致。", "The application is not what you were shown.")
    then = ("请重新查看,核对后再签。", "Look at it again, check it, and sign again.")


@dataclass(frozen=True)
class PermitRequest:
    """Which number, for which customers (by code) with a reason for each, until when, visited how often."""

    number: Annotated[Secret, Label("电话号码", "Number")]
    reasons: Annotated[dict[str, str], Label("共用客户", "Customers")]
    why: Annotated[Text, Label("说明", "Why")]
    until: Annotated[date, Label("期限", "Until")]
    every_days: Annotated[int, Label("走访间隔(天)", "Visited every (days)")] = 30


@operation(
    "phone_permits.ask_permit", article="R12.5", posts=ASKS, title=("申请共用订货电话", "Apply for a shared phone")
)
def ask_permit(desk: Desk, permit: PermitRequest) -> UUID:
    """Apply for a shared phone; section chief and internal control are told at once (R12.3). Raises BadInput.

    Customers of several units make it a case of the unit above them all, whose chief and deputy manager sign.
    """
    phone = check_value(FIELDS["order_phone"], permit.number.reveal())
    if phone.problem:
        raise BadInput(field="电话号码", problem="格式不正确", mend="请填写 11 位手机号或带区号的固定电话。")
    if not today() < permit.until <= today() + LONGEST or not 1 <= permit.every_days <= 90:
        raise BadInput(field="期限或走访间隔", problem="不在允许范围", mend="期限不超过一年,走访间隔 1 至 90 天。")
    if not permit.why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明为什么需要共用。")
    who = members_of(desk, permit.reasons)
    unit = users.common_unit(desk.tx, [customer.unit_code for customer, _ in who])
    # Units with no common unit above them have no chief in common to sign.
    if unit is None:
        raise BadInput(field="共用客户", problem="没有共同的上级单位", mend="请按单位分别申请。")
    application = PhonePermit(
        id=new_id(),
        unit_code=unit,
        mark=mark_of(desk, phone.value),
        masked=mask_phone(phone.value),
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
    application.shown_hash = hash_of(application, [(customer.code, reason) for customer, reason in who])
    desk.tx.add(application)
    desk.tx.flush()
    for customer, reason in who:
        member = PermitMember(
            permit_id=application.id, customer_id=customer.id, reason=reason, visit_on=first, visits=[]
        )
        member.reason_by_name = desk.actor.name if reason else None
        desk.tx.add(member)
        if not reason:
            _ask_reason(desk, application.id, customer)
    desk.tx.flush()
    desk.about("phone_permit", str(application.id))
    if all(reason for _, reason in who):
        to_sign(desk, application)
    readers = (Post.SECTION_CHIEF, Post.INTERNAL_CONTROL)
    tell(desk, "phone_shared", "R12.3", readers, unit, in_mail=True, customers=len(who))
    return application.id


def _ask_reason(desk: Desk, permit_id: UUID, customer: Customer) -> None:
    """Ask the customer's own account manager for the reason."""
    subject = (f"permit_reason {permit_id}", customer.id)
    unit = customer.unit_code
    open_task(
        desk,
        "permit_reason",
        "R12.8",
        post=Post.ACCOUNT_MANAGER,
        unit_code=unit,
        subject=subject,
        customer_id=customer.id,
        days=1,
    )


def hash_of(permit: PhonePermit, who: list[tuple[str, str]]) -> bytes:
    """What is signed: the number, why, until when, how often visited, and each customer with its reason."""
    # By the number's keyed digest: the hash goes out to signers, and a bare number could be guessed from it.
    words = repr([permit.mark, permit.why, permit.until.isoformat(), permit.every_days, sorted(who)])
    return hashlib.sha256(words.encode()).digest()


def to_sign(desk: Desk, permit: PhonePermit) -> None:
    """Give the next signer a task."""
    post = CHAIN[PermitState(permit.state)]
    subject = ("phone_permit", permit.id)
    open_task(desk, "sign_permit", "R12.5", post=post, unit_code=permit.unit_code, subject=subject, days=1)


@operation(
    "phone_permits.sign_permit",
    article="R12.5",
    posts=set(CHAIN.values()),
    title=("签批共用订货电话", "Sign for a shared phone"),
    people_only=True,
)
def sign_permit(
    desk: Desk,
    permit_id: UUID,
    agree: Annotated[bool, Label("意见", "Opinion")],
    shown: Text,
    why: Annotated[OptionalText, Label("理由", "Remark")] = "",
) -> None:
    """Section chief, then deputy manager; `shown` is the hash that the list gave, so that nothing unseen is signed.

    Raises NotFound, NotYourPost, OwnPermit, PermitMoved, BadInput, Stale.
    """
    permit = my_permit(desk, permit_id)
    post = CHAIN.get(PermitState(permit.state))
    if post is None:
        raise Stale(what="共用电话申请")
    if permit.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=post)
    # As text: signatures are JSON, which knows no UUID.
    if str(desk.actor.user_id) in {str(permit.asked_by), *(signature["id"] for signature in permit.signed)}:
        raise OwnPermit()
    who = [(customer.code, member.reason) for member, customer in phone_numbers.members(desk.tx, permit.id)]
    # Both: that the signer saw the latest version, and that the rows still say what its hash was made of.
    if shown != permit.shown_hash.hex() or permit.shown_hash != hash_of(permit, who):
        raise PermitMoved()
    if not agree and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    if agree and not all(reason for _, reason in who):
        raise ReasonsMissing()
    signature = {"id": str(desk.actor.user_id), "name": desk.actor.name, "post": post, "at": now().isoformat()}
    # A new list: a change inside the JSON column would not be noticed and not be saved.
    permit.signed = [*permit.signed, signature | {"agree": agree, "why": shortened(why, 200)}]
    close_tasks(desk, "phone_permit", permit.id, "signed" if agree else "rejected", "sign_permit")
    following = PermitState.CHIEF_SIGNED if permit.state == PermitState.ASKED else PermitState.PERMITTED
    _become(permit, following if agree else PermitState.REJECTED)
    if permit.state == PermitState.CHIEF_SIGNED:
        to_sign(desk, permit)
    elif permit.state == PermitState.PERMITTED:
        subject = ("phone_permit", permit.id)
        for post in CASES["phone_permit"].files_with:
            open_task(desk, "file_permit", "R12.5", post=post, unit_code=permit.unit_code, subject=subject, days=1)


@operation(
    "phone_permits.file_permit", article="R12.5", posts={Post.INTERNAL_CONTROL}, title=("共用电话备案", "File a permit")
)
def file_permit(desk: Desk, permit_id: UUID) -> None:
    """Internal control puts the permit on file. Raises NotFound, NotYourPost, Stale."""
    permit = my_permit(desk, permit_id)
    if permit.unit_code not in desk.covered_units(frozenset({Post.INTERNAL_CONTROL})):
        raise NotYourPost(posts=POST_TITLES[Post.INTERNAL_CONTROL])
    if permit.state != PermitState.PERMITTED or permit.filed_at is not None:
        raise Stale(what="共用电话备案")
    permit.filed_at, permit.filed_by_name = now(), desk.actor.name
    close_tasks(desk, "phone_permit", permit.id, "filed", "file_permit")


@operation(
    "phone_permits.end_permit",
    article="R12.5",
    posts=ASKS | {Post.INTERNAL_CONTROL, Post.SECTION_CHIEF},
    title=("终止共用电话", "End a permit"),
)
def end_permit(desk: Desk, permit_id: UUID, why: Annotated[Text, Label("理由", "Why")]) -> None:
    """End a permit, or withdraw an undecided application; customers who still share are listed as unpermitted.

    An application above the caller's unit is withdrawn only by its applicant. Raises NotFound, NotYourPost, BadInput,
    Stale.
    """
    permit = my_permit(desk, permit_id)
    # A customer of theirs is enough to see the permit (`my_permit`), not to end what a unit above has granted.
    above = desk.units is not None and permit.unit_code not in desk.units
    if above and (permit.state == PermitState.PERMITTED or permit.asked_by != desk.actor.user_id):
        raise NotYourPost(posts=Post.INTERNAL_CONTROL)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明理由。")
    _become(permit, PermitState.ENDED if permit.state == PermitState.PERMITTED else PermitState.WITHDRAWN)
    # An ending is recorded like a signature: who ended it, and why, beside those who agreed.
    permit.signed = [
        *permit.signed,
        {"id": str(desk.actor.user_id), "name": desk.actor.name, "why": shortened(why, 200)},
    ]
    close_tasks(desk, "phone_permit", permit.id, permit.state)
    _visits_over(desk, permit)


def _visits_over(desk: Desk, permit: PhonePermit) -> None:
    """No more visits are due for this permit."""
    for member, _ in phone_numbers.members(desk.tx, permit.id):
        close_tasks(desk, f"permit_visit {permit.id}", member.customer_id, permit.state)
        close_tasks(desk, f"permit_reason {permit.id}", member.customer_id, permit.state)


@operation(
    "phone_permits.record_visit",
    article="R12.5",
    posts={Post.INTERNAL_CONTROL},
    title=("登记共用电话走访", "Record a visit about a shared phone"),
)
def record_visit(
    desk: Desk, permit_id: UUID, customer_id: UUID, why: Annotated[Text, Label("走访情况", "What was found")]
) -> None:
    """Internal control visited the customer; the next visit is counted from today. Raises NotFound, BadInput, Stale."""
    customer = desk.customer(customer_id, "共用电话")
    permit = my_permit(desk, permit_id)
    member = desk.tx.get(PermitMember, (permit.id, customer.id))
    if member is None:
        raise NotFound(what="共用电话")
    if permit.state != PermitState.PERMITTED:
        raise Stale(what="共用电话")
    if len(why.strip()) < 2:
        raise BadInput(field="走访情况", problem="没有填写", mend="请写明走访情况。")
    visit = {"on": today().isoformat(), "by": desk.actor.name, "note": shortened(why, 200)}
    member.visits = [*member.visits, visit]
    member.visit_on = today() + timedelta(days=permit.every_days)
    close_tasks(desk, f"permit_visit {permit.id}", customer.id, "visited")


@operation(
    "phone_permits.list_permits",
    article="R12.5",
    posts=LOOKS,
    title=("查看共用电话", "See shared phones"),
    changes=False,
    audited=False,
)
def list_permits(desk: Desk) -> PermitPage:
    """Permits of the caller's units and their customers, newest first, and numbers that are shared without one."""
    permits = phone_numbers.permits(desk.tx, desk.units, 100)
    return PermitPage([_view(desk, permit) for permit in permits], unpermitted(desk))


def _view(desk: Desk, permit: PhonePermit) -> PermitView:
    members = phone_numbers.members(desk.tx, permit.id)
    own = [
        view(MemberView, member, code=customer.code, shop_name=customer.shop_name)
        for member, customer in members
        if desk.units is None or customer.unit_code in desk.units
    ]
    return view(
        PermitView,
        permit,
        shown=permit.shown_hash.hex(),
        signed=[SignatureView(signature["name"], signature["why"]) for signature in permit.signed],
        members=own,
        elsewhere=len(members) - len(own),
    )


def unpermitted(desk: Desk) -> list[Unpermitted]:
    """Numbers that several customers have and no permit covers for all of them (R12.5)."""
    numbers = []
    # Over all units: otherwise a number shared across two of them would be on nobody's list.
    for digest, _ in phone_numbers.shared(desk.tx, AT_A_TIME):
        holders = phone_numbers.with_digest(desk.tx, digest)
        # The index holds digests only: the number itself, for the permit's mark, comes from one of its holders.
        number, masked = _shared_number(desk, holders)
        allowed = phone_numbers.permitted(desk.tx, mark_of(desk, number), today()) if number else frozenset()
        sharers = [customer for customer, _ in holders if customer.id not in allowed]
        own = [customer for customer in sharers if desk.units is None or customer.unit_code in desk.units]
        if own:
            codes, ids = [customer.code for customer in own], [customer.id for customer in own]
            numbers.append(Unpermitted(masked, codes, ids, len(sharers) - len(own)))
    return numbers


def _shared_number(desk: Desk, holders: Sequence[tuple[Customer, str]]) -> tuple[str, str]:
    """The shared number and its masked form; ("", words instead of it) when none of the tokens can be opened."""
    words = ""
    for customer, field in holders:
        try:
            number = desk.vault.open_field(customer.id, field, customer.sealed[field]).reveal()
        except (Destroyed, Unreadable) as no:
            words = instead(no)
        else:
            return number, mask_phone(number)
    return "", words


def keep_permits(desk: Desk) -> int:
    """The hub's periodic step: ends expired permits and opens tasks for visits that are due.

    Returns how many permits ended.
    """
    ended = phone_numbers.over(desk.tx, today(), AT_A_TIME)
    for permit in ended:
        _become(permit, PermitState.ENDED)
        _visits_over(desk, permit)
        tell(desk, "permit_over", "R12.5", (Post.STATISTICS_CLERK, Post.INTERNAL_CONTROL), permit.unit_code)
    for _, permit, customer in phone_numbers.to_visit(desk.tx, today(), AT_A_TIME):
        open_task(
            desk,
            "permit_visit",
            "R12.5",
            post=Post.INTERNAL_CONTROL,
            unit_code=customer.unit_code,
            subject=(f"permit_visit {permit.id}", customer.id),
            customer_id=customer.id,
            days=1,
        )
    return len(ended)


def report_unpermitted(desk: Desk) -> int:
    """Once a week internal control is told how many customers share a number without a permit, even if none do (G14).

    Returns the number; 0 in a week that was reported already.
    """
    day = today()
    monday = day - timedelta(days=day.weekday())
    # The periodic step runs every ten seconds; the notice itself says whether this week was reported.
    if phone_numbers.told_since(desk.tx, "phones_shared", datetime.combine(monday, time(), SHANGHAI)):
        return 0
    count = sum(len(number.codes) for number in unpermitted(desk))
    for unit in users.units(desk.tx):
        if unit.parent_code is None:
            tell(desk, "phones_shared", "R12.5", (Post.INTERNAL_CONTROL,), unit.code, customers=count)
    return count


def my_permit(desk: Desk, permit_id: UUID) -> PhonePermit:
    """A permit of the caller's units, or of one of its customers there. Raises NotFound."""
    permit = phone_numbers.permit(desk.tx, permit_id)
    if permit is None or not (desk.units is None or permit.unit_code in desk.units or _has_own(desk, permit)):
        raise NotFound(what="共用电话")
    desk.about("phone_permit", str(permit.id))
    desk.at_unit = permit.unit_code
    return permit


def _has_own(desk: Desk, permit: PhonePermit) -> bool:
    return any(customer.unit_code in (desk.units or ()) for _, customer in phone_numbers.members(desk.tx, permit.id))


def _become(permit: PhonePermit, state: PermitState) -> None:
    if state not in PERMIT[PermitState(permit.state)]:
        raise Stale(what="共用电话申请")
    permit.state = state
