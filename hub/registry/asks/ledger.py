"""Questions about asks, attempts and the journal, and the only ways in which an ask changes its state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import aliased

from hub.domain.states import ASK, OPEN_ASKS, AskState, final
from hub.ports import now
from hub.registry.schema import Ask, Attempt, Closing, Customer, Exchange
from hub.registry.session import Transaction, WrongStep

# How long an ask may wait for a person: two working days.
DECIDE_WITHIN = timedelta(hours=48)

# The states of asks under way, as SQL names them: words of ours, never anything given.
OPEN_ASKS_SQL = "(" + ",".join(f"'{state}'" for state in sorted(OPEN_ASKS)) + ")"
# Jobs that wait for a worker, or are in one's hands, at the present moment; a backlog is not a loss.
LIVE_JOBS = """
SELECT args->>'ask_id' FROM procrastinate_jobs WHERE task_name = 'carry' AND args ? 'ask_id'
AND (status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, :present) <= :present))
"""


def get(tx: Transaction, ask_id: UUID, *, lock: bool = False) -> Ask | None:
    """The ask; `lock` holds it against others until the transaction ends."""
    query = select(Ask).where(Ask.id == ask_id)
    return tx.scalar(query.with_for_update() if lock else query)


def by_key(tx: Transaction, key: str) -> Ask | None:
    """The ask whose serial this is."""
    return tx.scalar(select(Ask).where(Ask.key == key))


def open_ask(tx: Transaction, subject_id: UUID) -> Ask | None:
    """The one ask under way about a subject."""
    return tx.scalar(select(Ask).where(Ask.subject_id == subject_id, Ask.state.in_(OPEN_ASKS)))


def rows_of(tx: Transaction, package_id: UUID, *, lock: bool = False) -> list[Ask]:
    """A package's rows in their fixed order."""
    query = select(Ask).where(Ask.package_id == package_id).order_by(Ask.row_no)
    return list(tx.scalars(query.with_for_update() if lock else query))


