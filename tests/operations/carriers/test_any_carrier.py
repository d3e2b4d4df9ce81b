"""A carrier that came after the hub: its lists, its agreement's term and an outage treat it like the others (R7.7, R11.3)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.capabilities import Capability
from hub.domain.customers.choices import ORDER_METHODS
from hub.domain.facts import AgreementSigned, DeviceBound
from hub.domain.staff.posts import HUB
from hub.operations.changes import conditions
from hub.operations.office import Office
from hub.operations.reconciliation import list_runs
from hub.operations.reconciliation.full_comparison import compare_all
from hub.operations.reconciliation.intake import take_in
from hub.ports import now, today
from hub.registry.outages import outages
from hub.registry.schema import Outage
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.makers.applications import customer

RIVER = Capability("river", "carrier", "河畔通信", title_en="River Telecom", device="yanxintong", agreement="two_party")
HILL = Capability("hill", "carrier", "山脚通信", title_en="Hill Telecom")


@pytest.mark.article("R7.8", "R11.3", "R11.1")
@pytest.mark.parametrize(
    ("carrier", "device", "agreement"), [(RIVER, "yanxintong", "two_party"), (HILL, "handset", "tri_party")]
)
def test_an_unknown_carriers_list_is_entered_as_its_plugin_declares_and_binds_the_customer(
    office: Office, carrier: Capability, device: str, agreement: str
) -> None:
    office = replace(office, channels={carrier.key: carrier})
    people.found(office)
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method=device, order_day="1")
    until = today() + timedelta(days=300)
    with office.desk(HUB) as desk:
        facts = [
            AgreementSigned(row.code, "TX1", at=now() - timedelta(days=9), valid_until=until),
            DeviceBound(row.code, "860000000000001", "TX1", at=now() - timedelta(days=9)),
        ]
        take_in(desk, carrier.key, facts, now())
    compare_all(office, carrier.key, "list_devices")
    with office.desk(people.CLERK) as desk:
        held = [(each.kind, each.state) for each in accounts.agreements_of(desk.tx, row.id)]
        assert held == [(agreement, "live")]
        assert [each.kind for each in accounts.devices_of(desk.tx, row.id)] == [device]
        [refused] = conditions.term_over(desk, row, {})
        assert refused.sentence("zh").startswith(ORDER_METHODS[device][0]) and ORDER_METHODS[device][1] in str(refused)
        down = Outage(methods=[device], unit_code=people.UNIT)
        [count] = outages.planned(desk.tx, down, [people.UNIT], today())
        assert count.in_term and count.method == device


@pytest.mark.article("R7.8")
def test_a_plugin_that_is_gone_breaks_no_reading(office: Office) -> None:
    with office.desk(HUB) as desk:
        assert desk.titles_of("gone") == ("gone", "gone")
        assert list_runs.kinds_of(desk.channels.get("gone")).device == "handset"
