"""Packages of agreements and announcements (R7.10, R7.8): fixed before sending; each row is answered, or in doubt."""

from datetime import timedelta
from uuid import UUID

from hub.domain.facts import Absent, Fact
from hub.domain.inputs import Key
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import Post
from hub.domain.states import AskState, final
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.outbox import new_ask
from hub.ports import new_id, now
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.settlement import accounts

from .outcomes import Learnt, again, ask_later, doubt, fact_for, learn, learn_absence, refuse

# The verb of a package, and the one that its rows would have if they went one by one.
PACKED: dict[str, str] = {"deliver_agreements": "bind_card", "announce_customers": "announce_customer"}
AGREEMENTS, ANNOUNCEMENTS = "deliver_agreements", "announce_customers"
ARTICLES = {AGREEMENTS: "R7.10", ANNOUNCEMENTS: "R7.8"}
# After this many answers without a row, that row is asked about separately.
MISSING = 3


@operation(
    "packages.send_package",
    article="R7.10",
    posts={Post.STATISTICS_CLERK},
    title=("发送协议批次", "Send agreements in a package"),
)
def send_package(desk: Desk, channel: Key) -> list[UUID]:
    """Put all agreements of the caller's units that wait for a package into packages; returns the packages' ids."""
    made = pack(desk, channel, AGREEMENTS)
    desk.audit_detail |= {"channel": channel, "packages": len(made)}
    return made


def is_package(ask: Ask) -> bool:
    """Whether an ask is a package, whose rows are asks of their own."""
    return ask.verb in PACKED


def package_of(desk: Desk, ask: Ask) -> Ask | None:
    """The package a row was sent in but no longer belongs to; None for an ask sent on its own."""
    if ask.row_no is None or ask.package_id is not None or ask.sent_key is None:
        return None
    return ledger.by_key(desk.tx, ask.sent_key)


def has_left(desk: Desk, ask: Ask) -> None:
    """Note that the ask may have reached the partner, and with a package all its open rows."""
    ask.sent_at = now()
    if is_package(ask):
        ledger.mark_rows_sent(desk.tx, ask.id, ask.sent_at)


def alone(desk: Desk, row: Ask) -> None:
    """Take a row out of its package and ask about it separately, under the package's serial and its row number.

    It is in doubt from now on at the latest: it is never sent again, and a person decides if asking leads nowhere.
    """
    row.package_id, row.absences = None, 0
    row.doubt_since = row.doubt_since or now()
    if row.state == AskState.PERSON:
        ledger.step(row, AskState.ASKED)


def pack_announcements(desk: Desk) -> int:
    """What waits to be announced to carriers that take batches goes out in packages (R7.8); how many were made."""
    able = [key for key, capability in desk.channels.items() if capability.can(ANNOUNCEMENTS)]
    return sum(len(pack(desk, key, ANNOUNCEMENTS)) for key in able)


def pack(desk: Desk, channel: str, verb: str = AGREEMENTS) -> list[UUID]:
    """Packages of the partner's size. Rows and their order are fixed here, with the key, before a byte leaves."""
    capability = desk.channels.get(channel)
    if capability is None or not capability.can(verb):
        raise NotFound(what="可以批量送协议的渠道")
    made: list[UUID] = []
    # Each round takes the rows out of “planned”, so the loop ends.
    while rows := ledger.planned_rows(desk.tx, channel, PACKED[verb], capability.batch, desk.units):
        made.append(_package(desk, channel, verb, rows).id)
    return made


def _package(desk: Desk, channel: str, verb: str, rows: list[Ask]) -> Ask:
    subject, fields = ("package", new_id()), rows[0].field_names
    package = new_ask(desk, channel, verb, AskState.QUEUED, subject=subject, article=ARTICLES[verb], field_names=fields)
    desk.tx.add(package)
    # The package must exist before its rows refer to it.
    desk.tx.flush()
    for number, ask in enumerate(rows, start=1):
        ledger.step(ask, AskState.QUEUED, package_id=package.id, row_no=number, sent_key=package.key)
        # For people to read: a row has no job of its own, and the sweep passes it by.
        ask.waits_for, ask.waits_until = "package", package.asked_at + timedelta(days=1)
    desk.tx.flush()
    desk.nudge(desk.tx, package.id)
    return package


