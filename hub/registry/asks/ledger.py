"""Queries about asks, attempts and the journal, and the only ways in which an ask changes its state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import aliased

from hub.domain.states import ASK, OPEN_ASKS, UNSURE_OUTCOMES, AskState, final
from hub.ports import now
from hub.registry.schema import Ask, Attempt, Closing, Customer, Exchange
from hub.registry.schema.base import sql_list
from hub.registry.session import Transaction, WrongStep

# Our own convention, as for differences: about two working days.
DECIDE_WITHIN = timedelta(hours=48)

# Sorted, so that the statements (and their cached plans) are the same in every process.
OPEN_ASKS_SQL = sql_list(sorted(OPEN_ASKS))
# Asks with a job that runs or waits for a worker: a backlog is not a loss, so the sweep leaves them alone.
# `args ?` keeps jobs without an ask out: one NULL among the ids would make NOT IN true of no ask.
LIVE_JOBS = """
SELECT args->>'ask_id' FROM procrastinate_jobs WHERE task_name = 'carry' AND args ? 'ask_id'
AND (status = 'doing' OR (status = 'todo' AND coalesce(scheduled_at, :present) <= :present))
"""


def get(tx: Transaction, ask_id: UUID, *, lock: bool = False) -> Ask | None:
    """The ask; `lock` holds it against others until the transaction ends."""
    query = select(Ask).where(Ask.id == ask_id)
    return tx.scalar(query.with_for_update() if lock else query)


def by_key(tx: Transaction, key: str) -> Ask | None:
    """The ask with this serial."""
    return tx.scalar(select(Ask).where(Ask.key == key))


def open_ask(tx: Transaction, subject_id: UUID) -> Ask | None:
    """The open ask about a subject; there is at most one."""
    return tx.scalar(select(Ask).where(Ask.subject_id == subject_id, Ask.state.in_(OPEN_ASKS)))


def last_of(tx: Transaction, subject_id: UUID, verb: str) -> Ask | None:
    """The latest ask of a verb about a subject, open or not."""
    query = select(Ask).where(Ask.subject_id == subject_id, Ask.verb == verb)
    return tx.scalar(query.order_by(Ask.asked_at.desc(), Ask.id.desc()).limit(1))


def rows_of(tx: Transaction, package_id: UUID, *, lock: bool = False) -> list[Ask]:
    """A package's rows in their fixed order."""
    query = select(Ask).where(Ask.package_id == package_id).order_by(Ask.row_no)
    return list(tx.scalars(query.with_for_update() if lock else query))


def row_states(
    tx: Transaction, packages: Sequence[UUID], units: frozenset[str] | None
) -> dict[UUID, dict[AskState, int]]:
    """How many rows of each package are in each state now, those of customers of these units."""
    query = select(Ask.package_id, Ask.state, func.count()).where(Ask.package_id.in_(packages))
    if units is not None:
        query = query.where(Ask.customer_id.in_(select(Customer.id).where(Customer.unit_code.in_(units))))
    states: dict[UUID, dict[AskState, int]] = {}
    for package_id, state, count in tx.execute(query.group_by(Ask.package_id, Ask.state)):
        if package_id is not None:
            states.setdefault(package_id, {})[AskState(state)] = count
    return states


def planned_rows(tx: Transaction, channel: str, verb: str, limit: int, units: frozenset[str] | None) -> list[Ask]:
    """Asks of these units that wait for a package, oldest first; rows that another packer holds are skipped."""
    query = (
        select(Ask)
        .where(Ask.channel == channel, Ask.verb == verb, Ask.state == AskState.PLANNED, Ask.package_id.is_(None))
        .order_by(Ask.asked_at, Ask.id)
        .limit(limit)
        # Two packers at once fill two packages from different rows.
        .with_for_update(skip_locked=True)
    )
    return list(tx.scalars(_in_units(query, units)))


def step(ask: Ask, to: AskState, **values: Any) -> None:
    """Move an ask that this transaction has locked. Raises WrongStep; final states stay final."""
    old = AskState(ask.state)
    if to != old and to not in ASK[old]:
        raise WrongStep(f"ask {ask.key}: {old} -> {to}")
    ask.state, ask.changed_at = to, now()
    if to != AskState.PERSON:
        ask.decide_by = None
    elif old != AskState.PERSON:
        ask.decide_by = ask.changed_at + DECIDE_WITHIN
    if to == AskState.DONE:
        # What the partner said on the way (busy, not at the counter yet) says nothing about the end.
        ask.reason = ask.partner_code = ask.partner_text = None
    if final(to):
        ask.ended_at, ask.waits_for, ask.waits_until, ask.lease_until = ask.changed_at, None, None, None
    for name, column in values.items():
        setattr(ask, name, column)


def move_rows(tx: Transaction, package_id: UUID, old: list[AskState], to: AskState, **values: Any) -> None:
    """Move all rows of a package that are in one of the old states, in one statement."""
    # A bulk update goes past `step`: the state table is checked here instead.
    assert all(to in ASK[state] for state in old)
    tx.execute(
        update(Ask)
        .where(Ask.package_id == package_id, Ask.state.in_(old))
        .values(state=to, changed_at=now(), **values)
        # Rows that the session holds already must show the new state.
        .execution_options(synchronize_session="fetch")
    )


def mark_rows_sent(tx: Transaction, package_id: UUID, moment: datetime) -> None:
    """Mark the open rows of a package as sent with it."""
    tx.execute(
        update(Ask)
        .where(Ask.package_id == package_id, Ask.state.in_(OPEN_ASKS))
        .values(sent_at=moment)
        .execution_options(synchronize_session="fetch")
    )


