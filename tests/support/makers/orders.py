"""Partners' words in any order."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hub.channels import host
from hub.domain.facts import Fact
from hub.operations.office import Office
from hub.operations.reconciliation import callbacks
from hub.ports import new_id, now, today
from hub.registry.schema import Account, Agreement, Confidentiality, Customer
from hub.registry.session import Store
from tests.conftest import MASTER
from tests.support import people
from tests.support.doors import compared

START = datetime(2026, 11, 20, 1, tzinfo=UTC)


def at(hours: int) -> datetime:
    """A moment of the partner's."""
    return START + timedelta(hours=hours)


def code_of(number: int) -> str:
    """The code of the customer who plays an order."""
    return f"370101{number:06d}"


def office_of(store: Store, channel: str) -> Office:
    """An office whose nudges go nowhere."""
    office = Office(store, MASTER, lambda tx, ask_id, at=None: None, host.capabilities(host.load((channel,))))
    people.found(office)
    return office


def hear(office: Office, channel: str, event: str, facts: Sequence[Fact]) -> None:
    """One message, and what the comparer does after it."""
    kept = callbacks.keep(office, channel, event.encode(), {})
    assert callbacks.hear(office, channel, kept, event, facts)
    compared(office)


def with_passbooks(office: Office, count: int) -> None:
    """Customers whose passbook is in force here."""
    with office.desk(people.CLERK) as desk:
        said = {
            "agreement_no": "保密",
            "valid_from": date(2025, 1, 1),
            "valid_until": date(2999, 12, 31),
            "by_name": "内管员",
            "at": now(),
        }
        desk.tx.add(Confidentiality(id=new_id(), channel="postal", **said))
        for number in range(1, count + 1):
            row = people.customer(desk, number, authorised=False)
            people.authorise(desk, row, "postal")
            row.settlement_method, row.settlement_bank = "electronic", "postal"
            with_passbook(desk, row, number)


def with_passbook(desk: Any, row: Customer, number: int) -> None:
    """The account and its agreement."""
    paper, account_id = people.paper(desk, row, "passbook_copy").id, new_id()
    agreement = Agreement(
        id=new_id(),
        customer_id=row.id,
        channel="postal",
        kind="tri_party",
        agreement_no=f"XY{number:08d}",
        signed_on=today(),
        state="live",
        delivered_at=now(),
    )
    desk.tx.add(agreement)
    desk.tx.flush()
    desk.tx.add(
        Account(
            id=account_id,
            customer_id=row.id,
            channel="postal",
            kind="passbook",
            number_sealed=desk.vault.seal(row.id, f"accounts.number_sealed:{account_id}", f"60{number:013d}0001"),
            number_digest=desk.vault.digest("card_number", f"60{number:013d}0001"),
            ending="0001",
            payer_name=row.licence_holder,
            agreement_id=agreement.id,
            evidence_id=paper,
            state="live",
            filed_at=START,
            live_at=START,
        )
    )
