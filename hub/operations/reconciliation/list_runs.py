"""Reading partners' lists page by page, comparing them, and braking when too much would change (R7.7–R7.9, R11.2)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import ChannelKey
from hub.domain.reconciliation import brakes as limits
from hub.domain.reconciliation.brakes import Brakes
from hub.domain.reconciliation.cursors import Cursor
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import operation
from hub.operations.views import view, views
from hub.plugin import Page
from hub.ports import new_id, now
from hub.registry.channels import schedules
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation import differences, first_list, forecast, twins
from hub.registry.reconciliation import list_runs as stored_list_runs
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.reconciliation.forecast import Impact
from hub.registry.schema import ListRun, Schedule

from . import unread_records
from .comparison import compare, kinds_of
from .intake import take_in

# Each listing verb with the kinds of thing that a full list of it shows.
LISTS = {"list_bindings": ["binding"], "list_devices": ["agreement", "device"]}
# Above so many things bulk ways pay off: fresh statistics for the planner, stretches instead of single numbers.
MANY = 1000
# Code of a run that two people released.
RELEASED = "released"
LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
RELEASES = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}


class TwoPeopleForBrake(Refusal):
    """A braked run is released by two people (G3)."""

    article, status = "G3", 403
    says = ("因异动过多暂停的同步须由两人先后确认才恢复。", "A brake is released by two people.")
    then = ("请由另一名统计分析员或科长确认。", "Let another clerk or the section chief release it.")


class BrakeMoved(Refusal):
    """More would change now than was shown when the run was braked (G3)."""

    article, status = "G3", 409
    says = (
        "现在恢复将终止 {ends}、新增 {adds}、变更 {changes},多于暂停时显示的数量,没有执行。",
        "{ends} would end, {adds} be added, {changes} change now: more than was shown. Nothing was done.",
    )
    then = ("请重新读取清单,按新的数量核实。", "Have the list read again, and look at the new numbers.")


class NewerRun(Refusal):
    """A newer full reading has finished or is under way (G3)."""

    article, status = "G3", 409
    says = ("已有更新的同步,这一次不能再解除。", "There is a newer run; this one can no longer be released.")
    then = ("请核实最近一次同步。", "Look at the latest run.")


class Overtaken(Exception):
    """Another reader has taken the run over, or it has ended; the caller must stop writing."""


@dataclass(frozen=True)
class ListRunView:
    """One reading of a partner's list, with its figures."""

    no: int
    channel: str
    verb: str
    mode: str
    since: datetime | None
    pages: int
    facts: int
    added: int
    changed: int
    ended: int
    outcome: str | None
    code: str | None
    started_by: str
    started_at: datetime
    finished_at: datetime | None
    released_by: str | None
    released_by_id: UUID | None


@dataclass(frozen=True)
class Held:
    """A run in a reader's hands, and where it stands."""

    no: int
    reader: UUID
    cursor: Cursor


def begin(
    office: Office,
    channel: str,
    verb: str,
    mode: str,
    by: str,
    since: datetime | None = None,
    not_before: datetime | None = None,
) -> tuple[ListRun, Held] | None:
    """The run to continue, or a new one; None while the channel is paused.

    A list read afresh or from a day starts at its first page and abandons an interrupted run begun before `not_before`,
    unless that one was read completely and only waits to be compared. The previous reader loses the run.
    """
    with office.desk(HUB) as desk:
        if channel_state.get(desk.tx, channel).paused:
            return None
        moment, earlier = now(), stored_list_runs.open_run(desk.tx, channel, verb)
        old = earlier is not None and earlier.finished_at is None and earlier.started_at < (not_before or moment)
        if earlier is not None and old and mode in stored_list_runs.FROM_ITS_OWN_START:
            earlier.outcome, earlier.code, earlier.finished_at, earlier = "failed", "begun_anew", moment, None
            # The unique index allows one open run of a list: the old one must be closed first.
            desk.tx.flush()
        run = earlier or stored_list_runs.start(desk.tx, channel, verb, mode, moment, by, since)
        if earlier is None and run.mode in stored_list_runs.WHOLE and is_carrier(desk, channel):
            run.first = first_list.is_first(desk.tx, channel) and forecast.nothing_held(desk.tx, channel, carrier=True)
        # Fences the previous reader: its next write finds another reader and stops.
        run.reader = new_id()
        return run, Held(run.no, run.reader, stored_list_runs.cursor_of(run))


def in_hand(desk: Desk, held: Held) -> ListRun:
    """The run, locked. Raises Overtaken."""
    run = stored_list_runs.claim_run(desk.tx, held.no, held.reader)
    if run is None:
        raise Overtaken
    return run


