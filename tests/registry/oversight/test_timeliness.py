"""A month's figures against what was put in by hand (R17.1)."""

from datetime import datetime, timedelta

import pytest

from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.oversight.timeliness import Month, show_timeliness
from hub.operations.settlement import accounts
from hub.operations.tasks import tasks
from hub.ports import SHANGHAI, new_id, now, set_clock
from hub.registry.schema import Ask
from tests.support import people

MONDAY = datetime(2026, 11, 16, 9, tzinfo=SHANGHAI)
CHIEF = Actor(people.CLERK_ID, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))
OTHER = Actor(people.CLERK_ID, "科长", frozenset({(Post.SECTION_CHIEF, "370102")}))


@pytest.fixture
def monday() -> object:
    """A clock at a Monday morning, moved by hand."""
    moments = [MONDAY]
    set_clock(lambda: moments[0])
    yield moments
    set_clock(None)


def task(desk: Desk, post: Post, done_after: timedelta | None, outcome: str = "done", kind: str = "sign") -> None:
    """A task due on Tuesday evening, closed so long after it was made."""
    row = tasks.open_task(desk, kind, "I3", post=post, unit_code=people.UNIT, subject=("application", new_id()), days=1)
    if done_after is not None:
        row.done_at, row.outcome = now() + done_after, outcome
    desk.tx.flush()


@pytest.mark.article("R17.1")
def test_tasks_by_post_and_asks_by_channel(office: Office, monday: list[datetime]) -> None:
    with office.desk(people.CLERK) as desk:
        for hours in (2, 4, 12):
            task(desk, Post.SECTION_CHIEF, timedelta(hours=hours))
        task(desk, Post.SECTION_CHIEF, timedelta(days=2))
        task(desk, Post.SECTION_CHIEF, timedelta(hours=1), "withdrawn")
        task(desk, Post.STATISTICS_CLERK, None, kind="mend")
        for number, (state, hours) in enumerate((("done", 3), ("refused", 50), ("accepted", None)), start=1):
            row = people.customer(desk, number)
            ask = desk.tx.get(Ask, accounts.bind_account(desk, people.request(desk, row, number)))
            assert ask is not None
            ask.state = "sending" if state != "accepted" else ask.state
            desk.tx.flush()
            ask.state = state
            ask.ended_at = None if hours is None else now() + timedelta(hours=hours)
            ask.doubt_since = now() if state == "refused" else None
    monday[0] = MONDAY + timedelta(days=4)
    found: Month = office.perform(CHIEF, show_timeliness, "2026-11")
    chief, clerk = found.posts
    assert (chief.key, chief.in_time, chief.late, chief.open_late, chief.share) == ("section_chief", 3, 1, 0, 75.0)
    assert chief.median_hours == 8.0
    assert (clerk.open_late, clerk.amiss, clerk.median_hours, clerk.share) == (1, 1, None, 0.0)
    [bank] = found.channels
    assert (bank.key, bank.in_time, bank.late, bank.open_late, bank.amiss) == ("icbc", 1, 1, 1, 1)
    assert bank.oldest_doubt == 50.0 and found.after is None and str(found.before) == "2026-10-01"
    nothing = office.perform(OTHER, show_timeliness)
    assert not nothing.posts and not nothing.channels
    assert not office.perform(CHIEF, show_timeliness, "2026-10").posts
    for wrong in ("2026-12", "2026-13", "x"):
        with pytest.raises(BadInput):
            office.perform(CHIEF, show_timeliness, wrong)
