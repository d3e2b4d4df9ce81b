"""A channel's figures and digest after real talks with a bank: one agreed, one refused, one that was in doubt."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels import control as channel_control
from hub.operations.channels import digests, schedules
from hub.ports import new_id, now, set_clock
from hub.registry.schema import Ask, Attempt
from tests.support import people
from tests.support.makers.driving import bound, drive
from tests.support.partners import Bank


@pytest.mark.article("R17.1")
def test_what_the_bank_said_stands_in_the_figures_and_in_the_digest_of_the_day(
    runtime: WorkerRuntime, bank: Bank
) -> None:
    bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000002")
    for number in (1, 2):
        drive(runtime, bound(runtime, number)[1])
    with runtime.office.store.transaction() as tx:
        ask = tx.scalars(select(Ask).where(Ask.state == AskState.DONE)).one()
        began = now() - timedelta(minutes=2)
        lost = {"no": 90, "verb": "bind_card", "started_at": began, "ended_at": began, "outcome": "unknown"}
        tx.add(Attempt(id=new_id(), ask_id=ask.id, **lost))
    with runtime.office.desk(people.CLERK) as desk:
        page = channel_control.show_channel(desk, "icbc")
        days = [day for day in channel_control.channel_figures(desk, "icbc") if day.calls]
    assert 1 <= len(days) <= 2, "two when midnight fell between the talks"
    assert (sum(day.live for day in days), sum(day.refused for day in days)) == (1, 1)
    assert [day.reasons for day in days if day.reasons] == [{"name_mismatch": 1}]
    assert sum(day.calls for day in days) >= 2 and all(day.p50 and day.p95 and day.p95 >= day.p50 > 0 for day in days)
    assert days[-1].doubts == 0 and page.calls_last_minute >= 2 and page.in_flight == 0
    assert all(0 < day.oldest < 1 for day in days if day.oldest is not None) and any(day.oldest for day in days)
    runtime.office.perform(HUB, digests.make)
    later = now() + timedelta(days=14)  # no run of days off is as long: the digest of today is written by then
    set_clock(lambda: later)
    try:
        runtime.office.perform(HUB, digests.make)
        with runtime.office.desk(people.CLERK) as desk:
            rows = [each for each in schedules.list_digests(desk, "icbc") if each.sent or each.live or each.refused]
    finally:
        set_clock(None)
    assert (sum(row.sent for row in rows), sum(row.live for row in rows)) == (2, 1)
    assert [row.refused for row in rows if row.refused] == [{"name_mismatch": 1}]
    assert all(row.made_up for row in rows) and rows[0].in_doubt == 0