def learn_package(desk: Desk, package: Ask, learnt: Learnt) -> None:
    """Apply the partner's answers about a package to each row, then to the package."""
    rows = [ask for ask in ledger.rows_of(desk.tx, package.id, lock=True) if not final(AskState(ask.state))]
    # Held until the loop has ended: the session holds rows weakly, and would load each of them again.
    kept = accounts.preload(desk.tx, [ask.subject_id for ask in rows])
    facts = [fact for fact in learnt.answers if isinstance(fact, Fact)]
    if facts and rows and all(isinstance(fact, Absent) for fact in facts):
        _absent_package(desk, package, learnt)
        return
    for ask in rows:
        if learnt.question and ask.state == AskState.IN_DOUBT:
            ledger.step(ask, AskState.ASKED)
        if fact_for(ask, facts) is None:
            _missing(desk, ask, learnt)
        else:
            learn(desk, ask, learnt)
    del kept
    close_or_ask(desk, package)


def _missing(desk: Desk, row: Ask, learnt: Learnt) -> None:
    """A row that the answer omits: in doubt, or pending if accepted before; after MISSING answers asked about alone."""
    if learnt.question:
        row.absences += 1
    if row.absences >= MISSING:
        alone(desk, row)
    if row.state == AskState.ASKED:
        ledger.step(row, AskState.IN_DOUBT)
    if row.state == AskState.ACCEPTED:
        ask_later(desk, row, "partner_result")
    else:
        doubt(desk, row, "row_missing", "")


def _absent_package(desk: Desk, package: Ask, learnt: Learnt) -> None:
    """The bank has no trace of the whole package: after several such answers it goes out again under its own key.

    Never without a row that was fixed with it: once one is asked about alone, the hub only goes on asking.
    """
    # A row that was answered alone proves that the bank got the package: sending it again would double it.
    if ledger.any_row_alone(desk.tx, package):
        doubt(desk, package, "row_missing", "")
        return
    learn_absence(desk, package, learnt)
    if package.state == AskState.QUEUED:
        # In two moves: the state table has no step from “in doubt” straight back to “queued”.
        states = [AskState.IN_DOUBT, AskState.ASKED]
        ledger.move_rows(desk.tx, package.id, [AskState.IN_DOUBT], AskState.ASKED)
        ledger.move_rows(desk.tx, package.id, states[1:], AskState.QUEUED, doubt_since=None)


def refuse_all(desk: Desk, ask: Ask, code: str, text: str) -> None:
    """The partner's no to an ask, or to a package and all its rows."""
    for row in ledger.rows_of(desk.tx, ask.id) if is_package(ask) else []:
        refuse(desk, row, "other", code, text)
    refuse(desk, ask, "other", code, text)


def close_or_ask(desk: Desk, package: Ask) -> None:
    """Close a package whose rows are all final; otherwise ask about it again."""
    desk.tx.flush()
    rows = ledger.rows_of(desk.tx, package.id)
    if all(final(AskState(ask.state)) for ask in rows):
        ledger.step(package, AskState.DONE, doubt_since=None)
        return
    if any(ask.doubt_since for ask in rows):
        # The oldest doubt counts: a new doubtful row must not put off the moment at which a person takes over.
        package.doubt_since = package.doubt_since or now()
    else:
        package.doubt_since = None
    ledger.step(package, AskState.ACCEPTED)
    if package.doubt_since:
        again(desk, package)
    else:
        ask_later(desk, package, "partner_result")


def doubt_package(desk: Desk, package: Ask, code: str, text: str) -> None:
    """Put a package that may have arrived, and all its rows, in doubt."""
    moment = now()
    ledger.move_rows(
        desk.tx, package.id, [AskState.SENDING], AskState.IN_DOUBT, doubt_since=moment, waits_for="package"
    )
    doubt(desk, package, code, text)
