"""Article 9 (3): who could not pay in is settled otherwise only as far as the own unit allows it, each way by itself."""

from itertools import product
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.operations.changes import applications
from hub.operations.office import Office
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import electronic
from tests.support.makers.calls import read, send

RULE = "cash_unit_choice"
WAYS = ("cash", "company_account")


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """A clerk of the county."""
    return caller("clerk1", {Post.STATISTICS_CLERK}, people.UNIT)


@pytest.fixture
def chief(clerk: TestClient, caller: Caller) -> TestClient:
    """Its section chief, who sets what the unit allows."""
    return caller("chief1", {Post.SECTION_CHIEF}, people.UNIT)


def settles(office: Office) -> Customer:
    """A customer with electronic settlement."""
    with office.desk(people.CLERK) as desk:
        return electronic(desk)


def asked(client: TestClient, row: Customer, way: str, reason: str = "no_time") -> Any:
    """The clerk asks for the way, as the customer wanted it."""
    given = {"version": read(client, f"/customers/{row.id}")["customer"]["version"], "rule": RULE, "why": "来电"}
    return send(client, f"/customers/{row.id}/changes", **given, reason=reason, values={"settlement_method": way})


@pytest.mark.article("R9.4")
@pytest.mark.parametrize(("cash", "company_account"), [*product((True, False), repeat=2)])
def test_cash_and_the_companys_account_are_two_choices_and_both_may_be_no(
    office: Office, clerk: TestClient, chief: TestClient, cash: bool, company_account: bool
) -> None:
    set_so = send(chief, f"/unit-rules/{people.UNIT}/{RULE}", cash=cash, company_account=company_account)
    assert set_so.status_code == 200, set_so.text
    row, allowed = settles(office), dict(zip(WAYS, (cash, company_account), strict=True))
    offered = office.perform(people.clerk_of(people.UNIT), applications.list_changes, row.id).rules
    [known] = [known for known in offered if known.key == RULE]
    assert [no.article for no in known.hindrances] == ([] if cash or company_account else ["R9.4"])
    for way in sorted(WAYS, key=lambda way: allowed[way]):
        answer = asked(clerk, row, way)
        assert answer.is_success is allowed[way], (way, answer.text)
        if not allowed[way]:
            assert (answer.status_code, answer.json()["article"]) == (409, "R9.4")
            assert "pay in" in answer.json()["advice"] and "chief" in answer.json()["advice"]
        elif cash and company_account:
            break


@pytest.mark.article("R9.4")
@pytest.mark.parametrize("reason", ["no_time", "forgotten_to_pay_in", "bank_failure"])
def test_the_article_knows_three_reasons(office: Office, clerk: TestClient, chief: TestClient, reason: str) -> None:
    assert send(chief, f"/unit-rules/{people.UNIT}/{RULE}", cash=True, company_account=False).is_success
    row = settles(office)
    for other in ("", "password_locked", "reported_lost"):
        assert asked(clerk, row, "cash", other).status_code == 422, other
    assert asked(clerk, row, "cash", reason).is_success


@pytest.mark.article("R9.4", "I8")
def test_a_unit_that_decided_nothing_leaves_it_open_and_another_units_decision_is_not_its_own(
    office: Office, clerk: TestClient, chief: TestClient, caller: Caller
) -> None:
    other = caller("chief2", {Post.SECTION_CHIEF}, "370102")
    assert send(other, f"/unit-rules/370102/{RULE}", cash=False, company_account=False).is_success
    assert asked(clerk, settles(office), "cash").is_success
    no = send(chief, f"/unit-rules/{people.UNIT}/cash_for_good", cash=True)
    assert (no.status_code, no.json()["code"]) == (409, "no_choice_here")


@pytest.mark.article("R9.4")
def test_the_rules_page_says_both(clerk: TestClient, chief: TestClient) -> None:
    assert send(chief, f"/unit-rules/{people.UNIT}/{RULE}", cash=False).is_success
    [view] = read(clerk, "/unit-rules")
    assert (view["cash"], view["company_account"]) == (False, None)
