"""A carrier tells of an agreement at the door; it gets code and order day when both may leave, and again when they change."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.privacy.purposes import ORDERING
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.operations import carriers
from hub.operations.asks.packages import pack_announcements
from hub.operations.carriers import KnownThere, UnderWay, keep_announcements
from hub.operations.customers import fields as customer_fields
from hub.operations.outbox import open_fields
from hub.operations.privacy import authorisations
from hub.operations.tasks.due_dates import due_after
from hub.registry.schema import Agreement, Ask, Customer, Difference, Task
from hub.registry.session import Store
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.doors import Door, compared, door
from tests.support.makers.driving import drive
from tests.support.makers.processes import until

pytestmark = pytest.mark.usefixtures("machine_clock")
CODE = "370101000001"
NUMBERS = {"telecom": "imei", "mobile": "device"}


@dataclass
class Town:
    """A carrier before an open door, and one customer who signed at its counter."""

    door: Door
    channel: str
    customer_id: UUID

    def perform(self, *what: Any, actor: Any = people.CLERK) -> Any:
        """An operation of the clerk's, or the hub's."""
        return self.door.runtime.office.perform(actor, *what)

    def one(self, table: Any, *which: Any) -> Any:
        """The newest such row."""
        with self.door.runtime.office.store.transaction() as tx:
            return tx.scalars(select(table).where(*which).order_by(table.id.desc())).first()

    def carried_out(self, value: str) -> None:
        """A change of the order day was carried out. Whether it may be on this day is the visits' matter, not tried here."""
        with self.door.runtime.office.desk(HUB) as desk:
            row = desk.customer(self.customer_id)
            row.values = {**row.values, "order_day": value}
            desk.tx.flush()
            carriers.order_day_changed(desk, row.id)
            carriers.announce_waiting(desk, row)

    def day(self, value: str, actor: Any = people.CLERK) -> None:
        """The clerk enters the order day, or a rule of the regulation carries it."""
        version = self.one(Customer, Customer.id == self.customer_id).version
        self.perform(
            customer_fields.change_fields, self.customer_id, version, {"order_day": value}, "录入", actor=actor
        )

    def authorise(self) -> None:
        """The customer's authorisation is recorded."""
        self.perform(authorisations.give_authorisation, self.customer_id, self.channel, ORDERING)

    def stuck(self) -> str | None:
        """What the announcement lacks, or why it was refused, as the desk of differences says."""
        row = self.one(Difference, Difference.what == "not_announced", Difference.closed_at.is_(None))
        return str(row.ours.get("missing") or row.theirs["refused"]) if row else None

    def ask(self) -> Ask | None:
        """The newest announcement."""
        found: Ask | None = self.one(Ask, Ask.verb == "announce_customer")
        return found

    def carried(self) -> Ask:
        """The newest announcement at its end, alone or in its package."""
        self.perform(pack_announcements, actor=HUB)
        ask = self.ask()
        assert ask is not None
        drive(self.door.runtime, ask.package_id or ask.id)
        ended = self.ask()
        assert ended is not None and ended.id == ask.id
        return ended

    def theirs(self) -> dict[str, Any]:
        """The agreement in the carrier's own books."""
        [row] = self.door.partner.ledger()["agreements"]
        return {"cust": row["cust"], "order_day": row["order_day"]}

    def day_told(self) -> str:
        """The order day in the newest announcement."""
        ask = self.ask()
        assert ask is not None
        with self.door.runtime.office.desk(HUB) as desk:
            return str(open_fields(desk.vault, ask)["order_day"])

    def task(self) -> Task | None:
        """The clerk's open task."""
        found: Task | None = self.one(Task, Task.kind == "announce", Task.done_at.is_(None))
        return found


@pytest.fixture(params=["telecom", "mobile"])
def town(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Iterator[Town]:
    """A customer without order day and authorisation, whose agreement the carrier has pushed."""
    channel = request.param
    with door(store, channel, tmp_path) as opened:
        with opened.runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, 1, authorised=False)
            people.entering(desk, row)
        found = Town(opened, channel, row.id)
        given = {"licence": row.licence_no, "phone": "13900000001", NUMBERS[channel]: "860000000000111"}
        opened.partner.post("/_sim/sign", **given)
        until(lambda: bool(compared(opened.runtime.office)) or found.one(Agreement) is not None)
        until(lambda: (compared(opened.runtime.office), found.one(Agreement))[1] is not None)
        yield found


@pytest.mark.article("R7.7", "R7.8")
@pytest.mark.parametrize("first", ["day", "paper"])
def test_the_answer_goes_by_itself_when_order_day_and_authorisation_are_there(town: Town, first: str) -> None:
    assert town.stuck() == "order_day" and town.ask() is None
    steps = [lambda: town.day("3"), town.authorise]
    for step in steps if first == "day" else steps[::-1]:
        assert town.ask() is None
        step()
    assert town.ask() is not None, "at once, not when somebody compares"
    ended = town.carried()
    assert (ended.state, ended.article) == (AskState.DONE, {"telecom": "R7.7", "mobile": "R7.8"}[town.channel])
    assert town.theirs() == {"cust": CODE, "order_day": "3"}
    assert town.stuck() is None and town.task() is None, "what is done leaves the desks"
    assert town.perform(keep_announcements, actor=HUB) == 0, "said once"


