"""Words of a partner in any order, doubled or early: the same twins, devices, accounts, asks and differences in the end.

All 720 orders of six messages are played on one database, each by a customer of its own.
"""

import itertools
import random
from collections.abc import Callable, Sequence
from datetime import date

import pytest
from sqlalchemy import select, text

from hub.domain.facts import (
    AgreementEnded,
    AgreementSigned,
    BindingEnded,
    BindingLive,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Fact,
)
from hub.domain.staff.posts import HUB
from hub.domain.states import OPEN_ASKS
from hub.operations.asks.outcomes import Learnt, learn
from hub.operations.carriers import keep_announcements
from hub.operations.office import Office
from hub.registry.reconciliation import differences
from hub.registry.schema import Account, Ask, Difference
from hub.registry.session import Store
from tests.support import people
from tests.support.doors import compared
from tests.support.makers.orders import at, code_of, hear, office_of, with_passbooks

CODE = "370101000001"
ORDERS = list(itertools.permutations(range(6)))
SHARE = 24
"""Orders that every run plays, other ones each day; `make proof` plays all 720."""
Six = Callable[[int], Sequence[Fact]]


def mended(number: int) -> Sequence[Fact]:
    """A handset that breaks, is mended, and breaks for good; then the agreement ends."""
    code, agreement, device = code_of(number), f"TX{number:06d}A", f"86{number:06d}1"
    return (
        AgreementSigned(code, agreement, f"{370100000000 + number}", date(2028, 11, 19), at=at(0)),
        DeviceBound(code, device, agreement, at=at(1)),
        DeviceFailed(code, device, repairable=True, at=at(2)),
        DeviceBound(code, device, agreement, at=at(3)),
        DeviceFailed(code, device, repairable=False, at=at(4)),
        AgreementEnded(code, agreement, at=at(5)),
    )


def named_late(number: int) -> Sequence[Fact]:
    """An agreement whose customer the carrier can only name later; a handset that moves to it, two words of one moment."""
    code, first, second = code_of(number), f"TX{number:06d}A", f"TX{number:06d}B"
    licence, device = f"{370100000000 + number}", f"86{number:06d}2"
    return (
        DeviceBound(code, device, first, at=at(1)),
        DeviceEnded(code, device, at=at(1)),
        DeviceBound(code, device, second, at=at(2)),
        AgreementSigned("", second, licence, at=at(1)),
        AgreementSigned(code, second, licence, date(2029, 1, 1), at=at(2)),
        DeviceEnded(code, device, at=at(6)),
    )


def other_card(number: int) -> Sequence[Fact]:
    """A binding that ends and comes again with other cards: in force in the end, with a card that is not ours."""
    code = code_of(number)
    return (
        BindingLive(code, "P1", "0001", at=at(0)),
        BindingEnded(code, at=at(1)),
        BindingLive(code, "P2", "0002", at=at(2)),
        BindingEnded(code, at=at(3)),
        BindingLive(code, "P2", "0002", at=at(4)),
        BindingLive(code, "P3", "0003", at=at(5)),
    )


def ended(number: int) -> Sequence[Fact]:
    """A binding that is over in the end."""
    code = code_of(number)
    return (*other_card(number)[:5], BindingEnded(code, at=at(5)))


def played(office: Office, channel: str, six: Six, orders: Sequence[tuple[int, ...]]) -> None:
    """Message after message, of each customer the one whose turn it is in its order; some are told of twice."""
    chance = random.Random(7)
    for step in range(6):
        facts = [six(number)[order[step]] for number, order in enumerate(orders, start=1)]
        again = [
            six(number)[order[chance.randrange(step + 1)]]
            for number, order in enumerate(orders, start=1)
            if chance.random() < 0.3
        ]
        hear(office, channel, f"E{step}", facts)
        hear(office, channel, f"A{step}", again)


TWINS = "SELECT customer_code AS whose, kind, number, state, agreement_no, licence_no, ending, valid_until FROM twins"
DEVICES = """SELECT c.code AS whose, 'device', d.device_no, d.state, d.repairable
FROM devices d JOIN customers c ON c.id = d.customer_id"""
AGREEMENTS = """SELECT c.code AS whose, 'agreement', a.agreement_no, a.state, a.unannounced_since IS NULL
FROM agreements a JOIN customers c ON c.id = a.customer_id"""
ACCOUNTS = """SELECT c.code AS whose, 'account', a.state, a.ending, c.settlement_method
FROM accounts a JOIN customers c ON c.id = a.customer_id"""
ASKS = "SELECT customer_code AS whose, 'ask', verb, state FROM asks WHERE ended_at IS NULL"
TASKS = """SELECT c.code AS whose, 'task', t.kind, t.details->>'missing' FROM tasks t
JOIN customers c ON c.id = t.customer_id WHERE t.done_at IS NULL"""


