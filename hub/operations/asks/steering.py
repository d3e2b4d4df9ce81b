"""What staff may do with asks: look, replay, cancel, ask again (R7.9); closing by hand is closing.py."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.capabilities import AT_COUNTER
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.redaction import redact, redact_known
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.operations.not_readable import instead
from hub.operations.operation import operation
from hub.operations.outbox import open_fields
from hub.ports import now
from hub.registry.asks import journal, ledger
from hub.registry.customers import customers
from hub.registry.schema import Ask, Attempt, Closing, Customer, Evidence, Exchange
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

from .consequences import binding_refused
from .outcomes import UNREADABLE, wait

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
ACTS = {Post.STATISTICS_CLERK}
PERSONAL = {"holder_name"}
LETTER = "bank_letter"
"""The kind of paper that settles a doubt by hand (R16.1)."""


class NotNow(Refusal):
    """The ask's state does not allow this step."""

    article = "R7.9"
    says = ("请求当前状态为“{state}”,不能{action}。", "The ask is “{state}”; this cannot be done: {action}.")
    then = ("{advice}", "{advice}")


class OthersToo(Refusal):
    """A package with another unit's customers is for somebody who answers for all of them (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "批次中有其他单位的客户,不能由您办理。",
        "The package holds other units' customers; it is not yours to act on.",
    )
    then = ("请由市公司统计分析员办理。", "Let the company's statistics clerk do it.")


@dataclass(frozen=True)
class ExchangeView:
    """One exchange as people see it: masked."""

    no: int
    path: str
    marked_at: object
    sent: str | None
    status: int | None
    tries: int
    elapsed_ms: int | None
    request_text: str
    reply_text: str | None


@dataclass(frozen=True)
class AttemptView:
    """One attempt with its exchanges."""

    attempt: Attempt
    exchanges: list[ExchangeView]


@dataclass(frozen=True)
class AskView:
    """An ask's page."""

    ask: Ask
    customer: Customer | None
    attempts: list[AttemptView]
    rows: list[Ask]
    closing: Closing | None
    letters: list[Evidence]


@dataclass(frozen=True)
class DoubtView:
    """One line of the doubt desk."""

    ask: Ask
    customer: Customer | None
    hours: float
    partner_said: str
    next_action: tuple[str, str]
    closing: Closing | None


@operation(
    "asks.list_asks", article="R7.9", posts=LOOKS, title=("查看渠道请求", "See asks"), changes=False, audited=False
)
def list_asks(
    desk: Desk, state: str | None = None, channel: str | None = None, after: UUID | None = None, limit: int = 50
) -> list[Ask]:
    """Asks of the caller's units, newest first; `after` is the last id of the page before."""
    return ledger.recent(desk.tx, state=state, channel=channel, after=after, limit=min(limit, 200), units=desk.units)


def my_ask(desk: Desk, ask_id: UUID, *, lock: bool = False) -> Ask:
    """An ask that the caller may act on; of a package, all customers must be theirs. Raises NotFound, OthersToo."""
    ask = ledger.get(desk.tx, ask_id, lock=lock)
    if ask is None:
        raise NotFound(what="请求")
    if ask.customer_id is not None:
        desk.customer(ask.customer_id, "请求")
    elif not _ours(desk, ask)[1]:
        raise OthersToo()
    desk.about("ask", ask.key)
    return ask


def _ours(desk: Desk, ask: Ask) -> tuple[list[Customer], bool]:
    """The caller's customers in a package, and whether those are all. Raises NotFound when there are none."""
    found = ledger.customers_of(desk.tx, ask)
    ours = [each for each in found if desk.units is None or each.unit_code in desk.units]
    if found and not ours:
        raise NotFound(what="请求")
    return ours, len(ours) == len(found)


