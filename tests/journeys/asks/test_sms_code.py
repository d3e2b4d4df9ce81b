"""An agreement at ABC: the bank asks back for the code that it sent the customer; the clerk hands it in (R7.9, R7.11)."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.asks.step import take_step
from hub.operations.asks import requested_input
from hub.operations.asks.packages import send_package
from hub.operations.channels.control import save_settings
from hub.operations.settlement.accounts import unbind_account
from hub.registry.asks import ledger
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.makers.codes import RIGHT, WRONG, Town, filed, standing, until_it_waits
from tests.support.makers.driving import drive
from tests.support.sims import sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC."""
    with sim("abc", tmp_path / "abc", "--settle", "0.1", "--resend-seconds", "0.1") as bank:
        yield Town(works_for(store, {"abc": bank}), bank)


@pytest.mark.article("R7.9", "R7.11")
@pytest.mark.parametrize("kind", ["debit_card", "credit_card"])
def test_the_code_of_the_sms_makes_the_agreement_a_wrong_one_may_be_tried_again(town: Town, kind: str) -> None:
    customer_id, ask_id = filed(town, kind=kind)
    waiting = until_it_waits(town, ask_id, "input:sms_code")
    assert waiting.state == AskState.ACCEPTED and waiting.waits_until is not None
    with pytest.raises(Refusal) as refused:
        town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret("12ab"))
    assert "12ab" not in str(refused.value.__dict__)
    town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(WRONG))
    assert standing(town, ask_id).waits_for == "worker"
    again = until_it_waits(town, ask_id, "input:sms_code")
    assert again.input_sealed is None, "a code is forgotten as soon as it has left"
    town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(RIGHT))
    assert drive(town.runtime, ask_id).state == AskState.DONE
    with pytest.raises(Refusal):
        town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(RIGHT))
    with town.runtime.office.desk(people.CLERK) as desk:
        [account] = accounts.accounts_of(desk.tx, customer_id)
        assert account.state == "live"
        people.lost(desk, desk.customer(customer_id))
        ending = unbind_account(desk, account.id, account.version, "换卡")
    assert drive(town.runtime, ending).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        assert accounts.accounts_of(tx, customer_id)[0].state == "ended"


@pytest.mark.article("R7.9")
def test_another_sms_is_the_same_request_under_the_same_serial(town: Town) -> None:
    _, ask_id = filed(town)
    first = until_it_waits(town, ask_id, "input:sms_code")
    time.sleep(0.2)
    town.runtime.office.perform(people.CLERK, requested_input.send_again, ask_id)
    second = until_it_waits(town, ask_id, "input:sms_code")
    assert second.sent_key == first.sent_key and second.attempts == first.attempts + 1
    assert len(town.bank.ledger()["signs"]) == 1


@pytest.mark.article("R7.9")
def test_when_the_answer_to_the_code_is_lost_the_bank_is_asked_and_nothing_is_sent_twice(town: Town) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(RIGHT))
    town.bank.post("/_sim/scenario", scenario="drop_after_work", path="EntrustSignConfirm")
    assert drive(town.runtime, ask_id).state == AskState.DONE
    with town.runtime.office.store.transaction() as tx:
        verbs = [attempt.verb for attempt in ledger.attempts_of(tx, ask_id)]
    assert verbs.count("confirm_binding") == 1 and "query_binding" in verbs


# Files


HOST_KEY = asyncssh.generate_private_key("ssh-ed25519")


class Door(asyncssh.SSHServer):
    """One user with one password."""

    def begin_auth(self, username: str) -> bool:
        """Always ask."""
        return True

    def password_auth_supported(self) -> bool:
        """Passwords are."""
        return True

    def validate_password(self, username: str, password: str) -> bool:
        """The right one."""
        return (username, password) == ("hub", "made-up")


@pytest.mark.article("R7.10")
def test_a_branch_without_interface_gets_a_file_and_a_row_missing_from_its_reply_is_not_done(
    town: Town, tmp_path: Path
) -> None:
    root = tmp_path / "exchange"
    for folder in ("upload", "download"):
        (root / folder).mkdir(parents=True)
    filed_rows = [filed(town, number, with_package=True) for number in (1, 2)]

    async def run() -> AskState:
        def made(channel: asyncssh.SSHServerChannel[bytes]) -> asyncssh.SFTPServer:
            return asyncssh.SFTPServer(channel, chroot=str(root).encode())

        async with asyncssh.listen(
            "127.0.0.1", 0, server_factory=Door, server_host_keys=[HOST_KEY], sftp_factory=made
        ) as at:
            values = {
                "way": "file",
                "base_url": f"sftp://127.0.0.1:{at.get_port()}",
                "sftp_user": "hub",
                "sftp_password": "made-up",
                "sftp_host_key": HOST_KEY.export_public_key().decode().strip(),
            }
            await asyncio.to_thread(town.runtime.office.perform, HUB, save_settings, "abc", values)
            await asyncio.to_thread(town.runtime.take_up)
            [package] = await asyncio.to_thread(town.runtime.office.perform, people.CLERK, send_package, "abc")
            await take_step(town.runtime, package)
            [sent] = (root / "upload").iterdir()
            lines = sent.read_bytes().split(b"\r\n")
            reply = answered(sent.name, lines)
            (root / "download" / reply[0]).write_bytes(reply[1])
            for _ in range(100):
                await take_step(town.runtime, package)
                with town.runtime.office.store.transaction() as tx:
                    states = [row.state for row in ledger.rows_of(tx, package)]
                if "live" in states:
                    break
                await asyncio.sleep(0.1)
            return states

    states = asyncio.run(run())
    assert sorted(states) != ["live", "live"] and "live" in states, states
    assert filed_rows


def answered(name: str, lines: list[bytes]) -> tuple[str, bytes]:
    """The bank's reply file: the first row done, nothing said of the second."""
    key = lines[0][1:25].decode()
    detail = f"D{1:<6}{key}{1:05d}   0{'0000':<8}{people.card(1)[-4:]}{'':<60}"
    text = f"H{key}{1:<6}\r\n{detail}\r\nT{1:<6}\r\n"
    return f"{key}.rsp", text.encode("gbk")
