"""Reading what partners hold: a page at a time, then compared; a brake before too much would happen (R7.7–R7.9, R11.2)."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.reconciliation import brakes as limits
from hub.domain.reconciliation.brakes import Brakes
from hub.domain.reconciliation.cursors import Cursor
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import operation
from hub.plugin import Page
from hub.ports import new_id, now
from hub.registry.channels import schedules
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation import differences, first_list, forecast, twins
from hub.registry.reconciliation import list_runs as stored_list_runs
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.reconciliation.forecast import Impact
from hub.registry.schema import ListRun, Schedule

from .comparison import compare
from .intake import take_in

LISTS = {"list_bindings": ["binding"], "list_devices": ["agreement", "device"]}
"""Each listing verb with the kinds of thing that a full list of it shows."""
MANY = 1000
RELEASED = "released"
"""The code of a run that two people let act."""
LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
RELEASES = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}


class TwoPeopleForBrake(Refusal):
    """A braked run acts only when two people have looked at it (G3)."""

    article, status = "G3", 403
    says = ("解除制动须由两人先后确认。", "A brake is released by two people.")
    then = ("请由另一名统计分析员或科长确认。", "Let another clerk or the section chief release it.")


class BrakeMoved(Refusal):
    """More would happen now than the people saw who looked at the run (G3)."""

    article, status = "G3", 409
    says = (
        "现在解除将终止 {ends}、新增 {adds}、变更 {changes},多于制动时显示的数量,没有执行。",
        "{ends} would end, {adds} be added, {changes} change now: more than was shown. Nothing was done.",
    )
    then = ("请重新读取清单,按新的数量核实。", "Have the list read again, and look at the new numbers.")


class NewerRun(Refusal):
    """A later reading has looked at everything, or is under way (G3)."""

    article, status = "G3", 409
    says = ("已有更新的同步,这一次不能再解除。", "There is a newer run; this one is released no more.")
    then = ("请核实最近一次同步。", "Look at the latest run.")


class Overtaken(Exception):
    """Another reader has the run in hand by now, or it is over: whoever had it before writes nothing more."""


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
    """The run to read for: the one that was broken off, or a new one; None while the channel is paused.

    A list read afresh or from a day puts aside what was broken off before `not_before`, and begins at the first page;
    not one that was read to its end and only waits to be compared. Whoever read it before has it no more.
    """
    with office.desk(HUB) as desk:
        if channel_state.get(desk.tx, channel).paused:
            return None
        moment, found = now(), stored_list_runs.open_run(desk.tx, channel, verb)
        old = found is not None and found.finished_at is None and found.started_at < (not_before or moment)
        if found is not None and old and mode in stored_list_runs.FROM_ITS_OWN_START:
            found.outcome, found.code, found.finished_at, found = "failed", "begun_anew", moment, None
            desk.tx.flush()
        run = found or stored_list_runs.start(desk.tx, channel, verb, mode, moment, by, since)
        if found is None and run.mode in stored_list_runs.WHOLE and is_carrier(desk, channel):
            run.first = first_list.is_first(desk.tx, channel) and forecast.nothing_held(desk.tx, channel, carrier=True)
        run.reader = new_id()
        return run, Held(run.no, run.reader, stored_list_runs.cursor_of(run))


def in_hand(desk: Desk, held: Held) -> ListRun:
    """The run, locked. Raises Overtaken."""
    run = stored_list_runs.claim_run(desk.tx, held.no, held.reader)
    if run is None:
        raise Overtaken
    return run


def page(office: Office, held: Held, found: Page) -> Held:
    """Take a page in: its facts and the cursor behind it, in one transaction. Raises Overtaken, BadCursor."""
    with office.desk(HUB) as desk:
        run, place = in_hand(desk, held), held.cursor.behind(found.cursor)
        stored_list_runs.put_cursor(run, held.cursor, place)
        added, told = take_in(desk, run.channel, found.facts, now(), run.no, all_new=not run.changed)
        run.pages, run.facts, run.failures = run.pages + 1, run.facts + len(found.facts), 0
        run.added, run.changed = run.added + added, run.changed + told
        run.first = run.first and not told
        if run.first:
            _enter(desk, run.channel, found, f"run {run.no}")
        return Held(held.no, held.reader, place)


def _enter(desk: Desk, channel: str, found: Page, source: str) -> None:
    """A page of a first list becomes ours at once, while the next one is fetched; what is of nobody known is compared."""
    statements = [statement for statement in map(twins.statement_of, found.facts) if statement is not None]
    left = first_list.enter_statements(desk.tx, channel, statements, now())
    if left:
        codes = sorted({statement.customer_code for statement in left})
        compare(desk, channel, codes, [statement.number for statement in left], source=source)


def judge(office: Office, held: Held, brakes: Brakes = limits.DEFAULTS) -> ListRun:
    """The list was read to its end: note what was absent, once; the run is done, braked, or open to be compared.

    A few changes are under each brake, and are compared alone and at once; the nightly list compares all there is. A
    first list was entered with its pages: nothing was held that it could hurt.
    Raises Overtaken.
    """
    with office.desk(HUB) as desk:
        run = in_hand(desk, held)
        if run.finished_at is None:
            if run.added > MANY:
                stored_list_runs.know_sizes(desk.tx)
            if run.mode in stored_list_runs.WHOLE:
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
    """Hold the run when it would do too much. What an earlier run was held for is this one's to say now."""
    planned = forecast.forecast_impact(desk.tx, run.channel, carrier=is_carrier(desk, run.channel))
    run.ended = planned.ends
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
    for mode in (
        (stored_list_runs.FULL, stored_list_runs.CHANGES, stored_list_runs.BACKFILL)
        if run.mode in stored_list_runs.WHOLE
        else (run.mode,)
    ):
        number = f"{run.verb}.{mode}"
        differences.close_number(desk.tx, run.channel, number, "list_unreadable", now(), desk.actor.name)


