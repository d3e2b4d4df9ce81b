"""Reading what partners hold: a page at a time, then compared; a brake before too much would end (R7.7–R7.9, R11.2)."""

from datetime import datetime

from hub.domain.people import HUB, Post
from hub.domain.refusals import NotFound, Refusal
from hub.plugin import Page
from hub.ports import now
from hub.registry import channel_state, differences, sync
from hub.registry.differences import Found
from hub.registry.schema import SyncRun

from .comparing import compare
from .desk import Desk
from .news import take_in
from .office import Office
from .operation import operation

LISTS = {"list_bindings": ["binding"], "list_devices": ["agreement", "device"]}
"""Each listing verb with the kinds of thing that a full list of it shows."""
MANY = 1000
BRAKES: dict[str, tuple[int, float]] = {"ends": (20, 0.05), "adds": (200, 0.5), "changes": (50, 0.1)}
"""More than this number, and more than this share of what we hold, and a run does nothing before two people looked.

A first list adds everything and is not braked: nothing of ours can be hurt by it.
"""
FEW = min(least for least, _ in BRAKES.values())
"""So few changes are under each brake, and are compared alone; the nightly list compares all there is."""
LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
RELEASES = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF}


class TwoPeopleForBrake(Refusal):
    """A braked run acts only when two people have looked at it (G3)."""

    article, status = "G3", 403
    says = ("解除制动须由两人先后确认。", "A brake is released by two people.")
    then = ("请由另一名统计分析员或科长确认。", "Let another clerk or the section chief release it.")


def begin(
    office: Office,
    channel: str,
    verb: str,
    mode: str,
    by: str,
    since: datetime | None = None,
    not_before: datetime | None = None,
) -> SyncRun | None:
    """The run to read for: the one that was broken off, or a new one; None while the channel is paused.

    A list read afresh or from a day puts aside what was broken off before `not_before`, and begins at the first page.
    """
    with office.desk(HUB) as desk:
        if channel_state.get(desk.tx, channel).paused:
            return None
        moment, found = now(), sync.open_run(desk.tx, channel, verb)
        if found is not None and mode in sync.FROM_ITS_OWN_START and found.started_at < (not_before or moment):
            found.outcome, found.code, found.finished_at, found = "failed", "begun_anew", moment, None
            desk.tx.flush()
        return found or sync.start(desk.tx, channel, verb, mode, moment, by, since)


def page(office: Office, no: int, found: Page) -> None:
    """Take a page in: its facts and the cursor behind it, in one transaction."""
    with office.desk(HUB) as desk:
        run = sync.get(desk.tx, no)
        assert run is not None
        added, told = take_in(desk, run.channel, found.facts, now(), run.no, all_new=not run.changed)
        run.cursor = found.cursor
        run.pages, run.facts = run.pages + 1, run.facts + len(found.facts)
        run.added, run.changed = run.added + added, run.changed + told


def finish(office: Office, no: int) -> SyncRun:
    """The list was read to its end: note what was absent, then follow and compare, unless the brake holds."""
    with office.desk(HUB) as desk:
        run = sync.get(desk.tx, no)
        assert run is not None
        if run.added > MANY:
            sync.know_sizes(desk.tx)
        if run.mode in sync.WHOLE:
            sync.note_absences(desk.tx, run, LISTS[run.verb])
        run.finished_at = now()
        if run.mode == sync.CHANGES and run.facts <= FEW:
            if run.facts:
                compare(desk, run.channel, *sync.told_of(desk.tx, run), source=f"run {run.no}")
            run.outcome = "done"
            return run
        planned = sync.would(desk.tx, run.channel)
        run.ended = planned.ends
        if too_much := braked(planned):
            run.outcome, run.code = "braked", f"too_many_{too_much}"
            _file(desk, run, planned)
            return run
        compare(desk, run.channel, None, source=f"run {run.no}")
        run.outcome = "done"
        return run


def fail(office: Office, no: int, code: str) -> SyncRun:
    """It could not be read to its end; what was read counts, and the next run goes on behind it."""
    with office.desk(HUB) as desk:
        run = sync.get(desk.tx, no)
        assert run is not None
        run.code = code
        if run.mode == sync.CHANGES or not run.pages:
            run.outcome, run.finished_at = "failed", now()
        return run


def braked(planned: sync.Would) -> str:
    """The first thing of which there is too much; empty when the run may act."""
    for name, (least, share) in BRAKES.items():
        if planned.held and getattr(planned, name) > max(least, planned.held * share):
            return name
    return ""


def _file(desk: Desk, run: SyncRun, planned: sync.Would) -> None:
    """What the brake holds back stands on the desk of differences, with both sides' numbers."""
    said = {"ends": planned.ends, "adds": planned.adds, "changes": planned.changes}
    found = Found("run", str(run.no), "braked", None, "", None, {"held": planned.held}, said)
    differences.opened(desk.tx, run.channel, found, "release_or_reread", now(), evidence=f"run {run.no}")


@operation(article="R7.7", posts=LOOKS, title=("查看同步记录", "See synchronisations"), changes=False, audited=False)
def list_runs(desk: Desk, channel: str | None = None) -> list[SyncRun]:
    """Runs, newest first."""
    return sync.recent(desk.tx, channel)


@operation(article="G3", posts=RELEASES, title=("解除同步制动", "Release the brake of a run"), people_only=True)
def release(desk: Desk, no: int) -> SyncRun:
    """Look at a braked run and let it act; the second person who does so makes it act."""
    run = sync.get(desk.tx, no)
    if run is None or run.outcome != "braked":
        raise NotFound(what="制动的同步")
    desk.about("sync", str(no))
    if run.released_by is None:
        run.released_by, run.released_by_id = desk.actor.name, desk.actor.user_id
        return run
    if run.released_by_id == desk.actor.user_id:
        raise TwoPeopleForBrake()
    run.released_by = f"{run.released_by}、{desk.actor.name}"
    differences.close_run(desk.tx, run.channel, run.no, now(), desk.actor.name)
    compare(desk, run.channel, None, source=f"run {run.no}")
    run.outcome = "done"
    return run
