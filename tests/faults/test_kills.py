"""A worker killed with -9 between any two steps: nothing lost, nothing filed twice at the bank."""

from uuid import UUID

import pytest

from hub.domain.states import AskState, final
from hub.engine.runtime import WorkerRuntime
from hub.registry.asks import ledger
from tests.support.makers.driving import bound
from tests.support.makers.processes import settled, until, worker
from tests.support.partners import Bank

from .worker import POINTS

TAKEN_UP_WITHIN = 30.0
"""Seconds in which what a dead worker left is taken up by another."""


def talks(runtime: WorkerRuntime, ask_id: UUID) -> int:
    """How many talks there were about the ask."""
    with runtime.office.store.transaction() as tx:
        return len(ledger.attempts_of(tx, ask_id))


def settled_already(runtime: WorkerRuntime, ask_id: UUID) -> bool:
    """Whether nothing is left to be taken up."""
    with runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        return ask is not None and final(AskState(ask.state))


def filed_once(bank: Bank) -> None:
    """The bank's own ledger: one agreement, made once, from packages executed once."""
    books = bank.ledger()
    assert [row["times"] for row in books["agreements"] if row["status"] == "1"] == [1]
    assert all(row["executed"] <= 1 for row in books["packages"])


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_between_two_steps_loses_nothing_and_files_nothing_twice(
    runtime: WorkerRuntime, bank: Bank, point: str
) -> None:
    _, ask_id = bound(runtime, 1)
    with worker(runtime, bank, point) as first:
        assert first.wait(30) == -9
    known = talks(runtime, ask_id)
    with worker(runtime, bank):
        until(lambda: talks(runtime, ask_id) > known or settled_already(runtime, ask_id), TAKEN_UP_WITHIN)
        ask = settled(runtime, ask_id)
    assert ask.state == AskState.DONE
    filed_once(bank)


@pytest.mark.article("R7.9")
@pytest.mark.parametrize(
    "fault",
    [
        "drop_before_work",
        "drop_after_work",
        "cut_body",
        "unsigned_body",
        "wrong_signature",
        "reordered_json",
        "system_code",
        "http_502_html",
        "empty_body",
        "html_200",
        "wrong_charset",
        "huge_body",
        "http_503",
        "rate_limit",
        "return_code_string",
        "rotated_key",
        "duplicate_serial",
        "concurrency_limit",
        "system_code_not_done",
        "answer_late",
    ],
)
def test_whatever_the_wire_does_the_bank_has_it_once_and_we_know(
    runtime: WorkerRuntime, bank: Bank, fault: str
) -> None:
    bank.post("/_sim/scenario", scenario=fault, path="mepbprotocolsubmit")
    _, ask_id = bound(runtime, 1)
    with worker(runtime, bank):
        ask = settled(runtime, ask_id)
    assert ask.state == AskState.DONE
    filed_once(bank)


@pytest.mark.article("R7.9")
def test_two_workers_on_one_ask_file_it_once(runtime: WorkerRuntime, bank: Bank) -> None:
    found = [bound(runtime, number)[1] for number in range(1, 9)]
    with runtime.office.store.transaction() as tx:
        for ask_id in found * 3:
            runtime.office.nudge(tx, ask_id)
    with worker(runtime, bank), worker(runtime, bank):
        assert {settled(runtime, ask_id).state for ask_id in found} == {AskState.DONE}
    books = bank.ledger()
    assert [row["times"] for row in books["agreements"]] == [1] * 8
    assert all(row["received"] == 1 for row in books["packages"])
