"""Each article names the cases for which it is: a reason of another article, or none, is refused (R8, R9.3, R11)."""

from collections.abc import Mapping

import pytest

from hub.domain.changes import REASONS, RULES
from hub.domain.refusals import BadInput
from hub.operations.changes.plan import ChangeRequest, value_faults
from hub.operations.office import Office
from tests.support import people

NAMED: Mapping[str, str] = {
    # R8.1: lost and reported before the collection, or a card already replaced.
    "cash_card_reported": "reported_lost replaced",
    # R8.2: lost and not reported; the customer chooses.
    "cash_card_unreported": "lost_not_reported",
    # R8.4: the password is forgotten when the passbook is replaced.
    "cash_passbook_password": "password_forgotten",
    # R8.5: a credit card that was lost.
    "cash_credit_card": "reported_lost",
    # R9.3: a locked password; no time to pay in, forgotten to, a failure of the bank.
    "cash_password_locked": "password_locked",
    "cash_unit_choice": "no_time forgotten_to_pay_in bank_failure",
    # R11.1 and R11.2: the ordering system is down; the device failed.
    "phone_outage": "system_outage",
    "phone_device": "device_failed",
}
ANY = sorted({*REASONS, "", "system outage", "no_such_reason"})


@pytest.mark.article("R8.1", "R8.2", "R8.4", "R8.5", "R9.3", "R11.1", "R11.2")
def test_a_rule_takes_the_reasons_of_its_article_and_no_others(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 1)
        for key, rule in RULES.items():
            for reason in ANY:
                request = ChangeRequest(
                    customer_id=customer.id,
                    version=customer.version,
                    rule=key,
                    values={},
                    why="客户来电",
                    reason=reason,
                )
                refusals = [
                    refusal
                    for refusal in value_faults(desk, customer, rule, request)
                    if isinstance(refusal, BadInput) and refusal.fields.get("at") == "reason"
                ]
                wanted = NAMED.get(key, "").split()
                assert bool(refusals) is (reason not in (wanted or [""])), (key, reason)


def test_every_reason_is_some_articles() -> None:
    assert {reason for reasons in NAMED.values() for reason in reasons.split()} == set(REASONS)