def planned_rows(tx: Transaction, channel: str, verb: str, limit: int, units: frozenset[str] | None) -> list[Ask]:
    """Asks of these units that wait for a package, oldest first; rows that another packer holds are skipped."""
    query = (
        select(Ask)
        .where(Ask.channel == channel, Ask.verb == verb, Ask.state == AskState.PLANNED, Ask.package_id.is_(None))
        .order_by(Ask.asked_at, Ask.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(tx.scalars(_in_units(query, units)))


def step(ask: Ask, to: AskState, **values: Any) -> None:
    """Move an ask that this transaction has locked; raises WrongStep. Final states stay final."""
    old = AskState(ask.state)
    if to != old and to not in ASK[old]:
        raise WrongStep(f"ask {ask.key}: {old} -> {to}")
    ask.state, ask.changed_at = to, now()
    if to != AskState.PERSON:
        ask.decide_by = None
    elif old != AskState.PERSON:
        ask.decide_by = ask.changed_at + DECIDE_WITHIN
    if final(to):
        ask.ended_at, ask.waits_for, ask.waits_until, ask.lease_until = ask.changed_at, None, None, None
    for name, change in values.items():
        setattr(ask, name, change)


def move_rows(tx: Transaction, package_id: UUID, old: list[AskState], to: AskState, **values: Any) -> None:
    """Move all rows of a package that stand in one of the old states, in one statement."""
    assert all(to in ASK[state] for state in old)
    tx.execute(
        update(Ask)
        .where(Ask.package_id == package_id, Ask.state.in_(old))
        .values(state=to, changed_at=now(), **values)
        .execution_options(synchronize_session="fetch")
    )


def rows_left(tx: Transaction, package_id: UUID, moment: datetime) -> None:
    """The open rows of a package have left with it."""
    tx.execute(
        update(Ask)
        .where(Ask.package_id == package_id, Ask.state.in_(OPEN_ASKS))
        .values(sent_at=moment)
        .execution_options(synchronize_session="fetch")
    )


def went_alone(tx: Transaction, package: Ask) -> bool:
    """Whether a row of the package is asked about separately."""
    query = select(Ask.id).where(Ask.sent_key == package.key, Ask.row_no.is_not(None), Ask.package_id.is_(None))
    return tx.scalar(query.limit(1)) is not None


def sent_and_open(tx: Transaction, channel: str) -> int:
    """How many asks and packages may be at the partner and have no end yet."""
    away = [AskState.SENDING, AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED]
    query = select(func.count()).select_from(Ask).where(Ask.channel == channel, Ask.state.in_(OPEN_ASKS))
    query = query.where(Ask.sent_at.is_not(None) | Ask.state.in_(away), Ask.package_id.is_(None))
    return tx.scalar(query) or 0


def attempts_of(tx: Transaction, ask_id: UUID) -> list[Attempt]:
    """All talks about the ask, first to last."""
    return list(tx.scalars(select(Attempt).where(Attempt.ask_id == ask_id).order_by(Attempt.no)))


def exchanges_of(tx: Transaction, attempt_id: UUID) -> list[Exchange]:
    """The attempt's journal."""
    return list(tx.scalars(select(Exchange).where(Exchange.attempt_id == attempt_id).order_by(Exchange.no)))


def unfinished_attempt(tx: Transaction, ask_id: UUID) -> Attempt | None:
    """An attempt whose worker never came back."""
    query = select(Attempt).where(Attempt.ask_id == ask_id, Attempt.ended_at.is_(None)).order_by(Attempt.no.desc())
    return tx.scalar(query.limit(1))


def recent(
    tx: Transaction,
    *,
    state: str | None,
    channel: str | None,
    after: UUID | None,
    limit: int,
    units: frozenset[str] | None,
) -> list[Ask]:
    """Asks, newest first; `after` is the last id of the page before."""
    query = select(Ask).order_by(Ask.id.desc()).limit(limit)
    if state:
        query = query.where(Ask.state == state)
    if channel:
        query = query.where(Ask.channel == channel)
    if after:
        query = query.where(Ask.id < after)
    return list(tx.scalars(_in_units(query, units)))


def doubtful(tx: Transaction, units: frozenset[str] | None, limit: int = 200) -> list[Ask]:
    """Asks whose outcome is not known: those that wait for a person by their deadline, then the longest in doubt."""
    states = [AskState.IN_DOUBT, AskState.ASKED, AskState.PERSON]
    query = select(Ask).where(Ask.state.in_(states), Ask.doubt_since.is_not(None) | (Ask.state == AskState.PERSON))
    return list(tx.scalars(_in_units(query.order_by(Ask.decide_by, Ask.doubt_since).limit(limit), units)))


def _in_units(query: Any, units: frozenset[str] | None) -> Any:
    if units is None:
        return query
    from_units = select(Customer.id).where(Customer.unit_code.in_(units))
    packed = aliased(Ask)
    ours = select(packed.id).where(packed.customer_id.in_(from_units))
    # A row that left its package keeps `sent_key`: its unit still sees the package.
    travelled = ours.where((packed.package_id == Ask.id) | (packed.sent_key == Ask.key)).exists()
    return query.where(Ask.customer_id.in_(from_units) | (Ask.customer_id.is_(None) & travelled))


def customers_of(tx: Transaction, package: Ask) -> list[Customer]:
    """The customers whose agreements travel in a package, or left it after it was sent."""
    query = select(Ask.customer_id).where((Ask.package_id == package.id) | (Ask.sent_key == package.key))
    return list(tx.scalars(select(Customer).where(Customer.id.in_(query))))


def open_closing(tx: Transaction, ask_id: UUID, *, lock: bool = False) -> Closing | None:
    """The proposal to close the ask by hand that waits for a second person."""
    query = select(Closing).where(Closing.ask_id == ask_id, Closing.decision.is_(None))
    return tx.scalar(query.with_for_update() if lock else query)


def open_closings(tx: Transaction, ask_ids: list[UUID]) -> dict[UUID, Closing]:
    """The proposals that wait for a second person, by ask."""
    query = select(Closing).where(Closing.ask_id.in_(ask_ids), Closing.decision.is_(None))
    return {closing.ask_id: closing for closing in tx.scalars(query)}


def counts(tx: Transaction) -> dict[tuple[str, str], int]:
    """How many asks stand in each (channel, state), open ones only."""
    rows = tx.execute(
        select(Ask.channel, Ask.state, func.count()).where(Ask.state.in_(OPEN_ASKS)).group_by(Ask.channel, Ask.state)
    )
    return {(channel, state): number for channel, state, number in rows}


def overdue(tx: Transaction, moment: datetime, limit: int = 500) -> list[UUID]:
    """Overdue asks without a live job: it was lost or never queued."""
    query = (
        select(Ask.id)
        .where(Ask.state.in_(OPEN_ASKS - {AskState.PLANNED, AskState.PERSON}), Ask.package_id.is_(None))
        .where(func.coalesce(Ask.lease_until, Ask.waits_until, Ask.changed_at) < moment)
        .where(text(f"asks.id::text NOT IN ({LIVE_JOBS})").bindparams(present=now()))
        .order_by(Ask.waits_until)
        .limit(limit)
    )
    return list(tx.scalars(query))


def open_about(tx: Transaction, channel: str, codes: Sequence[str], states: Sequence[AskState]) -> list[UUID]:
    """Asks of these customers in one of the states that are not part of a package."""
    query = select(Ask.id).where(Ask.channel == channel, Ask.customer_code.in_(codes), Ask.state.in_(states))
    # Ordered, because the caller locks them one after the other.
    return list(tx.scalars(query.where(Ask.package_id.is_(None)).order_by(Ask.id)))


def ever_in_doubt(tx: Transaction) -> set[UUID]:
    """Asks one of whose attempts ended without anybody knowing whether it was done."""
    query = select(Attempt.ask_id).where(Attempt.outcome.in_(("unknown", "forged", "worker_lost")))
    doubted = set(tx.scalars(query))
    rows = select(Ask.id).where(Ask.package_id.in_(doubted))
    return doubted | set(tx.scalars(rows))