def page(office: Office, held: Held, found: Page) -> Held:
    """Store a page's facts and the cursor behind it in one transaction. Raises Overtaken, BadCursor."""
    with office.desk(HUB) as desk:
        # Cursor and facts in one transaction: after a crash no page is lost or counted twice.
        run, place = in_hand(desk, held), held.cursor.behind(found.cursor)
        stored_list_runs.put_cursor(run, held.cursor, place)
        unread_records.note(desk, run, found)
        added, changed = take_in(desk, run.channel, found.facts, now(), run.no, all_new=not run.changed)
        run.pages, run.facts, run.failures = run.pages + 1, run.facts + len(found.facts), 0
        run.added, run.changed = run.added + added, run.changed + changed
        # Something was known before: no longer a first list, so nothing more is entered before the brakes judge it.
        run.first = run.first and not changed
        if run.first:
            _enter(desk, run.channel, found, f"run {run.no}")
        return Held(held.no, held.reader, place)


def _enter(desk: Desk, channel: str, found: Page, source: str) -> None:
    """Enter a page of a first list at once, while the next is fetched; what has no known customer is compared."""
    words = [word for word in map(twins.statement_of, found.facts) if word is not None]
    left = first_list.enter_statements(desk.tx, channel, words, now(), kinds_of(desk.channels.get(channel)))
    if left:
        codes = sorted({statement.customer_code for statement in left})
        compare(desk, channel, codes, [statement.number for statement in left], source=source)


def judge(office: Office, held: Held, brakes: Brakes = limits.DEFAULTS) -> ListRun:
    """After the last page note absences, once; the run is then done, braked, or left open to be compared.

    A few changes stay below every brake and are compared at once; the nightly list compares everything. A first list
    was entered page by page, when nothing was held that it could harm.
    Raises Overtaken.
    """
    with office.desk(HUB) as desk:
        run = in_hand(desk, held)
        if run.finished_at is None:
            # After a bulk load the planner still believes the table is empty.
            if run.added > MANY:
                stored_list_runs.know_sizes(desk.tx)
            if run.mode in stored_list_runs.WHOLE and not unread_records.hides_whose(desk, run):
                stored_list_runs.note_absences(desk.tx, run, LISTS[run.verb])
            run.finished_at = now()
        if run.mode == stored_list_runs.CHANGES and run.facts <= limits.few(brakes):
            if run.facts:
                compare(desk, run.channel, *stored_list_runs.named_by(desk.tx, run), source=f"run {run.no}")
            _done(desk, run)
        elif run.code != RELEASED and not run.first:
            _brake(desk, run, brakes)
        return run


def _brake(desk: Desk, run: ListRun, brakes: Brakes) -> None:
    """Brake the run when it would change too much; it replaces earlier braked runs."""
    planned = forecast.forecast_impact(desk.tx, run.channel, carrier=is_carrier(desk, run.channel))
    run.ended = planned.ends
    # Superseded: whatever they were held for is part of what this run would do.
    for no in stored_list_runs.close_braked(desk.tx, run):
        differences.close_run(desk.tx, run.channel, no, now(), desk.actor.name)
    if too_much := braked(planned, brakes):
        run.outcome, run.code, run.impact = "braked", f"too_many_{too_much}", asdict(planned)
        _file(desk, run, planned)


def is_carrier(desk: Desk, channel: str) -> bool:
    """Whether the channel is a carrier's."""
    capability = desk.channels.get(channel)
    return capability is not None and capability.kind == "carrier"


def finish(office: Office, held: Held) -> ListRun:
    """Everything was compared. Raises Overtaken."""
    with office.desk(HUB) as desk:
        run = in_hand(desk, held)
        _done(desk, run)
        return run


def _done(desk: Desk, run: ListRun) -> None:
    run.outcome = "done"
    if run.code != RELEASED:
        unread_records.settle(desk, run, whole=run.mode in stored_list_runs.WHOLE)
    # A whole list has read what the others could not.
    for mode in (
        (stored_list_runs.FULL, stored_list_runs.CHANGES, stored_list_runs.BACKFILL)
        if run.mode in stored_list_runs.WHOLE
        else (run.mode,)
    ):
        number = f"{run.verb}.{mode}"
        differences.close_number(desk.tx, run.channel, number, "list_unreadable", now(), desk.actor.name)


