"""Asks as staff look at them: the list, one with its talks, those whose outcome is not known (R7.9)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.domain.inputs import Key, Limit
from hub.domain.privacy.charsets import readable
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.redaction import redact, redact_known
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import Post
from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.operations.not_readable import instead
from hub.operations.operation import operation
from hub.operations.outbox import open_fields
from hub.operations.views import view, views
from hub.ports import now
from hub.registry.asks import journal, ledger
from hub.registry.customers import customers
from hub.registry.schema import Ask, Attempt, Closing, Exchange
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

from .manual_closing import UNKNOWN
from .outcomes import UNREADABLE
from .requested_input import awaited, lapsed
from .steering import LETTER, cancellable, customers_in
from .views import AskPage, AskView, AttemptView, ClosingView, DoubtView, ExchangeView, LetterView

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE, Post.INSPECTOR}
# Not a Secret, but about a person all the same: masked in the journal like the secret fields.
PERSONAL = {"holder_name"}
NEXT: dict[str, tuple[str, str]] = {
    AskState.IN_DOUBT: ("系统会继续查询,也可立即查询", "The hub goes on asking; or ask now"),
    AskState.ASKED: ("正在向对方查询", "The partner is being asked"),
    AskState.PERSON: ("联系对方核实,凭书面答复人工确认结果", "Ask the partner, close by its letter"),
}
UNOPENED_WAIT = f"person:{UNREADABLE}"
UNOPENED = (
    "请信息中心核对主密钥和备份,恢复后重新发送",
    "The information centre compares master key and backup; then send it again",
)
PROPOSED = ("人工确认申请待另一人复核", "A proposal waits for a second person")


@operation(
    "asks.list_asks",
    article="R7.9",
    posts=LOOKS,
    title=("查看银行、通讯办理记录", "See asks"),
    changes=False,
    audited=False,
)
def list_asks(
    desk: Desk,
    state: AskState | None = None,
    channel: Key | None = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> list[AskView]:
    """Asks of the caller's units, newest first; `after` is the last id of the page before."""
    asks = ledger.recent(desk.tx, state=state, channel=channel, after=after, limit=limit, units=desk.units)
    return views(AskView, asks)


def row_states(desk: Desk, asks: Sequence[AskView]) -> dict[UUID, dict[AskState, int]]:
    """How many rows of each package among the asks are in each state; done comes first."""
    counted = ledger.row_states(desk.tx, [ask.id for ask in asks if ask.customer_id is None], desk.units)
    order = [AskState.DONE, *AskState]
    return {
        package: {state: states[state] for state in order if state in states} for package, states in counted.items()
    }


@operation(
    "asks.show_ask",
    article="R7.9",
    posts=LOOKS,
    title=("查看银行、通讯办理记录详情", "See an ask"),
    changes=False,
    audited=False,
)
def show_ask(desk: Desk, ask_id: UUID) -> AskPage:
    """One ask with its talks, every sensitive value masked; of a package only the rows of the caller's units."""
    ask = ledger.get(desk.tx, ask_id)
    if ask is None:
        raise NotFound(what="办理记录")
    owner = desk.customer(ask.customer_id, "办理记录") if ask.customer_id else None
    ours, all_ours = ([owner], True) if owner else customers_in(desk, ask)
    desk.about("ask", ask.key)
    ids = [customer.id for customer in ours]
    # A package's talks name all of its customers: shown only to someone who covers every one of them (R4.1).
    talks = ledger.attempts_of(desk.tx, ask.id) if all_ours else []
    rows = [packed for packed in ledger.rows_of(desk.tx, ask.id) if packed.customer_id in ids]
    # A package's journal holds the values of all its rows: each must be known to be masked.
    known, shut = _known(desk, [ask, *rows])
    closing = ledger.open_closing(desk.tx, ask.id)
    return AskPage(
        ask=view(AskView, ask),
        attempts=[view(AttemptView, talk, exchanges=_exchanges(desk, ask, talk, known, shut)) for talk in talks],
        rows=views(AskView, rows),
        closing=view(ClosingView, closing) if closing else None,
        letters=views(LetterView, accounts.papers_of_kind(desk.tx, ids, LETTER)),
        choices=_choices(ask, closing is not None),
        shop_name=owner.shop_name if owner else None,
    )