@operation(
    "asks.show_ask", article="R7.9", posts=LOOKS, title=("查看渠道请求详情", "See an ask"), changes=False, audited=False
)
def show_ask(desk: Desk, ask_id: UUID) -> AskView:
    """One ask with its talk, every sensitive value masked; of a package only the rows of the caller's units."""
    ask = ledger.get(desk.tx, ask_id)
    if ask is None:
        raise NotFound(what="请求")
    owner = desk.customer(ask.customer_id, "请求") if ask.customer_id else None
    ours, all_ours = ([owner], True) if owner else _ours(desk, ask)
    desk.about("ask", ask.key)
    ids = [each.id for each in ours]
    talks = ledger.attempts_of(desk.tx, ask.id) if all_ours else []
    rows = [row for row in ledger.rows_of(desk.tx, ask.id) if row.customer_id in ids]
    known, shut = _known(desk, [ask, *rows])
    return AskView(
        ask,
        owner,
        [AttemptView(attempt, _exchanges(desk, ask, attempt, known, shut)) for attempt in talks],
        rows,
        ledger.open_closing(desk.tx, ask.id),
        accounts.papers_of_kind(desk.tx, ids, LETTER),
    )


def _known(desk: Desk, found: list[Ask]) -> tuple[set[str], Destroyed | Unreadable | None]:
    """The very values that the journal must not show: what was given to the partner about persons.

    Beside them why they are not all known: a talk that cannot be masked is not shown.
    """
    desk.vault.load_keys([ask.customer_id for ask in found if ask.customer_id])
    known: set[str] = set()
    shut: Destroyed | Unreadable | None = None
    for ask in found:
        try:
            fields = open_fields(desk.vault, ask)
        except (Destroyed, Unreadable) as no:
            shut = no
            continue
        known |= {each.reveal() for each in fields.values() if isinstance(each, Secret)}
        known |= {str(fields[name]) for name in PERSONAL & fields.keys()}
    return known, shut


def _exchanges(
    desk: Desk, ask: Ask, attempt: Attempt, known: set[str], shut: Destroyed | Unreadable | None
) -> list[ExchangeView]:
    found = []
    for row in ledger.exchanges_of(desk.tx, attempt.id):
        request, reply = _said(desk, ask, row, known, shut)
        found.append(
            ExchangeView(
                row.no,
                row.path,
                row.marked_at,
                row.sent,
                row.status,
                row.tries,
                row.elapsed_ms,
                request,
                reply,
            )
        )
    return found


def _said(
    desk: Desk, ask: Ask, row: Exchange, known: set[str], shut: Destroyed | Unreadable | None
) -> tuple[str, str | None]:
    """Request and answer as people see them, or what stands in their place."""
    try:
        request, reply = journal.open_exchange(desk.vault, ask, row)
    except (Destroyed, Unreadable) as no:
        shut = no
    if shut is not None:
        there = instead(shut)
        return there, there if row.reply_sealed is not None else None
    return shown(request, known), shown(reply, known) if reply is not None else None


def shown(raw: bytes, known: set[str], most: int = 4000) -> str:
    """Raw bytes as text for a page: masked, then cut when long (cut first, half a number would be no number)."""
    text = redact_known(raw.decode("utf-8", errors="replace"), known)
    return text if len(text) <= most else text[:most] + " …"


@operation("asks.replay", article="R7.9", posts=ACTS, title=("重新发送请求", "Replay an ask"))
def replay(desk: Desk, ask_id: UUID, why: str) -> None:
    """Take an ask that waits for a person up again: asked first when it may have left, else sent, under its key."""
    ask = my_ask(desk, ask_id, lock=True)
    _by_itself(ask, "重新发送")
    if ask.state == AskState.QUEUED:
        wait(desk, ask, "worker", now())
    elif ask.state == AskState.PERSON and ask.sent_at is None:
        ledger.step(ask, AskState.QUEUED)
        wait(desk, ask, "worker", now())
    elif ask.state == AskState.PERSON:
        _question(desk, ask)
    else:
        raise NotNow(state=ask.state, action="重新发送", advice="结果不明的请求只能先查询,不能重发。")
    desk.audit_detail["why"] = why