def ends(store: Store, count: int) -> dict[str, int]:
    """What stands for each customer in the end, with its own numbers taken out: {the end: how many have it}."""
    found: dict[str, list[str]] = {code_of(number): [] for number in range(1, count + 1)}
    with store.transaction() as tx:
        for query in (TWINS, DEVICES, AGREEMENTS, ACCOUNTS, ASKS, TASKS):
            for row in tx.execute(text(query)):
                found[row.whose].append(repr(tuple(row)[1:]))
        for each in tx.scalars(select(Difference).where(Difference.closed_at.is_(None))):
            values = [
                {k: v for k, v in side.items() if k not in differences.MOMENTS} for side in (each.ours, each.theirs)
            ]
            found[each.customer_code].append(repr((each.what, each.number, values)))
    counted: dict[str, int] = {}
    for code, lines in found.items():
        end = (
            "\n".join(sorted(lines)).replace(code, "CODE").replace(f"3701{code[4:]}", "LICENCE").replace(code[6:], "N")
        )
        end = end.replace(f"{370100000000 + int(code[6:])}", "LICENCE")
        counted[end] = counted.get(end, 0) + 1
    return counted


def share() -> list[tuple[int, ...]]:
    """A part of the orders, chosen by the run's seed, with the written one and its reverse."""
    chosen = random.sample(ORDERS, SHARE)
    return [ORDERS[0], ORDERS[-1], *chosen]


ALL = [pytest.param(share, id="a-share"), pytest.param(lambda: ORDERS, id="all-720", marks=pytest.mark.proof)]


@pytest.mark.slow
@pytest.mark.article("R7.7", "R7.8", "R11.2")
@pytest.mark.parametrize("orders", ALL)
@pytest.mark.parametrize("six", [mended, named_late])
def test_a_carriers_messages_end_alike_in_all_orders(
    store: Store, six: Six, orders: Callable[[], list[tuple[int, ...]]]
) -> None:
    office, chosen = office_of(store, "telecom"), orders()
    with office.desk(people.CLERK) as desk:
        for number in range(1, len(chosen) + 1):
            people.customer(desk, number, authorised=False)
    played(office, "telecom", six, chosen)
    while office.perform(HUB, keep_announcements):
        pass
    [(end, count)] = ends(store, len(chosen)).items()
    assert count == len(chosen)
    assert "'device'" in end and "'agreement'" in end and "'ask'" not in end


def answer(office: Office, fact: type[Fact]) -> int:
    """The bank answers what it is asked about; how many questions there were."""
    with office.desk(HUB) as desk:
        asked = list(desk.tx.scalars(select(Ask).where(Ask.state.in_(OPEN_ASKS)).with_for_update()))
        for ask in asked:
            assert ask.verb == "recheck_binding" and ask.customer_code is not None
            learn(desk, ask, Learnt([fact(ask.customer_code)], None, True))
    compared(office)
    return len(asked)


@pytest.mark.slow
@pytest.mark.article("R7.9", "R8.4", "R10.1")
@pytest.mark.parametrize("orders", ALL)
@pytest.mark.parametrize(("six", "last"), [(other_card, BindingLive), (ended, BindingEnded)])
def test_a_banks_messages_end_alike_in_all_orders_with_what_is_asked_and_what_people_see(
    store: Store, six: Six, last: type[Fact], orders: Callable[[], list[tuple[int, ...]]]
) -> None:
    office, chosen = office_of(store, "postal"), orders()
    with_passbooks(office, len(chosen))
    played(office, "postal", six, chosen)
    with store.transaction() as tx:
        accounts = set(tx.scalars(select(Account.state)))
    assert accounts == {"live"}, "nothing ends before the bank was asked"
    asked = answer(office, last)
    assert 0 < asked <= len(chosen)
    [(end, count)] = ends(store, len(chosen)).items()
    assert count == len(chosen) and "'ask'" not in end
    if last is BindingEnded:
        assert asked == len(chosen) and "'ended'" in end and "other_card" not in end
    else:
        assert "'other_card'" in end and "'0003'" in end and "'account', 'live'" in end


@pytest.fixture
def ready(store: Store) -> Office:
    """Two customers whom the carrier may know."""
    office = office_of(store, "telecom")
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
        people.customer(desk, 2)
    return office


@pytest.mark.article("R7.7", "R11.2")
def test_the_last_words_count(ready: Office) -> None:
    for number, fact in enumerate(mended(1)):
        hear(ready, "telecom", f"M{number}", [fact])
    for number, fact in enumerate(named_late(2)):
        hear(ready, "telecom", f"N{number}", [fact])
    with ready.store.transaction() as tx:
        found = {tuple(row)[1:] for query in (DEVICES, AGREEMENTS) for row in tx.execute(text(query))}
    assert found == {
        ("agreement", "TX000001A", "ended", True),
        ("device", "860000011", "failed", False),
        ("agreement", "TX000002B", "live", True),
        ("device", "860000022", "ended", True),
    }


@pytest.mark.article("R11.2")
def test_a_device_that_is_another_customers_there_is_shown_to_people_and_not_moved_by_itself(ready: Office) -> None:
    other = code_of(2)
    hear(ready, "telecom", "E1", [DeviceBound(CODE, "86001", at=at(1))])
    hear(ready, "telecom", "E2", [DeviceBound(other, "86001", at=at(2))])
    with ready.store.transaction() as tx:
        [difference] = differences.listed(tx, None)
        assert (difference.what, difference.customer_code) == ("device_moved", CODE)
        assert (difference.ours["customer"], difference.theirs["customer"]) == (CODE, other)
        assert [row.whose for row in tx.execute(text(DEVICES))] == [CODE]
    hear(ready, "telecom", "E3", [DeviceEnded(other, "86001", at=at(3))])
    with ready.store.transaction() as tx:
        assert differences.listed(tx, None) == [], "what agrees again leaves the desk by itself"
