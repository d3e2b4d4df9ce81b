"""A channel's figures and digest after real talks with a bank: one agreed, one refused, one that was in doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.people import HUB
from hub.domain.states import AskState
from hub.engine.works import Works
from hub.operations import channel_desk, digests, schedules
from hub.ports import new_id, now, set_clock
from hub.registry.schema import Ask, Attempt
from tests.support import people
from tests.support.partners import Bank

from .test_binding import bound, drive


@pytest.mark.article("R17.1")
def test_what_the_bank_said_stands_in_the_figures_and_in_the_digest_of_the_day(works: Works, bank: Bank) -> None:
    bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000002")
    for number in (1, 2):
        drive(works, bound(works, number)[1])
    with works.office.store.transaction() as tx:
        ask = tx.scalars(select(Ask).where(Ask.state == AskState.LIVE)).one()
        began = now() - timedelta(minutes=2)
        lost = {"no": 90, "verb": "bind_card", "started_at": began, "ended_at": began, "outcome": "unknown"}
        tx.add(Attempt(id=new_id(), ask_id=ask.id, **lost))
    with works.office.desk(people.CLERK) as desk:
        page = channel_desk.show_channel(desk, "icbc")
        today = channel_desk.channel_figures(desk, "icbc")[-1]
    assert (today.live, today.refused, today.reasons) == (1, 1, {"name_mismatch": 1})
    assert today.calls >= 2 and today.p50 is not None and today.p95 is not None and today.p95 >= today.p50 > 0
    assert today.doubts == 0 and page.used.calls_last_minute >= 2 and page.used.in_flight == 0
    assert today.oldest is not None and 0 < today.oldest < 1
    works.office.perform(HUB, digests.make)
    week = now() + timedelta(days=7)
    set_clock(lambda: week)
    try:
        works.office.perform(HUB, digests.make)
        with works.office.desk(people.CLERK) as desk:
            [row] = [each for each in schedules.list_digests(desk, "icbc") if each.sent]
    finally:
        set_clock(None)
    assert (row.sent, row.live, row.refused, row.in_doubt, row.made_up) == (2, 1, {"name_mismatch": 1}, 0, True)