def any_row_alone(tx: Transaction, package: Ask) -> bool:
    """Whether a row of the package has left it and is now queried on its own."""
    query = select(Ask.id).where(Ask.sent_key == package.key, Ask.row_no.is_not(None), Ask.package_id.is_(None))
    return tx.scalar(query.limit(1)) is not None


def sent_and_open(tx: Transaction, channel: str) -> int:
    """How many asks and packages may have reached the partner and have not ended."""
    # By state too: an ask that was just marked may have left before `sent_at` is written.
    away = [AskState.SENDING, AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED]
    query = select(func.count()).select_from(Ask).where(Ask.channel == channel, Ask.state.in_(OPEN_ASKS))
    # A row in a package is not counted: its package is an ask itself.
    query = query.where(Ask.sent_at.is_not(None) | Ask.state.in_(away), Ask.package_id.is_(None))
    return tx.scalar(query) or 0


def attempts_of(tx: Transaction, ask_id: UUID) -> list[Attempt]:
    """All talks about the ask, first to last."""
    return list(tx.scalars(select(Attempt).where(Attempt.ask_id == ask_id).order_by(Attempt.no)))


def faults_in_a_row(tx: Transaction, ask: Ask) -> int:
    """How many of the ask's latest attempts ended with a fault of the plugin, one after the other."""
    # Twenty are enough: far fewer faults in a row already bring in a person.
    query = select(Attempt.outcome).where(Attempt.ask_id == ask.id).order_by(Attempt.no.desc()).limit(20)
    outcomes = list(tx.scalars(query))
    return next((number for number, outcome in enumerate(outcomes) if outcome != "fault"), len(outcomes))


def turned_away(tx: Transaction, ask: Ask) -> bool:
    """Whether the partner answered "busy" when the ask was last sent."""
    query = select(Attempt.outcome).where(Attempt.ask_id == ask.id, Attempt.verb == ask.verb)
    return tx.scalar(query.order_by(Attempt.no.desc()).limit(1)) == "busy"


def exchanges_of(tx: Transaction, attempt_id: UUID) -> list[Exchange]:
    """The attempt's journal."""
    return list(tx.scalars(select(Exchange).where(Exchange.attempt_id == attempt_id).order_by(Exchange.no)))


def unfinished_attempt(tx: Transaction, ask_id: UUID) -> Attempt | None:
    """The latest attempt that has no end: its worker died, or is still at work."""
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
    # Ids are UUIDv7, so their order is the order of time, and a page needs no offset.
    query = select(Ask).order_by(Ask.id.desc()).limit(limit)
    if state:
        query = query.where(Ask.state == state)
    if channel:
        query = query.where(Ask.channel == channel)
    if after:
        query = query.where(Ask.id < after)
    return list(tx.scalars(_in_units(query, units)))


def doubtful(tx: Transaction, units: frozenset[str] | None, limit: int = 200) -> list[Ask]:
    """Asks whose outcome is not known: those waiting for a person by deadline first, then those longest in doubt."""
    states = [AskState.IN_DOUBT, AskState.ASKED, AskState.PERSON]
    query = select(Ask).where(Ask.state.in_(states), Ask.doubt_since.is_not(None) | (Ask.state == AskState.PERSON))
    return list(tx.scalars(_in_units(query.order_by(Ask.decide_by, Ask.doubt_since).limit(limit), units)))


def _in_units(query: Any, units: frozenset[str] | None) -> Any:
    if units is None:
        return query
    # A package has no customer of its own: it belongs to a unit if one of its rows does, or did when it was sent.
    from_units = select(Customer.id).where(Customer.unit_code.in_(units))
    travelling = aliased(Ask)
    ours = select(travelling.id).where(travelling.customer_id.in_(from_units))
    travelled = ours.where((travelling.package_id == Ask.id) | (travelling.sent_key == Ask.key)).exists()
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
    """Asks that are due and have no live job: it was lost, or never enqueued."""
    query = (
        select(Ask.id)
        # PLANNED waits for a package and PERSON for people: neither has a job to lose.
        .where(Ask.state.in_(OPEN_ASKS - {AskState.PLANNED, AskState.PERSON}), Ask.package_id.is_(None))
        # While a lease runs a worker has the ask; without lease and wait it counts from its last change.
        .where(func.coalesce(Ask.lease_until, Ask.waits_until, Ask.changed_at) < moment)
        .where(text(f"asks.id::text NOT IN ({LIVE_JOBS})").bindparams(present=now()))
        .order_by(Ask.waits_until)
        .limit(limit)
    )
    return list(tx.scalars(query))


def open_about(tx: Transaction, channel: str, codes: Sequence[str], states: Sequence[AskState]) -> list[UUID]:
    """Asks of these customers in one of the states, without those that travel in a package."""
    query = select(Ask.id).where(Ask.channel == channel, Ask.customer_code.in_(codes), Ask.state.in_(states))
    # Ordered, because the caller locks them one after the other.
    return list(tx.scalars(query.where(Ask.package_id.is_(None)).order_by(Ask.id)))


def ever_in_doubt(tx: Transaction) -> set[UUID]:
    """Asks that were ever in doubt, with the rows of packages that were."""
    query = select(Attempt.ask_id).where(Attempt.outcome.in_(UNSURE_OUTCOMES))
    asks = set(tx.scalars(query))
    their_rows = select(Ask.id).where(Ask.package_id.in_(asks))
    return asks | set(tx.scalars(their_rows))