def fail(office: Office, held: Held, code: str, *, poisoned: bool = True) -> ListRun:
    """It could not be read to its end; what was read counts, and the next run goes on behind it.

    A cursor that leads to no page several times is given up: the next run begins at the first page, and people are told.
    `poisoned` False: the partner was not there, which says nothing about the cursor. Raises Overtaken.
    """
    with office.desk(HUB) as desk:
        run = in_hand(desk, held)
        run.code, run.failures = code, run.failures + poisoned
        if run.mode == stored_list_runs.CHANGES or not run.pages or run.failures >= stored_list_runs.TRIES:
            run.outcome, run.finished_at = "failed", now()
            desk.tx.flush()
            _tell_unreadable(desk, run)
        return run


def _tell_unreadable(desk: Desk, run: ListRun) -> None:
    """A list that broke off so often that something is wrong with it stands on the desk, with a deadline."""
    tries = stored_list_runs.tries_in_vain(desk.tx, run)
    if tries >= stored_list_runs.TRIES:
        said = {"missing": run.code, "failures": tries}
        number = f"{run.verb}.{stored_list_runs.FULL if run.mode in stored_list_runs.WHOLE else run.mode}"
        found = DifferenceFound("list", number, "list_unreadable", None, "", None, {}, said)
        differences.open_difference(desk.tx, run.channel, found, "mend_list", now())


def braked(planned: Impact, brakes: Brakes = limits.DEFAULTS) -> str:
    """The first thing of which there is too much; empty when the run may act."""
    for name, brake in brakes.items():
        if planned.held and brake.holds(getattr(planned, name), planned.held):
            return name
    return ""


def _file(desk: Desk, run: ListRun, planned: Impact) -> None:
    """What the brake holds back stands on the desk of differences, with both sides' numbers."""
    said = {"ends": planned.ends, "adds": planned.adds, "changes": planned.changes}
    found = DifferenceFound("run", str(run.no), "braked", None, "", None, {"held": planned.held}, said)
    differences.open_difference(desk.tx, run.channel, found, "release_or_reread", now(), evidence=f"run {run.no}")


@operation(
    "syncing.list_runs",
    article="R7.7",
    posts=LOOKS,
    title=("查看同步记录", "See synchronisations"),
    changes=False,
    audited=False,
)
def list_runs(desk: Desk, channel: str | None = None) -> list[ListRun]:
    """Runs, newest first."""
    return stored_list_runs.recent(desk.tx, channel)


@operation(
    "syncing.release",
    article="G3",
    posts=RELEASES,
    title=("解除同步制动", "Release the brake of a run"),
    people_only=True,
    company=True,
)
def release(desk: Desk, no: int) -> ListRun:
    """Look at a braked run and let it act; the second person who does so lets a worker compare it, at once.

    Raises TwoPeopleForBrake, BrakeMoved when more would happen than was shown, NewerRun.
    """
    run = stored_list_runs.get(desk.tx, no)
    if run is None or run.outcome != "braked":
        raise NotFound(what="制动的同步")
    desk.about("sync", str(no))
    if stored_list_runs.whole_since(desk.tx, run):
        raise NewerRun()
    planned = forecast.forecast_impact(desk.tx, run.channel, carrier=is_carrier(desk, run.channel))
    if planned.more_than(run.impact or {}):
        raise BrakeMoved(ends=planned.ends, adds=planned.adds, changes=planned.changes)
    desk.audit_detail |= asdict(planned)
    if run.released_by is None:
        run.released_by, run.released_by_id = desk.actor.name, desk.actor.user_id
        return run
    if run.released_by_id == desk.actor.user_id:
        raise TwoPeopleForBrake()
    run.released_by, run.outcome, run.code = f"{run.released_by}、{desk.actor.name}", None, RELEASED
    differences.close_run(desk.tx, run.channel, run.no, now(), desk.actor.name)
    row = Schedule(name=f"{run.channel}.{run.verb}.{run.mode}", channel=run.channel, job=run.verb, mode=run.mode)
    schedules.open_run(desk.tx, row, now(), desk.actor.name)
    return run
