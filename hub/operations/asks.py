"""What staff may do with asks: look, replay, cancel, ask again, close by hand with a paper (R7.9, R16.1)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.people import Post
from hub.domain.privacy import Secret
from hub.domain.redaction import redact, redact_known
from hub.domain.refusals import NotFound, Refusal
from hub.domain.states import AskState
from hub.ports import now
from hub.registry import asks, customers, journal, settlement
from hub.registry.schema import Ask, Attempt, Customer
from hub.registry.vault import Unreadable

from .ask_desk import open_fields
from .consequences import binding_live, binding_refused
from .desk import Desk
from .facts import wait
from .operation import operation

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
ACTS = {Post.STATISTICS_CLERK}
PERSONAL = {"holder_name"}


class NotNow(Refusal):
    """The ask's state does not allow this step (decision 10)."""

    article = "R7.9"
    says = ("请求当前状态为“{state}”,不能{action}。", "The ask is “{state}”; this cannot be done: {action}.")
    then = ("{advice}", "{advice}")


class PaperNeeded(Refusal):
    """Closing an unknown outcome by hand needs the bank's own paper (R16.1)."""

    article = "R16.1"
    says = ("人工结案需要银行书面答复。", "Closing by hand needs the bank's letter.")
    then = ("请先在客户页面上传银行书面答复。", "Upload the bank's letter on the customer's page first.")


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


@dataclass(frozen=True)
class DoubtView:
    """One line of the doubt desk."""

    ask: Ask
    customer: Customer | None
    hours: float
    partner_said: str
    next_action: tuple[str, str]


@operation(article="R7.9", posts=LOOKS, title=("查看渠道请求", "See asks"), changes=False, audited=False)
def list_asks(
    desk: Desk, state: str | None = None, channel: str | None = None, after: UUID | None = None, limit: int = 50
) -> list[Ask]:
    """Asks of the caller's units, newest first; `after` is the last id of the page before."""
    return asks.recent(desk.tx, state=state, channel=channel, after=after, limit=min(limit, 200), units=desk.units)


def _mine(desk: Desk, ask_id: UUID, *, lock: bool = False) -> Ask:
    ask = asks.get(desk.tx, ask_id, lock=lock)
    if ask is None:
        raise NotFound(what="请求")
    if ask.customer_id is not None:
        desk.customer(ask.customer_id)
    desk.about("ask", ask.key)
    return ask


@operation(article="R7.9", posts=LOOKS, title=("查看渠道请求详情", "See an ask"), changes=False, audited=False)
def show_ask(desk: Desk, ask_id: UUID) -> AskView:
    """One ask with its talk, every sensitive value masked."""
    ask = _mine(desk, ask_id)
    owner = customers.get(desk.tx, ask.customer_id) if ask.customer_id else None
    rows = asks.rows_of(desk.tx, ask.id)
    known = _known(desk, [ask, *rows])
    talks = asks.attempts_of(desk.tx, ask.id)
    return AskView(ask, owner, [AttemptView(talk, _exchanges(desk, ask, talk, known)) for talk in talks], rows)


def _known(desk: Desk, found: list[Ask]) -> set[str]:
    """The very values that the journal must not show: what was given to the partner about persons."""
    desk.vault.load_keys([ask.customer_id for ask in found if ask.customer_id])
    known: set[str] = set()
    for ask in found:
        try:
            fields = open_fields(desk.vault, ask)
        except Unreadable:
            continue
        known |= {each.reveal() for each in fields.values() if isinstance(each, Secret)}
        known |= {str(fields[name]) for name in PERSONAL & fields.keys()}
    return known


def _exchanges(desk: Desk, ask: Ask, attempt: Attempt, known: set[str]) -> list[ExchangeView]:
    found = []
    for row in asks.exchanges_of(desk.tx, attempt.id):
        try:
            request, reply = journal.opened(desk.vault, ask, row)
        except Unreadable:
            request, reply = b"", None
        found.append(
            ExchangeView(
                row.no,
                row.path,
                row.marked_at,
                row.sent,
                row.status,
                row.tries,
                row.elapsed_ms,
                shown(request, known),
                shown(reply, known) if reply is not None else None,
            )
        )
    return found


def shown(raw: bytes, known: set[str], most: int = 4000) -> str:
    """Raw bytes as text for a page: masked, then cut when long (cut first, half a number would be no number)."""
    text = redact_known(raw.decode("utf-8", errors="replace"), known)
    return text if len(text) <= most else text[:most] + " …"


