"""The day's mail to internal control: one per unit, retried until sent, to an address that two people set (R12.1)."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Label, Limit
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.tasks import daily_mail
from hub.operations.desk import Desk
from hub.operations.grants import check_second, check_still_asks, nearest
from hub.operations.operation import operation
from hub.operations.views import view, views
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.oversight import audit_chain
from hub.registry.oversight.audit_chain import HeadForged
from hub.registry.schema import Customer, DailyMail, MailAddress, StaffNotice
from hub.registry.staff import users
from hub.registry.tasks import daily_mail as stored_daily_mail

from .notify import tell
from .tasks import close_tasks, open_task

LOOKS = {Post.INTERNAL_CONTROL, Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}
SETS = {Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
# One plain address: nothing that could add a recipient or a header line to the mail.
ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
# How long a worker may hold a mail; longer than any session with the server.
LEASE = timedelta(minutes=5)
# A mail that could not be sent for this long becomes a task.
ON_A_DESK = timedelta(days=1)
UnitCode = Annotated[Code, Label("单位(含下级)", "Unit, with those below")]


class SecondPersonForAddress(Refusal):
    """No one sets alone where internal control's mail goes (G3)."""

    article, status = "G3", 403
    says = (
        "收件地址须由另一人确认,提出人不能自己确认。",
        "An address is set by two people: you cannot confirm your own request.",
    )
    then = (
        "请由本单位或市公司的另一名内管员或信息中心人员确认。",
        "Let someone else of internal control or the information centre confirm it.",
    )


class AddressWaits(Refusal):
    """A unit has one new address at a time (R12.1)."""

    article = "R12.1"
    says = ("{by}提出的收件地址正在等待确认。", "An address requested by {by} is waiting for confirmation.")
    then = ("请先确认或退回。", "Confirm or reject it first.")


@dataclass(frozen=True)
class MailView:
    """A unit's mail of a day; `refused` is the code of the reason why the last try failed."""

    id: UUID
    unit_code: str
    day: date
    message_id: str
    address: str | None
    subject: str
    entries: int
    made_at: datetime
    tries: int
    next_try_at: datetime
    sent_at: datetime | None
    refused: str | None


@dataclass(frozen=True)
class MailText(MailView):
    """A mail with its text."""

    body: str


@dataclass(frozen=True)
class AddressView:
    """Where a unit's mails go, and the address that waits for its confirmation ("": none of its own)."""

    unit_code: str
    address: str | None
    asked: str | None
    asked_by: UUID | None
    asked_by_name: str | None


@dataclass(frozen=True)
class MailPage:
    """Mails, addresses by unit, and how many entries wait for the next mail."""

    mails: list[MailView]
    addresses: dict[str, AddressView]
    waiting: int


def make_mails(desk: Desk) -> int:
    """Make the mail of each unit that has entries, once a day; later entries go with the next. Returns how many."""
    made = 0
    for unit_code, notices in stored_daily_mail.to_mail(desk.tx).items():
        # Entries are locked by `to_mail`, so two workers cannot put one entry into two mails.
        if stored_daily_mail.of_day(desk.tx, unit_code, today()) is None:
            _make(desk, unit_code, notices)
            made += 1
    return made


def _make(desk: Desk, unit_code: str, notices: list[tuple[StaffNotice, Customer | None]]) -> None:
    unit = users.unit(desk.tx, unit_code)
    name, day = unit.name if unit else unit_code, today()
    entries = [_entry(notice, customer) for notice, customer in notices]
    mail = DailyMail(
        id=new_id(),
        unit_code=unit_code,
        day=day,
        message_id=daily_mail.message_id(unit_code, day),
        subject=daily_mail.subject(name, day, len(entries)),
        # The audit chain's newest link goes out with the mail: noted outside, it shows a chain cut later (ADR 0009).
        body=daily_mail.body(name, day, entries, newest_link(desk)),
        entries=len(entries),
        made_at=now(),
        next_try_at=now(),
    )
    desk.tx.add(mail)
    # The mail must exist before its entries refer to it.
    desk.tx.flush()
    for notice, _ in notices:
        notice.mail_id = mail.id