def fail(office: Office, held: Held, code: str, *, poisoned: bool = True) -> ListRun:
    """Record that reading broke off; what was read counts, and the next run continues behind it.

    After several failures the cursor is abandoned: the next run starts at the first page, and staff are notified.
    `poisoned` False: the partner was unreachable, which says nothing about the cursor. Raises Overtaken.
    """
    with office.desk(HUB) as desk:
        run = in_hand(desk, held)
        run.code, run.failures = code, run.failures + poisoned
        # Any other run stays open: the next reader goes on at its cursor.
        if run.mode == stored_list_runs.CHANGES or not run.pages or run.failures >= stored_list_runs.TRIES:
            run.outcome, run.finished_at = "failed", now()
            # Written first, so that this run counts among the failed ones.
            desk.tx.flush()
            _tell_unreadable(desk, run)
        return run


def _tell_unreadable(desk: Desk, run: ListRun) -> None:
    """File a difference with a deadline for a list that keeps breaking off."""
    tries = stored_list_runs.tries_in_vain(desk.tx, run)
    if tries >= stored_list_runs.TRIES:
        theirs = {"missing": run.code, "failures": tries}
        number = f"{run.verb}.{stored_list_runs.FULL if run.mode in stored_list_runs.WHOLE else run.mode}"
        unreadable = DifferenceFound("list", number, "list_unreadable", None, "", None, {}, theirs)
        differences.open_difference(desk.tx, run.channel, unreadable, "mend_list", now())


def braked(planned: Impact, brakes: Brakes = limits.DEFAULTS) -> str:
    """Name of the first limit exceeded; empty when the run may act."""
    for name, brake in brakes.items():
        # Where nothing is held there is nothing to harm.
        if planned.held and brake.holds(getattr(planned, name), planned.held):
            return name
    return ""


def _file(desk: Desk, run: ListRun, planned: Impact) -> None:
    """File what the brake holds back as a difference, with both sides' numbers."""
    theirs = {"ends": planned.ends, "adds": planned.adds, "changes": planned.changes}
    held_back = DifferenceFound("run", str(run.no), "braked", None, "", None, {"held": planned.held}, theirs)
    differences.open_difference(desk.tx, run.channel, held_back, "release_or_reread", now(), evidence=f"run {run.no}")


@operation(
    "syncing.list_runs",
    article="R7.7",
    posts=LOOKS,
    title=("查看同步记录", "See synchronisations"),
    changes=False,
    audited=False,
)
def list_runs(desk: Desk, channel: ChannelKey | None = None) -> list[ListRunView]:
    """The latest readings of partners' lists, newest first."""
    return views(ListRunView, stored_list_runs.recent(desk.tx, channel))


@operation(
    "syncing.release",
    article="G3",
    posts=RELEASES,
    title=("恢复因异动过多暂停的同步", "Release the brake of a run"),
    people_only=True,
    company=True,
)
def release(desk: Desk, no: Annotated[int, Field(ge=1, le=2**31 - 1)]) -> ListRunView:
    """Confirm a braked run; with the second person's confirmation a worker compares it at once.

    Raises TwoPeopleForBrake, BrakeMoved when more would happen than was shown, NewerRun.
    """
    run = stored_list_runs.get(desk.tx, no)
    if run is None or run.outcome != "braked":
        raise NotFound(what="因异动过多暂停的同步")
    desk.about("sync", str(no))
    # A newer full list has shown what its facts no longer say.
    if stored_list_runs.whole_since(desk.tx, run):
        raise NewerRun()
    planned = forecast.forecast_impact(desk.tx, run.channel, carrier=is_carrier(desk, run.channel))
    # The two people agreed to the numbers that they saw, not to more.
    if planned.more_than(run.impact or {}):
        raise BrakeMoved(ends=planned.ends, adds=planned.adds, changes=planned.changes)
    desk.audit_detail |= asdict(planned)
    if run.released_by is None:
        run.released_by, run.released_by_id = desk.actor.name, desk.actor.user_id
        return view(ListRunView, run)
    if run.released_by_id == desk.actor.user_id:
        raise TwoPeopleForBrake()
    # Open again, so that a worker takes it up; the code keeps `judge` from braking it a second time.
    run.released_by, run.outcome, run.code = f"{run.released_by}、{desk.actor.name}", None, RELEASED
    differences.close_run(desk.tx, run.channel, run.no, now(), desk.actor.name)
    schedule = Schedule(name=f"{run.channel}.{run.verb}.{run.mode}", channel=run.channel, job=run.verb, mode=run.mode)
    schedules.open_run(desk.tx, schedule, now(), desk.actor.name)
    return view(ListRunView, run)