def cancellable(ask: Ask) -> set[AskState]:
    """Where an ask of this kind may stand to be dropped: nothing left, or nothing ever leaves (a counter's)."""
    own = {AskState.ACCEPTED} if ask.verb == AT_COUNTER else set()
    return {AskState.PLANNED, AskState.QUEUED, AskState.PERSON} | own


@operation("asks.cancel", article="R7.9", posts=ACTS, title=("取消请求", "Cancel an ask"))
def cancel(desk: Desk, ask_id: UUID, why: str) -> None:
    """Drop an ask of which surely nothing has left; an ask that may have left waits for the truth."""
    ask = my_ask(desk, ask_id, lock=True)
    if ask.state not in cancellable(ask) or ask.sent_at or ask.row_no:
        raise NotNow(state=ask.state, action="取消", advice="请求可能已经送达银行,请等待查询结果。")
    ledger.step(ask, AskState.CANCELLED, ended_by=desk.actor.name, reason="cancelled")
    binding_refused(desk, ask, "withdrawn_by_company")
    desk.audit_detail["why"] = why


@operation("asks.ask_again", article="R7.9", posts=ACTS, title=("立即查询", "Ask the partner now"))
def ask_again(desk: Desk, ask_id: UUID) -> None:
    """Put the question to the partner now."""
    ask = my_ask(desk, ask_id, lock=True)
    _by_itself(ask, "查询")
    if ask.state not in (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED, AskState.PERSON) or ask.lease_until:
        raise NotNow(state=ask.state, action="查询", advice="请稍后再试。")
    _question(desk, ask)


def _by_itself(ask: Ask, action: str) -> None:
    """A row travels with its package and is asked about with it. Raises NotNow."""
    if ask.package_id is not None:
        raise NotNow(state=ask.state, action=action, advice="本请求随批次办理,请在批次页面操作。")


def _question(desk: Desk, ask: Ask) -> None:
    if ask.state == AskState.PERSON:
        ledger.step(ask, AskState.ASKED)
        ask.doubt_since = now() if ask.sent_at else None
    wait(desk, ask, "question", now())


NEXT: dict[str, tuple[str, str]] = {
    AskState.IN_DOUBT: ("系统会继续查询,也可立即查询", "The hub goes on asking; or ask now"),
    AskState.ASKED: ("正在查询银行", "The bank is being asked"),
    AskState.PERSON: ("联系银行核实,凭书面答复结案", "Ask the bank, close by its letter"),
}
UNOPENED_WAIT = f"person:{UNREADABLE}"
UNOPENED = (
    "请信息中心核对主密钥和备份,恢复后重新发送",
    "The information centre compares master key and backup; then send it again",
)
PROPOSED = ("结案申请待另一人复核", "A proposal waits for a second person")


@operation(
    "asks.doubts",
    article="R7.9",
    posts=LOOKS,
    title=("查看存疑工作台", "See the doubt desk"),
    changes=False,
    audited=False,
)
def doubts(desk: Desk) -> list[DoubtView]:
    """All asks of the caller's units whose outcome is not known: by their deadline, then longest first."""
    found = ledger.doubtful(desk.tx, desk.units)
    proposed = ledger.open_closings(desk.tx, [ask.id for ask in found])
    moment = now()
    return [
        DoubtView(
            ask,
            customers.get(desk.tx, ask.customer_id) if ask.customer_id else None,
            round((moment - (ask.doubt_since or ask.changed_at)).total_seconds() / 3600, 2),
            redact(" ".join(filter(None, (ask.partner_code, ask.partner_text)))),
            PROPOSED if ask.id in proposed else UNOPENED if ask.waits_for == UNOPENED_WAIT else NEXT[ask.state],
            proposed.get(ask.id),
        )
        for ask in found
    ]
