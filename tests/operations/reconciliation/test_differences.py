"""The desk of differences loses no work: what is under way stays, what was explained is left, what is decided is mended."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from hub.domain.facts import BindingEnded, BindingLive, DeviceBound
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.office import Office
from hub.operations.reconciliation import differences
from hub.operations.reconciliation.full_comparison import compare_all
from hub.ports import new_id, now
from hub.registry.reconciliation import differences as questions
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import Account, Ask, Authorisation, Change, Customer, Device, Difference
from hub.registry.session import Store
from tests.support import people
from tests.support.doors import compared
from tests.support.makers.orders import at, code_of, hear, office_of, with_passbooks

CODE = code_of(1)
CHIEF = Actor(new_id(), "科长丁", frozenset({(Post.SECTION_CHIEF, "3701")}))


@pytest.fixture
def bank(store: Store) -> Office:
    """Postal, and a customer whose passbook ends in 0001 here."""
    office = office_of(store, "postal")
    with_passbooks(office, 1)
    return office


@pytest.fixture
def carrier(store: Store) -> Office:
    """Telecom, and two customers."""
    office = office_of(store, "telecom")
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
        people.customer(desk, 2)
    return office


def open_rows(office: Office) -> list[Difference]:
    """The desk."""
    return office.perform(people.CLERK, differences.list_differences)


def newest(office: Office, table: Any) -> Any:
    """The newest row of a table."""
    with office.store.transaction() as tx:
        return tx.scalars(select(table).order_by(table.id.desc())).first()


def nightly(office: Office, channel: str) -> None:
    """The whole list is compared."""
    compare_all(office, channel, "list_bindings")


def decided(office: Office, way: str, row: Difference | None = None) -> UUID:
    """Two people decide about the one difference."""
    [found] = [row] if row else open_rows(office)
    office.perform(people.CLERK, differences.propose, found.id, way, "已电话核实")
    office.perform(CHIEF, differences.confirm, found.id)
    return found.id


def asked(office: Office, verb: str) -> list[str]:
    """States of the asks of a verb."""
    with office.store.transaction() as tx:
        return list(tx.scalars(select(Ask.state).where(Ask.verb == verb)))


@pytest.mark.article("R7.9", "G3")
def test_while_something_is_under_way_a_standing_difference_keeps_its_deadline_and_its_proposal(bank: Office) -> None:
    hear(bank, "postal", "E1", [BindingLive(CODE, "P1", "0002", at=at(1))])
    [row] = open_rows(bank)
    assert row.evidence is not None and row.evidence.startswith("callback ")
    early = row.decide_by - timedelta(days=1)
    with bank.store.transaction() as tx:
        tx.execute(update(Difference).values(decide_by=early))
    bank.perform(people.CLERK, differences.propose, row.id, "recheck", "先问银行")
    assert asked(bank, "recheck_binding") == ["accepted"]
    nightly(bank, "postal")
    [same] = open_rows(bank)
    assert (same.id, same.decide_by, same.proposed) == (row.id, early, "recheck")


@pytest.mark.article("R7.9", "G3")
def test_what_was_explained_is_left_until_one_of_the_values_changes(bank: Office) -> None:
    hear(bank, "postal", "E1", [BindingLive(CODE, "P1", "0002", at=at(1))])
    decided(bank, "explained")
    for _ in range(2):
        nightly(bank, "postal")
        assert open_rows(bank) == []
    hear(bank, "postal", "E2", [BindingLive(CODE, "P1", "0002", at=at(2))])
    assert open_rows(bank) == [], "another moment is no other value"
    hear(bank, "postal", "E3", [BindingLive(CODE, "P1", "0003", at=at(3))])
    [row] = open_rows(bank)
    assert row.theirs["ending"] == "0003" and row.proposed is None


@pytest.mark.article("G3")
def test_a_decision_about_other_values_is_void(bank: Office) -> None:
    hear(bank, "postal", "E1", [BindingLive(CODE, "P1", "0002", at=at(1))])
    kept = decided(bank, "ours")
    hear(bank, "postal", "E2", [BindingLive(CODE, "P1", "0003", at=at(2))])
    [row] = open_rows(bank)
    assert row.id == kept and (row.proposed, row.confirmed_at) == (None, None)


@pytest.mark.article("G3", "R8.4")
def test_ours_is_right_stays_on_the_desk_until_the_partner_has_mended_it(bank: Office) -> None:
    hear(bank, "postal", "E1", [BindingLive(CODE, "P1", "0002", at=at(1))])
    kept = decided(bank, "ours")
    compared(bank)
    [row] = open_rows(bank)
    assert row.confirmed_by_name == CHIEF.name
    with pytest.raises(differences.AlreadyConfirmed):
        bank.perform(CHIEF, differences.confirm, kept)
    hear(bank, "postal", "E2", [BindingLive(CODE, "P1", "0001", at=at(2))])
    closed = newest(bank, Difference)
    assert (closed.id, closed.closed_how) == (kept, "ours") and open_rows(bank) == []


@pytest.mark.article("G3", "R11.2")
def test_theirs_is_right_moves_a_device_and_both_histories_tell_it(carrier: Office) -> None:
    hear(carrier, "telecom", "E1", [DeviceBound(CODE, "86001", at=at(1))])
    hear(carrier, "telecom", "E2", [DeviceBound(code_of(2), "86001", at=at(2))])
    decided(carrier, "theirs")
    with carrier.store.transaction() as tx:
        device = tx.scalars(select(Device)).one()
        owner = tx.get(Customer, device.customer_id)
        told = {row.customer_id for row in tx.scalars(select(Change)) if "device" in row.changes}
    assert owner is not None and owner.code == code_of(2) and len(told) == 2
    compared(carrier)
    assert open_rows(carrier) == [] and newest(carrier, Difference).closed_how == "theirs"


@pytest.mark.article("G3", "R10.1")
@pytest.mark.parametrize("may_ask", [True, False])
def test_theirs_is_right_about_an_end_asks_the_bank_or_ends_ours_by_two_peoples_word(
    bank: Office, may_ask: bool
) -> None:
    """The customer took the authorisation back: nothing may leave, so the bank cannot be asked."""
    with bank.store.transaction() as tx:
        tx.execute(update(Authorisation).values(withdrawn_at=now()))
    hear(bank, "postal", "E1", [BindingEnded(CODE, at=at(1))])
    assert asked(bank, "recheck_binding") == []
    if may_ask:
        with bank.store.transaction() as tx:
            tx.execute(update(Authorisation).values(withdrawn_at=None))
    decided(bank, "theirs")
    account = newest(bank, Account)
    if may_ask:
        assert account.state == "live" and asked(bank, "recheck_binding") == ["accepted"]
        assert len(open_rows(bank)) == 1, "until the bank has answered"
        return
    compared(bank)
    assert account.state == "ended" and open_rows(bank) == []
    assert newest(bank, Customer).settlement_method == "cash"


@pytest.mark.article("G3")
def test_only_ways_that_make_sense_are_taken(carrier: Office) -> None:
    with carrier.desk(people.CLERK) as desk:
        found = DifferenceFound("agreement", "TX1", "not_announced", None, CODE, None, {"missing": "order_day"}, {})
        row = questions.open_difference(desk.tx, "telecom", found, "mend_and_announce", now())
        assert differences.ways_of(desk, row) == ["explained"]
    with pytest.raises(BadInput):
        carrier.perform(people.CLERK, differences.propose, row.id, "theirs", "已核实")


@pytest.mark.article("G3")
def test_nobody_settles_alone(bank: Office) -> None:
    hear(bank, "postal", "E1", [BindingLive(CODE, "P1", "0002", at=at(1))])
    [row] = open_rows(bank)
    bank.perform(people.CLERK, differences.propose, row.id, "explained", "已核实")
    with pytest.raises(differences.SecondPersonForDifference):
        bank.perform(people.CLERK, differences.confirm, row.id)


@pytest.mark.article("R7.9")
def test_the_desk_is_read_to_its_end(carrier: Office) -> None:
    with carrier.desk(HUB) as desk:
        for number in range(450):
            found = DifferenceFound(
                "device", f"86{number}", "unknown_customer", None, f"37{number:010d}", None, {}, {"state": "live"}
            )
            row = questions.open_difference(desk.tx, "telecom", found, "ask_partner", now())
            row.decide_by = now() + timedelta(days=number % 7)
    seen: list[UUID] = []
    with carrier.desk(people.CLERK) as desk:
        while rows := differences.list_differences(desk, seen[-1] if seen else None):
            assert len(rows) <= 200
            seen += [row.id for row in rows]
            dues = [row.decide_by for row in rows]
            assert dues == sorted(dues)
    assert len(seen) == len(set(seen)) == 450


@pytest.mark.article("R7.9")
def test_two_that_open_one_difference_at_once_open_one(carrier: Office) -> None:
    found = DifferenceFound("message", "E1", "event_reused", None, CODE, None, {}, {})

    def open_it() -> UUID:
        with carrier.desk(HUB) as desk:
            row = questions.open_difference(desk.tx, "telecom", found, "ask_partner", now())
            return row.id

    with ThreadPoolExecutor(8) as crowd:
        ids = {each.result() for each in [crowd.submit(open_it) for _ in range(24)]}
    assert len(ids) == 1
