"""Words of a carrier in any order, doubled or early: the same twin, the same device, the same agreement in the end."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies
from sqlalchemy import text

from hub.channels import host
from hub.domain.facts import AgreementEnded, AgreementSigned, DeviceBound, DeviceEnded, DeviceFailed, Fact
from hub.operations import inbound
from hub.operations.office import Office
from hub.registry import differences
from hub.registry.session import Store
from tests.conftest import MASTER
from tests.support import people

CARRIERS = host.load(("telecom",))
CODE = "370101000001"
START = datetime(2026, 11, 20, 1, tzinfo=UTC)
SEEN = "SELECT state, customer_code, agreement_no, licence_no, valid_until, partner_at FROM twins ORDER BY kind, number"
OURS = "SELECT 'd', device_no, state, repairable::text FROM devices UNION ALL SELECT 'a', agreement_no, state, '' FROM agreements ORDER BY 1, 2"


def at(hours: int) -> datetime:
    """A moment of the carrier's."""
    return START + timedelta(hours=hours)


EVENTS: tuple[Fact, ...] = (
    AgreementSigned(CODE, "TX1", "370100000001", date(2028, 11, 19), at=at(0)),
    DeviceBound(CODE, "86001", "TX1", at=at(1)),
    DeviceFailed(CODE, "86001", repairable=True, at=at(2)),
    DeviceBound(CODE, "86001", "TX1", at=at(3)),
    DeviceFailed(CODE, "86001", repairable=False, at=at(4)),
    AgreementEnded(CODE, "TX1", at=at(5)),
)
MORE: tuple[Fact, ...] = (
    DeviceBound(CODE, "86002", "TX1", at=at(1)),
    DeviceEnded(CODE, "86002", at=at(1)),
    DeviceBound(CODE, "86002", "TX2", at=at(2)),
    AgreementSigned("", "TX2", "370100000001", at=at(1)),
    AgreementSigned(CODE, "TX2", "370100000001", date(2029, 1, 1), at=at(2)),
    DeviceEnded(CODE, "86002", at=at(6)),
)


def told(store: Store, events: Sequence[tuple[int, Fact]]) -> tuple[list[Any], list[Any]]:
    """The end of it all, after these messages in this order; each message has its number."""
    office = Office(store, MASTER, lambda tx, ask_id, at=None: None, host.capabilities(CARRIERS))
    with store.transaction() as tx:
        for table in ("asks", "devices", "differences", "twins", "callbacks", "agreements"):
            tx.execute(text(f"DELETE FROM {table}"))
    for number, fact in events:
        hear(office, number, fact)
    with store.transaction() as tx:
        return [tuple(row) for row in tx.execute(text(SEEN))], [tuple(row) for row in tx.execute(text(OURS))]


@pytest.fixture
def ready(store: Store) -> Store:
    """A customer whom the carrier may know."""
    office = Office(store, MASTER, lambda tx, ask_id, at=None: None, host.capabilities(CARRIERS))
    people.found(office)
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 1)
    return store


@pytest.mark.slow
@pytest.mark.article("R7.7", "R11.2")
@pytest.mark.parametrize("events", [EVENTS, MORE])
def test_any_order_of_six_messages_some_of_them_doubled_ends_alike(ready: Store, events: tuple[Fact, ...]) -> None:
    numbered = list(enumerate(events))
    theirs, ours = told(ready, numbered)
    assert theirs and ours

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategies.permutations(numbered), strategies.lists(strategies.sampled_from(numbered), max_size=3))
    def shuffled(order: list[tuple[int, Fact]], again: list[tuple[int, Fact]]) -> None:
        assert told(ready, [*order, *again]) == (theirs, ours)

    shuffled()


def test_the_last_words_count(ready: Store) -> None:
    _, ours = told(ready, list(enumerate(EVENTS)))
    assert ours == [("a", "TX1", "ended", ""), ("d", "86001", "failed", "false")]
    _, ours = told(ready, list(enumerate(MORE)))
    assert ours == [("a", "TX2", "live", ""), ("d", "86002", "ended", "true")]


@pytest.mark.article("R11.2")
def test_a_device_that_is_another_customers_there_is_shown_to_people_and_not_moved_by_itself(ready: Store) -> None:
    office = Office(ready, MASTER, lambda tx, ask_id, at=None: None, host.capabilities(CARRIERS))
    with office.desk(people.CLERK) as desk:
        people.customer(desk, 2)
    other = "370101000002"
    _, ours = told(ready, [(1, DeviceBound(CODE, "86001", at=at(1))), (2, DeviceBound(other, "86001", at=at(2)))])
    with ready.transaction() as tx:
        [difference] = differences.listed(tx, None)
        assert (difference.what, difference.customer_code) == ("device_moved", CODE)
        assert (difference.ours["customer"], difference.theirs["customer"]) == (CODE, other)
    assert ours == [("d", "86001", "live", "true")]
    hear(office, 3, DeviceEnded(other, "86001", at=at(3)))
    with ready.transaction() as tx:
        assert differences.listed(tx, None) == [], "what agrees again leaves the desk by itself"


def hear(office: Office, number: int, fact: Fact) -> None:
    """One message."""
    kept = inbound.keep(office, "telecom", repr((number, fact)).encode(), {})
    inbound.hear(office, kept, f"E{number}", [fact])
