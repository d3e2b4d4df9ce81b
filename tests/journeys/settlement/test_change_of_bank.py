"""Another settlement bank: asked for in writing, signed twice, and made before broken: never none, never two (R10.1)."""

import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import OwnApplication
from hub.domain.staff.posts import Actor, Post
from hub.domain.states import ApplicationState, AskState
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import requested_input
from hub.operations.changes import applications
from hub.operations.changes.applications import OpenAlready
from hub.operations.changes.papers import PaperMissing
from hub.operations.changes.plan import ChangeRequest
from hub.operations.privacy import authorisations
from hub.operations.settlement.accounts import bind_account
from hub.operations.settlement.binding_rules import OtherBankLive
from hub.operations.tasks.tasks import NotYourPost
from hub.registry.asks import ledger
from hub.registry.changes import applications as stored_applications
from hub.registry.customers import customers
from hub.registry.reconciliation import differences
from hub.registry.schema import Application, Authorisation
from hub.registry.session import Store
from hub.registry.settlement import accounts as stored_accounts
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.makers.codes import Town, until_it_waits
from tests.support.makers.driving import drive
from tests.support.makers.watch import Watch
from tests.support.scenes import another
from tests.support.sims import Sim, sim, works_for

pytestmark = pytest.mark.usefixtures("machine_clock")


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Iterator[tuple[WorkerRuntime, Sim, Sim]]:
    """ICBC and ABC."""
    options = ("--settle", "0.1", "--resend-seconds", "0.1")
    with sim("icbc", tmp_path / "icbc", "--settle", "0.1") as icbc, sim("abc", tmp_path / "abc", *options) as abc:
        yield works_for(store, {"icbc": icbc, "abc": abc}), icbc, abc


def settled(runtime: WorkerRuntime) -> tuple[UUID, UUID]:
    """A customer who settles at ICBC: (customer, account)."""
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        people.authorise(desk, row, "abc")
        ask_id = bind_account(desk, people.request(desk, row, 1))
    assert drive(runtime, ask_id).state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        return row.id, stored_accounts.accounts_of(tx, row.id)[0].id


def signers(runtime: WorkerRuntime) -> tuple[Actor, Actor]:
    """A section chief and a deputy manager."""
    with runtime.office.desk(people.CLERK) as desk:
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "370101"))
        return chief, another(desk, "deputy", (Post.DEPUTY_MANAGER, "3701"))


def ask_for_abc(runtime: WorkerRuntime, customer_id: UUID, *, with_paper: bool = True) -> Application:
    """The clerk sends the customer's written application."""
    with runtime.office.desk(people.CLERK) as desk:
        row = desk.customer(customer_id)
        papers = (people.paper(desk, row, "written_application").id,) if with_paper else ()
        request = ChangeRequest(
            customer_id=customer_id,
            version=row.version,
            rule="bank_change",
            values={"settlement_bank": "abc"},
            why="客户搬到农行附近",
            evidence_ids=papers,
            documents=people.SHOWN,
        )
        return applications.send_change(desk, request)


def sign(
    runtime: WorkerRuntime, actor: Actor, row: Application, decision: str = "approve", why: str = ""
) -> Application:
    """Decide over what is shown."""
    return runtime.office.perform(actor, applications.decide, row.id, decision, row.digest, why)


def at_abc(runtime: WorkerRuntime, customer_id: UUID) -> UUID:
    """The card is filed at ABC; the ask."""
    with runtime.office.desk(people.CLERK) as desk:
        row = desk.customer(customer_id)
        return bind_account(desk, people.request(desk, row, 2, channel="abc", version=row.version))


def confirm(runtime: WorkerRuntime, abc: Sim, ask_id: UUID) -> AskState:
    """The customer's code is handed in; how the ask ends."""
    until_it_waits(Town(runtime, abc), ask_id, "input:sms_code")
    runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret("246810"))
    return AskState(drive(runtime, ask_id).state)


def accounts(runtime: WorkerRuntime, customer_id: UUID) -> dict[str, str]:
    """{bank: state}"""
    with runtime.office.store.transaction() as tx:
        return {each.channel: each.state for each in stored_accounts.accounts_of(tx, customer_id)}


def ending_of(runtime: WorkerRuntime, account_id: UUID) -> UUID:
    """The open ask about an account."""
    with runtime.office.store.transaction() as tx:
        found = ledger.open_ask(tx, account_id)
        assert found is not None
        return found.id


