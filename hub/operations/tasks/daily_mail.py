"""The day's mail to internal control: made once for a unit and day, sent until the server takes it, to an address of two people (R12.1)."""

import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.tasks import daily_mail
from hub.operations.desk import Desk
from hub.operations.grants import nearest
from hub.operations.operation import operation
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
ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
LEASE = timedelta(minutes=5)
"""How long a worker may have a mail in hand; longer than any talk with the server."""
ON_A_DESK = timedelta(days=1)
"""A mail that did not go for so long is somebody's task."""


class SecondPersonForAddress(Refusal):
    """Nobody alone says where internal control's mail goes (G3)."""

    article, status = "G3", 403
    says = (
        "收件地址须由另一人确认,提出人不能自己确认。",
        "An address is set by two people: nobody confirms what they asked for.",
    )
    then = (
        "请由本单位或市公司的另一名内管员或信息中心人员确认。",
        "Let another of internal control or the centre do it.",
    )


class AddressWaits(Refusal):
    """A unit has one new address at a time (R12.1)."""

    article = "R12.1"
    says = ("{by}提出的收件地址正在等待确认。", "An address that {by} asked for waits to be confirmed.")
    then = ("请先确认或退回。", "Confirm it or send it back first.")


@dataclass(frozen=True)
class MailPage:
    """Mails, addresses by unit, and how many entries wait for the next one."""

    mails: list[DailyMail]
    addresses: dict[str, MailAddress]
    waiting: int


def make_mails(desk: Desk) -> int:
    """Write the mail of each unit that has entries; once a day, what comes later goes with the next. Returns how many."""
    made = 0
    for unit_code, rows in stored_daily_mail.to_mail(desk.tx).items():
        if stored_daily_mail.of_day(desk.tx, unit_code, today()) is None:
            _make(desk, unit_code, rows)
            made += 1
    return made


def _make(desk: Desk, unit_code: str, rows: list[tuple[StaffNotice, Customer | None]]) -> None:
    unit = users.unit(desk.tx, unit_code)
    name, day = unit.name if unit else unit_code, today()
    entries = [_entry(row, customer) for row, customer in rows]
    mail = DailyMail(
        id=new_id(),
        unit_code=unit_code,
        day=day,
        message_id=daily_mail.message_id(unit_code, day),
        subject=daily_mail.subject(name, day, len(entries)),
        body=daily_mail.body(name, day, entries, newest(desk)),
        entries=len(entries),
        made_at=now(),
        next_try_at=now(),
    )
    desk.tx.add(mail)
    desk.tx.flush()
    for row, _ in rows:
        row.mail_id = mail.id


def _entry(row: StaffNotice, customer: Customer | None) -> daily_mail.Entry:
    return daily_mail.Entry(
        at=row.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M"),
        article=row.article,
        customer_code=customer.code if customer else "",
        kind=row.kind,
        rule=str(row.details.get("rule", "")),
        ending=str(row.details.get("ending", "")),
        by_name=row.by_name,
    )


def claim(desk: Desk) -> DailyMail | None:
    """A mail that is to go now, for this worker alone until its lease is over; its address is the unit's of now."""
    mail = stored_daily_mail.next_waiting(desk.tx, now())
    if mail is None:
        return None
    known = stored_daily_mail.addresses(desk.tx)
    above = users.units_above(desk.tx, mail.unit_code)
    mail.address = next((row.address for unit in above if (row := known.get(unit)) and row.address), None)
    mail.lease_until, mail.tries = now() + LEASE, mail.tries + 1
    return mail


def settle(desk: Desk, mail_id: UUID, refused: str | None) -> None:
    """The server took it, or why not: then it is tried again, and after a day it is a task of the information centre."""
    mail = stored_daily_mail.get(desk.tx, mail_id, lock=True)
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
def list_mails(desk: Desk, limit: int = 60) -> MailPage:
    """Mails of the caller's units, newest first, and where these units' go."""
    rows = stored_daily_mail.listed(desk.tx, desk.units, min(limit, 200))
    known = stored_daily_mail.addresses(desk.tx)
    own = {unit: address for unit, address in known.items() if desk.units is None or unit in desk.units}
    return MailPage(rows, own, stored_daily_mail.waiting_entries(desk.tx, desk.units))


