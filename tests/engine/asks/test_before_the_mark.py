"""Before a byte leaves there is no doubt: a plugin's fault is named, tried again later, and then a person's (ADR 0011)."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from hub.domain.states import AskState
from hub.operations.asks import overview
from hub.plugin import Absent, Busy, Conversation, Refused, Request, Unknown, hookimpl, post
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers import outside_bank as outside
from tests.support.makers.driving import drive
from tests.support.makers.outside_bank import Bank

pytestmark = pytest.mark.article("R7.9", "R10.1")


@hookimpl
def seal(request: Request) -> Request:
    """Wrong: the content has no such name."""
    return request.sealed(str(request.content["no_such_name"]).encode())


def starts_with(fault: Callable[[], Exception]) -> Any:
    """A verb whose conversation breaks before it asks for anything."""

    @hookimpl
    def unbind_card(key: str, customer_code: str) -> Conversation:
        if customer_code:
            raise fault()
        yield post("/end", {"serial": key})
        return [Absent(customer_code)]

    return unbind_card


def standing(store: Store, ask_id: UUID) -> Ask:
    """The ask as it stands."""
    with store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None
        return ask


BROKEN = {
    "seal": outside.plugin(seal=seal),
    "before the first request": outside.plugin(unbind_card=starts_with(lambda: KeyError("6212140000000000018"))),
    "an unknown before the first request": outside.plugin(unbind_card=starts_with(lambda: Unknown("U1"))),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_before_anything_left_is_no_doubt_and_is_named(
    store: Store, town: Bank, clock: Clock, name: str
) -> None:
    runtime = outside.works(store, town, BROKEN[name])
    ask_id = outside.ending(runtime)
    seen = set()
    for _ in range(14):
        seen.add(drive(runtime, ask_id, 0.1).state)
        clock.on(hours=2)
    ask = standing(store, ask_id)
    assert town.asked == [], "nothing was sent, and nothing is asked about"
    assert AskState.IN_DOUBT not in seen and ask.doubt_since is None and ask.sent_at is None
    assert (ask.state, ask.waits_for) == (AskState.PERSON, "person:plugin_fault")
    with runtime.office.desk(people.CLERK) as desk:
        page = overview.show_ask(desk, ask_id)
    assert 1 < len(page.attempts) <= 6
    assert {attempt.verb for attempt in page.attempts} == {"unbind_card"}
    words = f"{ask.partner_code} {ask.partner_text}"
    fault = "U1" if "unknown" in name else "KeyError"
    assert fault in words and "6212140000000000018" not in words
    assert "test_before_the_mark.py" in words or "unknown" in name
    assert "cancel" in page.choices and "replay" in page.choices, "nothing left, so it may be given up or tried again"


def test_a_mended_plugin_sends_what_a_person_tries_again(store: Store, town: Bank, clock: Clock) -> None:
    runtime = outside.works(store, town, BROKEN["seal"])
    ask_id = outside.ending(runtime)
    for _ in range(3):
        drive(runtime, ask_id, 0.1)
        clock.on(hours=2)
    mended = outside.works(store, town, outside.plugin())
    for _ in range(6):
        ask = drive(mended, ask_id, 0.4)
        clock.on(hours=2)
    assert ask.state == AskState.DONE and town.paths()[0] == "/end"


def test_a_no_and_a_busy_before_the_first_request_are_what_they_say(store: Store, town: Bank, clock: Clock) -> None:
    """The plugin may know without asking that the partner would say no, or that now is no time."""
    refusing = outside.works(store, town, outside.plugin(unbind_card=starts_with(lambda: Refused("N1", "不办理"))))
    ask = drive(refusing, outside.ending(refusing), 1)
    assert (ask.state, ask.partner_code) == (AskState.REFUSED, "N1")


def test_busy_before_the_first_request_waits(store: Store, town: Bank) -> None:
    runtime = outside.works(store, town, outside.plugin(unbind_card=starts_with(lambda: Busy("B1"))))
    ask = drive(runtime, outside.ending(runtime), 0.5)
    assert (ask.state, ask.waits_for, ask.partner_code) == (AskState.QUEUED, "partner_busy", "B1")


def test_a_question_that_breaks_before_it_is_asked_leaves_what_was_known(
    store: Store, town: Bank, clock: Clock
) -> None:
    @hookimpl
    def query_unbinding(key: str, customer_code: str) -> Conversation:
        if customer_code:
            raise KeyError(key)
        yield post("/serial", {"serial": key})
        return []

    runtime = outside.works(store, town, outside.plugin(query_unbinding=query_unbinding))
    ask_id = outside.ending(runtime)
    drive(runtime, ask_id, 0.3)
    clock.on(minutes=1)
    ask = drive(runtime, ask_id, 0.3)
    assert ask.state == AskState.ACCEPTED and ask.waits_for == "question" and town.paths() == ["/end"]