@pytest.mark.article("R10.1", "I3", "I4")
def test_another_bank_is_signed_in_order_and_made_before_it_is_broken(town: tuple[WorkerRuntime, Sim, Sim]) -> None:
    runtime, icbc, abc = town
    customer_id, old = settled(runtime)
    chief, deputy = signers(runtime)
    with pytest.raises(OtherBankLive):
        at_abc(runtime, customer_id)
    with pytest.raises(PaperMissing):
        ask_for_abc(runtime, customer_id, with_paper=False)
    row = ask_for_abc(runtime, customer_id)
    with pytest.raises(OpenAlready):
        ask_for_abc(runtime, customer_id)
    with pytest.raises(NotYourPost):
        sign(runtime, deputy, row)
    assert sign(runtime, chief, row).state == ApplicationState.SENT
    with pytest.raises(OtherBankLive):
        at_abc(runtime, customer_id)
    assert sign(runtime, deputy, row).state == ApplicationState.APPROVED
    with Watch(runtime.office.store, customer_id) as watch:
        ask_id = at_abc(runtime, customer_id)
        assert accounts(runtime, customer_id) == {"icbc": "live", "abc": "filed"}
        assert confirm(runtime, abc, ask_id) == AskState.DONE
        assert accounts(runtime, customer_id) == {"icbc": "ending", "abc": "live"}
        assert drive(runtime, ending_of(runtime, old)).state == AskState.DONE
        time.sleep(0.05)
    assert set(watch.seen) == {1} and len(watch.seen) > 10
    assert accounts(runtime, customer_id) == {"icbc": "ended", "abc": "live"}
    with runtime.office.store.transaction() as tx:
        customer, done = customers.get(tx, customer_id), stored_applications.application(tx, row.id)
        assert customer is not None and done is not None
        assert (customer.settlement_method, customer.settlement_bank) == ("electronic", "abc")
        assert done.state == ApplicationState.CARRIED_OUT
        assert not [task for task in tasks.open_tasks_of(tx, customer_id) if task.subject_id == row.id]
    assert not [each for each in icbc.ledger()["agreements"] if each["status"] == "1"]
    assert len(abc.ledger()["signs"]) == 1


@pytest.mark.article("R10.1", "I3")
def test_nobody_signs_their_own_nor_twice_and_what_moved_makes_it_void(town: tuple[WorkerRuntime, Sim, Sim]) -> None:
    runtime, *_ = town
    customer_id, _ = settled(runtime)
    chief, deputy = signers(runtime)
    row = ask_for_abc(runtime, customer_id)
    both = Actor(chief.user_id, chief.name, frozenset({*chief.grants, (Post.DEPUTY_MANAGER, "3701")}))
    asker = Actor(people.CLERK_ID, "统计员甲", frozenset({(Post.SECTION_CHIEF, "3701")}))
    with pytest.raises(OwnApplication):
        sign(runtime, asker, row)
    sign(runtime, both, row)
    with pytest.raises(OwnApplication):
        sign(runtime, both, row)
    with runtime.office.desk(people.CLERK) as desk:
        moved = desk.customer(customer_id)
        moved.settlement_bank = "postal"
    assert sign(runtime, deputy, row).state == ApplicationState.VOID
    with runtime.office.store.transaction() as tx:
        found = stored_applications.application(tx, row.id)
        assert found is not None and found.void_why == "record_moved"


@pytest.mark.article("R10.1", "G2")
def test_when_nothing_may_be_sent_to_the_old_bank_people_have_it_and_the_customer_still_one(
    town: tuple[WorkerRuntime, Sim, Sim],
) -> None:
    runtime, _, abc = town
    customer_id, old = settled(runtime)
    chief, deputy = signers(runtime)
    row = ask_for_abc(runtime, customer_id)
    sign(runtime, chief, row)
    sign(runtime, deputy, row)
    ask_id = at_abc(runtime, customer_id)
    with runtime.office.desk(people.CLERK) as desk:
        rights_held = desk.tx.scalars(select(Authorisation).where(Authorisation.channel == "icbc"))
        for right in rights_held.all():
            authorisations.withdraw_authorisation(desk, right.id, "客户撤回授权")
    with Watch(runtime.office.store, customer_id) as watch:
        assert confirm(runtime, abc, ask_id) == AskState.DONE
        time.sleep(0.05)
    assert set(watch.seen) == {1}
    assert accounts(runtime, customer_id) == {"icbc": "ending", "abc": "live"}
    with runtime.office.store.transaction() as tx:
        assert ledger.open_ask(tx, old) is None
        [found] = [each for each in differences.listed(tx, None) if each.what == "old_remains"]
        assert found.channel == "icbc"


@pytest.mark.article("R10.1")
def test_a_refusal_of_the_new_bank_leaves_the_old_one_and_the_application_as_they_were(
    town: tuple[WorkerRuntime, Sim, Sim],
) -> None:
    runtime, _, abc = town
    customer_id, _ = settled(runtime)
    chief, deputy = signers(runtime)
    row = ask_for_abc(runtime, customer_id)
    sign(runtime, chief, row)
    sign(runtime, deputy, row)
    abc.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000001")
    with Watch(runtime.office.store, customer_id) as watch:
        ask_id = at_abc(runtime, customer_id)
        assert drive(runtime, ask_id).state == AskState.REFUSED
    assert set(watch.seen) == {1}
    assert accounts(runtime, customer_id)["icbc"] == "live"
    with runtime.office.store.transaction() as tx:
        found = stored_applications.application(tx, row.id)
        assert found is not None and found.state == ApplicationState.APPROVED
