"""Nothing leaves for a partner without a value that it needs: a person has it, and the rest goes on (G4, R7.9)."""

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.app import Hub
from hub.domain.facts import BindingLive
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.engine.asks.begin import begin
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import outcomes, overview, steering
from hub.operations.asks.packages import send_package
from hub.operations.channels import control as channel_control
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.schema import Ask, Exchange
from hub.settings import HubSettings
from tests.support import people, sealed
from tests.support.makers.driving import bound, drive
from tests.support.partners import PLUGINS, Bank
from tests.support.scenes import Browse

pytestmark = pytest.mark.article("G4", "R7.9")


@pytest.fixture
def office(runtime: WorkerRuntime) -> Office:
    """The office behind the works."""
    return runtime.office


@pytest.fixture
def hub(office: Office, tmp_path: Path) -> Hub:
    """A hub whose channels have no settings yet."""
    return Hub(HubSettings(data=tmp_path, allow_loopback_partners=True), office, PLUGINS)


def seen(runtime: WorkerRuntime, ask_id: UUID) -> tuple[str, str | None, str | None]:
    """State, what it waits for, and its reason."""
    with runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, ask_id)
        assert ask is not None
        return ask.state, ask.waits_for, ask.reason


def exchanges(runtime: WorkerRuntime) -> int:
    """How much was about to leave."""
    with runtime.office.store.transaction() as tx:
        return len(list(tx.scalars(select(Exchange.id))))


@pytest.mark.parametrize("harm", [sealed.spoil, sealed.lose], ids=lambda harm: harm.__name__)
def test_an_ask_whose_fields_cannot_be_read_goes_to_a_person_and_later_under_its_own_key(
    runtime: WorkerRuntime, bank: Bank, harm: object
) -> None:
    customer_id, ask_id = bound(runtime, 1)
    harm(runtime.office, customer_id)  # type: ignore[operator]
    assert begin(runtime, ask_id) is None
    assert seen(runtime, ask_id) == (AskState.PERSON, "person:unreadable", None)
    assert exchanges(runtime) == 0 and bank.ledger()["agreements"] == []
    [line] = runtime.office.perform(people.CLERK, overview.doubts)
    assert "信息中心" in line.next_action[0] and line.ask.id == ask_id
    if harm is sealed.lose:
        return
    runtime.office.perform(people.CLERK, steering.replay, ask_id, "主密钥已恢复")
    assert begin(runtime, ask_id) is None, "as long as it cannot be read it stays"
    sealed.mend(runtime.office, customer_id)
    runtime.office.perform(people.CLERK, steering.replay, ask_id, "主密钥已恢复")
    assert drive(runtime, ask_id).state == AskState.DONE
    assert len(bank.ledger()["agreements"]) == 1


def test_an_ask_of_a_customer_who_was_erased_ends_here(runtime: WorkerRuntime, bank: Bank) -> None:
    customer_id, ask_id = bound(runtime, 1)
    sealed.destroy(runtime.office, customer_id)
    assert begin(runtime, ask_id) is None
    assert seen(runtime, ask_id)[::2] == (AskState.REFUSED, "gate:destroyed")
    assert exchanges(runtime) == 0 and bank.ledger()["agreements"] == []


@pytest.mark.article("R7.10")
@pytest.mark.parametrize("harm", [sealed.spoil, sealed.destroy], ids=lambda harm: harm.__name__)
def test_a_row_that_cannot_be_read_leaves_its_package_and_the_others_go(
    runtime: WorkerRuntime, bank: Bank, harm: object
) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2, 3)]
        sent = [bind_account(desk, people.request(desk, row, n, with_package=True)) for n, row in enumerate(rows, 1)]
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    harm(runtime.office, rows[1].id)  # type: ignore[operator]
    assert drive(runtime, package).state == AskState.DONE
    states = [seen(runtime, ask_id)[0] for ask_id in sent]
    assert states == ["live", "refused" if harm is sealed.destroy else "person", "live"]
    assert sorted(row["pay_no"] for row in bank.ledger()["agreements"]) == [rows[0].code, rows[2].code]


def test_a_package_that_was_sent_stops_whole_when_a_row_cannot_be_read_any_more(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2)]
        sent = [bind_account(desk, people.request(desk, row, n, with_package=True)) for n, row in enumerate(rows, 1)]
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    assert begin(runtime, package) is not None
    with runtime.office.desk(HUB) as desk:
        for ask in desk.tx.scalars(select(Ask)):
            ledger.step(ask, AskState.IN_DOUBT)
            ask.sent_at, ask.lease_until, ask.waits_until = ask.asked_at, None, None
    sealed.spoil(runtime.office, rows[0].id)
    before = exchanges(runtime)
    assert begin(runtime, package) is None
    assert {seen(runtime, ask_id)[:2] for ask_id in [package, *sent]} == {("person", "person:unreadable")}
    assert exchanges(runtime) == before


def test_a_partners_yes_about_an_ask_that_cannot_be_read_any_more_goes_to_a_person(runtime: WorkerRuntime) -> None:
    """Whether it is our card cannot be told; the answer is not lost, and nothing is live on our side by a guess."""
    customer_id, ask_id = bound(runtime, 1)
    assert begin(runtime, ask_id) is not None
    sealed.spoil(runtime.office, customer_id)
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        yes = BindingLive(ask.customer_code or "", card_ending="0018")
        outcomes.learn(desk, ask, outcomes.Learnt((yes,), None, question=False))
    assert seen(runtime, ask_id)[:2] == (AskState.PERSON, "person:unreadable")


def test_one_channels_settings_that_cannot_be_read_stop_no_other_and_are_said_on_its_page(
    hub: Hub, office: Office, bank: Bank, browse: Browse
) -> None:
    office.perform(HUB, channel_control.save_settings, "icbc", bank.settings())
    assert "icbc" in hub.runtime().ready
    sealed.owner(office, "UPDATE channel_settings SET values_sealed = values_sealed || '\\x00'")
    running = hub.runtime()
    assert running.ready == {} and "cannot be read" in running.not_ready["icbc"]
    browser = browse("centre9", [Post.INFORMATION_CENTRE])
    assert browser.client.get("/channels").status_code == 200
    for page in ("/channels/icbc", "/channels/icbc/settings"):
        answer = browser.client.get(page)
        assert answer.status_code in (200, 409) and "无法读取" in answer.text and "信息中心" in answer.text
    saved = browser.post("/channels/icbc/settings", **{"hub.rate": "7/s"})
    assert saved.status_code == 409 and "无法读取" in saved.text