@pytest.mark.article("R7.7", "R7.8")
def test_what_cannot_go_yet_is_the_clerks_task_due_in_a_working_day(town: Town) -> None:
    task, agreement = town.task(), town.one(Agreement)
    assert task is not None and task.post == "statistics_clerk" and task.details["missing"] == "order_day"
    with town.door.runtime.office.store.transaction() as tx:
        due = due_after(tx, agreement.unannounced_since, 1)
        assert tasks.open_tasks_about(tx, "agreement", agreement.id)
    row = town.one(Difference)
    assert task.due_at == row.decide_by == due.moment and task.sum == due.sum


@pytest.mark.article("R7.7", "R7.8")
def test_what_came_by_another_way_is_found_by_the_upkeep(town: Town) -> None:
    """An order day of a route meeting, an authorisation that was entered by a list: nobody announces, the hub does."""
    with town.door.runtime.office.desk(people.CLERK) as desk:
        row = desk.customer(town.customer_id)
        row.values = {**row.values, "order_day": "2"}
        people.authorise(desk, row, town.channel).purpose = ORDERING
    assert town.ask() is None
    assert town.perform(keep_announcements, actor=HUB) == 1
    assert town.carried().state == AskState.DONE
    assert town.theirs()["order_day"] == "2"


@pytest.mark.article("R7.7", "R7.8", "R13.4")
def test_another_order_day_is_announced_anew_and_one_that_moves_meanwhile_as_well(town: Town) -> None:
    town.authorise()
    town.day("3")
    town.carried_out("4")
    first = town.carried()
    assert (first.state, town.theirs()["order_day"]) == (AskState.DONE, "3"), "the announcement that was under way"
    assert town.perform(keep_announcements, actor=HUB) == 1
    second = town.ask()
    assert second is not None and second.id != first.id and town.day_told() == "4"
    if town.channel == "mobile":
        return  # it takes a number once in half an hour: the second one waits there
    town.carried()
    assert town.theirs()["order_day"] == "4"
    assert town.one(Agreement).unannounced_since is None and town.perform(keep_announcements, actor=HUB) == 0
    town.carried_out("5")
    assert town.day_told() == "5" and town.one(Ask).id != second.id, "what was told already is told anew"


@pytest.mark.article("R7.7", "R7.8")
def test_after_a_carriers_no_nothing_goes_by_itself_and_a_person_announces_by_hand(town: Town) -> None:
    town.door.partner.post("/_sim/scenario", scenario="accepted_then_refused", customer_code=CODE)
    town.authorise()
    town.day("3")
    refused = town.carried()
    assert refused.state == AskState.REFUSED
    assert town.stuck() == refused.reason and town.task() is not None
    assert town.perform(keep_announcements, actor=HUB) == 0, "a no is not asked again by a machine"
    town.door.partner.post("/_sim/scenario", scenario="customer_registered", customer_code=CODE)
    number = town.one(Agreement).agreement_no
    by_hand = town.perform(carriers.announce_by_hand, town.customer_id, number)
    with pytest.raises(UnderWay):
        town.perform(carriers.announce_by_hand, town.customer_id, number)
    if town.channel == "mobile":
        assert town.one(Ask).id == by_hand
        return  # it takes a number once in half an hour: the second one waits there
    again = town.carried()
    assert (again.id, again.state) == (by_hand, AskState.DONE) and town.stuck() is None
    with pytest.raises(KnownThere):
        town.perform(carriers.announce_by_hand, town.customer_id, number)
    assert town.theirs() == {"cust": CODE, "order_day": "3"}


@pytest.mark.article("R7.7", "G2")
def test_by_hand_is_held_to_the_gate_as_well(town: Town) -> None:
    number = town.one(Agreement).agreement_no
    with pytest.raises(Refusal) as lacks:
        town.perform(carriers.announce_by_hand, town.customer_id, number)
    assert lacks.value.code == "no_order_day"
    town.day("3")
    with pytest.raises(Refusal) as lacks:
        town.perform(carriers.announce_by_hand, town.customer_id, number)
    assert lacks.value.code == "not_authorised" and town.ask() is None


@pytest.mark.article("R7.7")
def test_an_agreement_that_ends_takes_its_task_and_difference_along(town: Town) -> None:
    assert town.stuck() == "order_day"
    with town.door.runtime.office.store.transaction() as tx:
        [row] = accounts.agreements_of(tx, town.customer_id)
        row.state = "ended"
    assert town.perform(keep_announcements, actor=HUB) == 1
    assert town.stuck() is None and town.task() is None
