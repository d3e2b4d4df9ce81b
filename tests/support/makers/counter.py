"""A bank's counter, and what is signed there."""

from uuid import UUID

from hub.operations.settlement.accounts import bind_account
from tests.support import people
from tests.support.doors import Door

Town = Door


PASSBOOK = "600000000000{:06d}0"


def filed(town: Town, number: int = 1) -> tuple[UUID, str, UUID]:
    """A passbook filed for a new customer: (customer, passbook, ask)."""
    with town.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        people.authorise(desk, row, "postal")
        passbook = PASSBOOK.format(number)
        paper = people.paper(desk, row, "passbook_copy").id
        given = {"channel": "postal", "kind": "passbook", "number": people.Secret(passbook), "evidence_id": paper}
        request = people.request(desk, row, number, **given)
        return row.id, passbook, bind_account(desk, request)


def sign(town: Town, passbook: str) -> str:
    """The customer signs at the counter; the agreement's number."""
    town.partner.post("/_sim/sign", customer_code="370101000001", medium=passbook, name="测试1")
    return str(town.partner.ledger()["agreements"][-1]["no"])
