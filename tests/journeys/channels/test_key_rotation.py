"""ICBC changes its key: nothing is believed until the new public key is on file, and then nothing was lost."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels import control as channel_control
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support.makers.driving import bound, drive
from tests.support.sims import sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")


def once(runtime: WorkerRuntime, ask_id: UUID) -> Ask:
    """The ask after one more turn."""

    async def turn() -> None:
        await take_step(runtime, ask_id)
        await runtime.close()

    asyncio.run(turn())
    with runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None
        return ask


@pytest.mark.article("R7.9")
def test_a_rotated_key_is_doubt_until_the_new_one_is_saved_and_the_next_question_verifies(
    store: Store, tmp_path: Path
) -> None:
    with sim("icbc", tmp_path / "icbc", "--settle", "0.1") as bank:
        runtime = works_for(store, {"icbc": bank})
        old = bank.ledger()["gateway_public_key"]
        bank.post("/_sim/rotate_key")
        new = bank.ledger()["gateway_public_key"]
        assert new != old
        _, ask_id = bound(runtime, 1)
        for _ in range(4):
            ask = once(runtime, ask_id)
            assert ask.state == AskState.IN_DOUBT, "what is not verified proves nothing"
        assert ask.partner_code in (None, "signature") and ask.doubt_since is not None
        runtime.office.perform(HUB, channel_control.save_settings, "icbc", {"gateway_public_key": new})
        runtime.take_up()
        assert drive(runtime, ask_id).state == AskState.DONE
        books = bank.ledger()
    assert [row["times"] for row in books["agreements"]] == [1]
    assert [row["executed"] for row in books["packages"]] == [1] == [row["received"] for row in books["packages"]]