def _entry(notice: StaffNotice, customer: Customer | None) -> daily_mail.Entry:
    return daily_mail.Entry(
        at=notice.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
        article=notice.article,
        customer_code=customer.code if customer else "",
        kind=notice.kind,
        rule=str(notice.details.get("rule", "")),
        ending=str(notice.details.get("ending", "")),
        by_name=notice.by_name,
    )


def claim_mail(desk: Desk) -> DailyMail | None:
    """Take a mail that is due, leased to this worker alone; its address is looked up now. None when no mail is due."""
    mail = stored_daily_mail.next_waiting(desk.tx, now())
    if mail is None:
        return None
    # Looked up with each try, so that a corrected address serves mails that are stuck; the nearest unit above that has
    # one lends it to a unit without.
    known = stored_daily_mail.addresses(desk.tx)
    above = users.units_above(desk.tx, mail.unit_code)
    mail.address = next((known[unit].address for unit in above if unit in known and known[unit].address), None)
    # A lease rather than a lock: no transaction stays open while the server is spoken to. The try counts already now,
    # so that a worker that dies over it is counted, too.
    mail.lease_until, mail.tries = now() + LEASE, mail.tries + 1
    return mail


def settle_mail(desk: Desk, mail_id: UUID, refused: str | None) -> None:
    """Record that the server took the mail, or why not (`refused`): it is retried, and after a day becomes a task."""
    mail = stored_daily_mail.get(desk.tx, mail_id, lock=True)
    # Another worker may have sent it after this one's lease ran out.
    if mail is None or mail.sent_at is not None:
        return
    mail.lease_until, mail.refused = None, refused
    if refused is None:
        mail.sent_at = now()
        stored_daily_mail.entries_gone(desk.tx, mail.id, now())
        close_tasks(desk, "mail", mail.id, "done")
        return
    mail.next_try_at = now() + daily_mail.again_after(mail.tries)
    if now() - mail.made_at >= ON_A_DESK:
        post = Post.INFORMATION_CENTRE
        unit = nearest(desk.tx, post, mail.unit_code)
        open_task(desk, "mail_stuck", "R12.1", post=post, unit_code=unit, subject=("mail", mail.id), days=1)


@operation(
    "mails.list_mails",
    article="R12.1",
    posts=LOOKS,
    title=("查看日报邮件", "See the day's mails"),
    changes=False,
    audited=False,
)
def list_mails(desk: Desk, limit: Limit = 60) -> MailPage:
    """Mails of the caller's units, newest first, and the units' addresses."""
    mails = stored_daily_mail.listed(desk.tx, desk.units, min(limit, 200))
    known = stored_daily_mail.addresses(desk.tx)
    own = {
        unit: view(AddressView, address) for unit, address in known.items() if desk.units is None or unit in desk.units
    }
    return MailPage(views(MailView, mails), own, stored_daily_mail.waiting_entries(desk.tx, desk.units))


@operation(
    "mails.show_mail",
    article="R12.1",
    posts=LOOKS,
    title=("查看日报内容", "Read a day's mail"),
    changes=False,
    audited=False,
)
def show_mail(desk: Desk, mail_id: UUID) -> MailText:
    """One mail with its text. Raises NotFound for another unit's."""
    mail = stored_daily_mail.get(desk.tx, mail_id)
    if mail is None or (desk.units is not None and mail.unit_code not in desk.units):
        raise NotFound(what="日报邮件")
    return view(MailText, mail)