@operation(
    "mails.show_mail",
    article="R12.1",
    posts=LOOKS,
    title=("查看日报内容", "Read a day's mail"),
    changes=False,
    audited=False,
)
def show_mail(desk: Desk, mail_id: UUID) -> DailyMail:
    """One mail with its text. Raises NotFound for another unit's."""
    mail = stored_daily_mail.get(desk.tx, mail_id)
    if mail is None or (desk.units is not None and mail.unit_code not in desk.units):
        raise NotFound(what="日报邮件")
    return mail


@operation(
    "mails.set_address", article="R12.1", posts=SETS, title=("设置日报收件地址", "Set where mails go"), people_only=True
)
def set_address(desk: Desk, unit_code: str, address: str) -> None:
    """Ask for the address of a unit and of those below without one of their own; an empty one takes it away.

    It counts once another person has confirmed it. Raises NotFound, BadInput, AddressWaits.
    """
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    given = address.strip()
    if given and not ADDRESS.fullmatch(given):
        raise BadInput(field="邮件地址", problem="不是邮件地址", mend="请填写一个地址,例如 neiguan@example.com。")
    row = stored_daily_mail.address(desk.tx, unit_code)
    if row is not None and row.asked is not None:
        raise AddressWaits(by=row.asked_by_name)
    if given == ((row.address if row else None) or ""):
        return
    if row is None:
        desk.tx.add(row := MailAddress(unit_code=unit_code, by_name=desk.actor.name, at=now()))
    row.asked, row.asked_by, row.asked_by_name, row.asked_at = given, desk.actor.user_id, desk.actor.name, now()
    if desk.actor == HUB:
        _put(desk, row)
        return
    _tell(desk, "mail_address_asked", unit_code)


@operation(
    "mails.confirm_address",
    article="G3",
    posts=SETS,
    title=("确认日报收件地址", "Confirm where mails go"),
    people_only=True,
)
def confirm_address(desk: Desk, unit_code: str) -> None:
    """The second person agrees: mails go there from now on. Raises NotFound, SecondPersonForAddress."""
    row = _asked(desk, unit_code)
    if desk.actor.user_id is None or desk.actor.user_id == row.asked_by:
        raise SecondPersonForAddress()
    desk.audit_detail["asked_by"] = row.asked_by_name
    _put(desk, row)
    _tell(desk, "mail_address_set", unit_code)


@operation(
    "mails.reject_address",
    article="G3",
    posts=SETS,
    title=("退回日报收件地址", "Send an address for mails back"),
    people_only=True,
)
def reject_address(desk: Desk, unit_code: str) -> None:
    """The second person disagrees, or the first takes it back: mails go where they went. Raises NotFound."""
    row = _asked(desk, unit_code)
    desk.audit_detail["asked_by"] = row.asked_by_name
    row.asked = row.address or ""
    _put(desk, row)
    _tell(desk, "mail_address_rejected", unit_code)


def _put(desk: Desk, row: MailAddress) -> None:
    """What was asked for counts; a unit without an address of its own has no row."""
    if not row.asked:
        desk.tx.delete(row)
        return
    if row.address != row.asked:
        names = dict.fromkeys(name for name in (row.asked_by_name, desk.actor.name) if name)
        row.address, row.by_name, row.at = row.asked, "、".join(names), now()
    row.asked = row.asked_by = row.asked_by_name = row.asked_at = None


def _asked(desk: Desk, unit_code: str) -> MailAddress:
    desk.unit(unit_code)
    desk.about("unit", unit_code)
    row = stored_daily_mail.address(desk.tx, unit_code)
    if row is None or row.asked is None:
        raise NotFound(what="待确认的收件地址")
    return row


def _tell(desk: Desk, kind: str, unit_code: str) -> None:
    """Internal control of the unit and of the company reads it on its page: the mail itself may be what was turned."""
    post = Post.INTERNAL_CONTROL
    for unit in sorted({nearest(desk.tx, post, unit_code), *users.top_units(desk.tx)}):
        tell(desk, kind, "R12.1", [post], unit, name=unit_code)


def newest(desk: Desk) -> str:
    """The chain's newest link in words, for the day's mail; empty when nothing is sealed, or the head does not fit."""
    try:
        link = audit_chain.last_link(desk.tx, desk.vault.master)
    except HeadForged:
        return ""
    return link.words if link.no else ""