def _choices(ask: Ask, proposed: bool) -> list[str]:
    """Steps that the ask's state offers; the operations decide whether they are allowed."""
    at, busy = AskState(ask.state), ask.lease_until is not None
    offered = {
        "question": at in (AskState.ACCEPTED, *UNKNOWN) and not busy and not ask.package_id,
        "replay": at in (AskState.QUEUED, AskState.PERSON) and not ask.package_id,
        "cancel": at in cancellable(ask) and not ask.sent_at and not ask.row_no,
        "code": at is AskState.ACCEPTED and awaited(ask) and not lapsed(ask),
        "sms": awaited(ask),
        "close": at in UNKNOWN and not busy and not proposed,
    }
    return [name for name, worth in offered.items() if worth]


def _known(desk: Desk, asks: list[Ask]) -> tuple[set[str], Destroyed | Unreadable | None]:
    """Values about persons that were given to the partner, which the journal must not show.

    Also the reason if some are not known: a talk that cannot be masked is not shown.
    """
    # One query for all keys; opening them one by one costs a query per customer.
    desk.vault.load_keys([ask.customer_id for ask in asks if ask.customer_id])
    known: set[str] = set()
    shut: Destroyed | Unreadable | None = None
    for ask in asks:
        try:
            sent = open_fields(desk.vault, ask)
        except (Destroyed, Unreadable) as no:
            shut = no
            continue
        known |= {secret.reveal() for secret in sent.values() if isinstance(secret, Secret)}
        known |= {str(sent[name]) for name in PERSONAL & sent.keys()}
    return known, shut


def _exchanges(
    desk: Desk, ask: Ask, attempt: Attempt, known: set[str], shut: Destroyed | Unreadable | None
) -> list[ExchangeView]:
    exchanges = []
    for exchange in ledger.exchanges_of(desk.tx, attempt.id):
        request, reply = _texts(desk, ask, exchange, known, shut)
        exchanges.append(view(ExchangeView, exchange, request_text=request, reply_text=reply))
    return exchanges


def _texts(
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
    charsets = (row.charset or "").split()
    theirs = [row.reply_charset, *charsets] if row.reply_charset else charsets
    return shown(request, known, charsets), shown(reply, known, theirs) if reply is not None else None


def shown(raw: bytes, known: set[str], charsets: Sequence[str] = (), most: int = 4000) -> str:
    """Raw bytes as text for a page: masked, then cut when long."""
    # In this order: half a number would no longer be recognised, and would be shown.
    text = redact_known(readable(raw, charsets, known), known)
    return text if len(text) <= most else text[:most] + " …"


@operation(
    "asks.doubts",
    article="R7.9",
    posts=LOOKS,
    title=("查看结果待核实的办理", "See the doubt desk"),
    changes=False,
    audited=False,
)
def doubts(desk: Desk) -> list[DoubtView]:
    """All asks of the caller's units whose outcome is not known: by their deadline, then longest first."""
    doubtful = ledger.doubtful(desk.tx, desk.units)
    proposed = ledger.open_closings(desk.tx, [ask.id for ask in doubtful])
    return [_doubt(desk, ask, proposed.get(ask.id), now()) for ask in doubtful]


def _doubt(desk: Desk, ask: Ask, closing: Closing | None, moment: datetime) -> DoubtView:
    customer = customers.get(desk.tx, ask.customer_id) if ask.customer_id else None
    return DoubtView(
        ask=view(AskView, ask),
        shop_name=customer.shop_name if customer else None,
        hours=round((moment - (ask.doubt_since or ask.changed_at)).total_seconds() / 3600, 2),
        partner_said=redact(" ".join(filter(None, (ask.partner_code, ask.partner_text)))),
        next_action=PROPOSED if closing else UNOPENED if ask.waits_for == UNOPENED_WAIT else NEXT[ask.state],
        closing=view(ClosingView, closing) if closing else None,
    )
