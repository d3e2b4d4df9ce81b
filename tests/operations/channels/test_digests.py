"""Daily digests: each day in exactly one, on working days, those of missed days made up."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies

from hub import ports
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.domain.tasks.working_days import Calendar
from hub.operations.channels import digests, schedules
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from hub.ports import SHANGHAI
from hub.registry.asks import ledger
from hub.registry.schema import Digest
from tests.conftest import MASTER
from tests.support import people
from tests.support.partners import PLUGINS, Store

PLAIN = Calendar()
DAYS = strategies.dates(date(2024, 1, 1), date(2026, 11, 1))


@given(last=DAYS, later=strategies.integers(0, 60))
def test_every_day_is_in_exactly_one_digest_and_each_ends_before_a_working_day(last: date, later: int) -> None:
    day = last + timedelta(days=later)
    found = digests.spans(last, day, PLAIN)
    covered = [first + timedelta(n) for first, end in found for n in range((end - first).days + 1)]
    assert covered == [last + timedelta(n) for n in range(1, len(covered) + 1)]
    assert all(PLAIN.working(end + timedelta(days=1)) and end < day for _, end in found)
    left = [last + timedelta(n) for n in range(len(covered) + 1, later)]
    assert not PLAIN.working(day) or not left


def test_the_first_digest_is_of_the_last_working_day_with_the_days_of_rest_behind_it() -> None:
    assert digests.spans(None, date(2026, 11, 23), PLAIN) == [(date(2026, 11, 20), date(2026, 11, 22))]
    assert digests.spans(None, date(2026, 11, 24), PLAIN) == [(date(2026, 11, 23), date(2026, 11, 23))]
    assert digests.spans(date(2026, 11, 23), date(2026, 11, 24), PLAIN) == []


@pytest.fixture
def office(store: Store) -> Office:
    """An office with ICBC alone."""
    found = Office(
        store,
        MASTER,
        lambda tx, ask_id, at=None: None,
        {"icbc": PLUGINS.partners["icbc"].capability},
    )
    people.found(found)
    return found


def ended(office: Office, number: int, state: AskState, moment: datetime, reason: str | None = None) -> None:
    """An ask that left at a moment and stands in a state since."""
    with office.desk(people.CLERK) as desk:
        ask_id = bind_account(desk, people.request(desk, people.customer(desk, number), number))
    with office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        ask.state, ask.sent_at, ask.changed_at, ask.reason = state, moment, moment, reason
        if state == AskState.IN_DOUBT:
            ask.doubt_since = moment
        else:
            ask.ended_at = moment


def made(office: Office) -> list[Digest]:
    """The digests after a look at what is missing."""
    office.perform(HUB, digests.make)
    return office.perform(people.CLERK, schedules.list_digests)


@pytest.mark.article("R7.10")
def test_a_digest_counts_what_its_days_brought_and_a_missed_one_is_made_up_and_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    friday = datetime(2026, 11, 20, 15, 0, tzinfo=SHANGHAI)
    ended(office, 1, AskState.DONE, friday)
    ended(office, 2, AskState.REFUSED, friday + timedelta(days=1), "name_mismatch")
    ended(office, 3, AskState.REFUSED, friday, "name_mismatch")
    ended(office, 4, AskState.IN_DOUBT, friday)
    ended(office, 5, AskState.DONE, friday - timedelta(days=1))
    monkeypatch.setattr(ports, "_now", lambda: datetime(2026, 11, 23, 7, 30, tzinfo=SHANGHAI))
    [row] = made(office)
    assert (row.first_day, row.day, row.made_up) == (date(2026, 11, 20), date(2026, 11, 22), False)
    assert (row.sent, row.live, row.refused, row.in_doubt) == (4, 1, {"name_mismatch": 2}, 1)
    assert row.oldest_doubt_at == friday and row.differences == 0
    assert len(made(office)) == 1, "a second look finds nothing to do"
    monkeypatch.setattr(ports, "_now", lambda: datetime(2026, 11, 26, 7, 30, tzinfo=SHANGHAI))
    days = [(each.first_day.day, each.day.day, each.made_up) for each in made(office)]
    assert days == [(25, 25, False), (24, 24, True), (23, 23, True), (20, 22, False)]