@operation(
    "mails.set_address", article="R12.1", posts=SETS, title=("设置日报收件地址", "Set where mails go"), people_only=True
)
def set_address(
    desk: Desk,
    unit_code: UnitCode,
    address: Annotated[
        str,
        Field(max_length=200),
        Label("邮件地址", "Address", ("留空则取消该单位的地址", "Empty removes the unit's own address")),
    ] = "",
) -> None:
    """Request the address of a unit and of those below without their own; an empty one removes it.

    It takes effect once another person has confirmed it. Raises NotFound, BadInput, AddressWaits.
    """
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    wanted = address.strip()
    if wanted and not ADDRESS.fullmatch(wanted):
        raise BadInput(field="邮件地址", problem="不是邮件地址", mend="请填写一个地址,例如 neiguan@example.com。")
    known = stored_daily_mail.address(desk.tx, unit_code)
    if known is not None and known.asked is not None:
        raise AddressWaits(by=known.asked_by_name)
    if wanted == ((known.address if known else None) or ""):
        return
    if known is None:
        desk.tx.add(known := MailAddress(unit_code=unit_code, by_name=desk.actor.name, at=now()))
    known.asked, known.asked_by, known.asked_by_name, known.asked_at = (
        wanted,
        desk.actor.user_id,
        desk.actor.name,
        now(),
    )
    # The first address, from the settings, has no second person yet.
    if desk.actor == HUB:
        _put(desk, known)
        return
    _tell(desk, "mail_address_asked", unit_code)


@operation(
    "mails.confirm_address",
    article="G3",
    posts=SETS,
    title=("确认日报收件地址", "Confirm where mails go"),
    people_only=True,
)
def confirm_address(desk: Desk, unit_code: UnitCode) -> None:
    """The second person agrees: mails go there from now on.

    Raises NotFound, SecondPersonForAddress, NotTwoPeople, AskedBefore, AskerWithout.
    """
    address = _asked(desk, unit_code)
    if desk.actor.user_id is None or desk.actor.user_id == address.asked_by:
        raise SecondPersonForAddress()
    name = address.asked_by_name or ""
    check_second(desk.tx, desk.actor.user_id, address.asked_by, name, address.asked_at or now())
    check_still_asks(desk.tx, address.asked_by, name, SETS, unit_code)
    desk.audit_detail["asked_by"] = address.asked_by_name
    _put(desk, address)
    _tell(desk, "mail_address_set", unit_code)


@operation(
    "mails.reject_address",
    article="G3",
    posts=SETS,
    title=("退回日报收件地址", "Reject an address for mails"),
    people_only=True,
)
def reject_address(desk: Desk, unit_code: UnitCode) -> None:
    """The second person disagrees, or the first withdraws it: mails go where they went before. Raises NotFound."""
    address = _asked(desk, unit_code)
    desk.audit_detail["asked_by"] = address.asked_by_name
    # As if the present address had been requested: `_put` then only clears the request.
    address.asked = address.address or ""
    _put(desk, address)
    _tell(desk, "mail_address_rejected", unit_code)


def _put(desk: Desk, address: MailAddress) -> None:
    """Put the requested address into force; a unit without an address of its own has no row."""
    if not address.asked:
        desk.tx.delete(address)
        return
    if address.address != address.asked:
        names = dict.fromkeys(name for name in (address.asked_by_name, desk.actor.name) if name)
        address.address, address.by_name, address.at = address.asked, "、".join(names), now()
    address.asked = address.asked_by = address.asked_by_name = address.asked_at = None


def _asked(desk: Desk, unit_code: str) -> MailAddress:
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    address = stored_daily_mail.address(desk.tx, unit_code)
    if address is None or address.asked is None:
        raise NotFound(what="待确认的收件地址")
    return address


def _tell(desk: Desk, kind: str, unit_code: str) -> None:
    """Tell internal control of unit and company on their page: the mail itself may be what was redirected."""
    post = Post.INTERNAL_CONTROL
    for unit in sorted({nearest(desk.tx, post, unit_code), *users.top_units(desk.tx)}):
        tell(desk, kind, "R12.1", [post], unit, name=unit_code)


def newest_link(desk: Desk) -> str:
    """The audit chain's newest link in words, for the day's mail; empty if nothing is sealed or the head is forged."""
    try:
        link = audit_chain.last_link(desk.tx, desk.vault.master)
    except HeadForged:
        # The mail still goes; the sealer raises the alarm.
        return ""
    return link.words if link.no else ""