@operation(article="R7.9", posts=ACTS, title=("重新发送请求", "Replay an ask"))
def replay(desk: Desk, ask_id: UUID, why: str) -> None:
    """Take an ask that waits for a person up again: asked first when it may have left, else sent, under its key."""
    ask = _mine(desk, ask_id, lock=True)
    if ask.state == AskState.QUEUED:
        wait(desk, ask, "worker", now())
    elif ask.state == AskState.PERSON and ask.sent_at is None:
        asks.step(ask, AskState.QUEUED)
        wait(desk, ask, "worker", now())
    elif ask.state == AskState.PERSON:
        _question(desk, ask)
    else:
        raise NotNow(state=ask.state, action="重新发送", advice="结果不明的请求只能先查询,不能重发。")
    desk.audit_detail["why"] = why


@operation(article="R7.9", posts=ACTS, title=("取消请求", "Cancel an ask"))
def cancel(desk: Desk, ask_id: UUID, why: str) -> None:
    """Drop an ask of which surely nothing has left; an ask that may have left waits for the truth."""
    ask = _mine(desk, ask_id, lock=True)
    if ask.state not in (AskState.PLANNED, AskState.QUEUED, AskState.PERSON) or ask.sent_at or ask.package_id:
        raise NotNow(state=ask.state, action="取消", advice="请求可能已经送达银行,请等待查询结果。")
    asks.step(ask, AskState.CANCELLED, ended_by=desk.actor.name, reason="cancelled")
    binding_refused(desk, ask, "withdrawn_by_company")
    desk.audit_detail["why"] = why


@operation(article="R7.9", posts=ACTS, title=("立即查询", "Ask the partner now"))
def ask_again(desk: Desk, ask_id: UUID) -> None:
    """Put the question to the partner now."""
    ask = _mine(desk, ask_id, lock=True)
    if ask.state not in (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED, AskState.PERSON) or ask.lease_until:
        raise NotNow(state=ask.state, action="查询", advice="请稍后再试。")
    _question(desk, ask)


def _question(desk: Desk, ask: Ask) -> None:
    if ask.state == AskState.PERSON:
        asks.step(ask, AskState.ASKED)
        ask.doubt_since = now() if ask.sent_at else None
    wait(desk, ask, "question", now())


@operation(article="R7.9", posts=ACTS, title=("人工结案", "Close an ask by hand"))
def close_by_hand(desk: Desk, ask_id: UUID, outcome: str, why: str, evidence_id: UUID) -> None:
    """Settle an unknown outcome by the bank's letter: live or refused. A second person's look is part of issue B."""
    ask = _mine(desk, ask_id, lock=True)
    if ask.state not in (AskState.PERSON, AskState.IN_DOUBT, AskState.ASKED) or ask.lease_until:
        raise NotNow(state=ask.state, action="人工结案", advice="只有结果不明的请求可以人工结案。")
    paper = settlement.evidence(desk.tx, ask.customer_id, evidence_id) if ask.customer_id else None
    if paper is None or paper.kind != "bank_letter":
        raise PaperNeeded()
    desk.audit_detail |= {"why": why, "outcome": outcome, "evidence": str(evidence_id)}
    if outcome == "live":
        asks.step(ask, AskState.LIVE, ended_by=desk.actor.name, doubt_since=None)
        binding_live(desk, ask, ask.reference or "", evidence_id)
    else:
        asks.step(ask, AskState.REFUSED, ended_by=desk.actor.name, reason="bank_unknown", doubt_since=None)
        binding_refused(desk, ask, "bank_unknown")


NEXT: dict[str, tuple[str, str]] = {
    AskState.IN_DOUBT: ("系统会继续查询,也可立即查询", "The hub goes on asking; or ask now"),
    AskState.ASKED: ("正在查询银行", "The bank is being asked"),
    AskState.PERSON: ("联系银行核实,凭书面答复结案", "Ask the bank, close by its letter"),
}


@operation(article="R7.9", posts=LOOKS, title=("查看存疑工作台", "See the doubt desk"), changes=False, audited=False)
def doubts(desk: Desk) -> list[DoubtView]:
    """All asks of the caller's units whose outcome is not known, longest first."""
    found = asks.doubtful(desk.tx, desk.units)
    moment = now()
    return [
        DoubtView(
            ask,
            customers.get(desk.tx, ask.customer_id) if ask.customer_id else None,
            round((moment - (ask.doubt_since or ask.changed_at)).total_seconds() / 3600, 2),
            redact(" ".join(filter(None, (ask.partner_code, ask.partner_text)))),
            NEXT[ask.state],
        )
        for ask in found
    ]
