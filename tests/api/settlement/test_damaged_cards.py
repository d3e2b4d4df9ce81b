"""Article 8 (2): a damaged card is no lost one; until it is replaced nobody takes cash. Article 8 (1): when an order is kept."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.changes import TABLE, Rule
from hub.domain.staff.posts import Post
from hub.operations.changes.applications import list_changes
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import settled
from tests.support.makers.calls import read, send

TO_CASH = [rule for rule in TABLE if "settlement_method" in rule.sets]
DIRECT = [
    (rule, reason)
    for rule in TO_CASH
    for reason in (rule.reasons or ("",))
    if not rule.approvals and reason != "replaced"
]


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("anybody", set(Post), "3701")


def version(client: TestClient, shop: UUID) -> int:
    """Of the record as it stands."""
    return int(read(client, f"/customers/{shop}")["customer"]["version"])


def report(client: TestClient, shop: UUID, event: str, choice: str) -> Any:
    """What happened to the card."""
    given = {"version": version(client, shop), "event": event, "choice": choice, "why": "客户来电"}
    return send(client, f"/customers/{shop}/cards", **given)


def cash(client: TestClient, shop: UUID, rule: Rule, reason: str) -> Any:
    """Cash is asked for."""
    values = {"settlement_method": "cash"}
    given = {"version": version(client, shop), "rule": rule.key, "values": values, "why": "客户要求", "told": True}
    return send(client, f"/customers/{shop}/changes", **given, **({"reason": reason} if reason else {}))


def method(client: TestClient, shop: UUID) -> str:
    """How the customer settles."""
    return str(read(client, f"/customers/{shop}")["customer"]["settlement_method"])


@pytest.mark.article("R8.7", "R8.3")
@pytest.mark.parametrize(("rule", "reason"), DIRECT, ids=[f"{rule.key}-{reason}" for rule, reason in DIRECT])
def test_a_damaged_card_is_no_way_to_cash_whichever_reason_is_given(
    client: TestClient, office: Office, rule: Rule, reason: str
) -> None:
    """Paying in to the old number is safe, so before the new card no cash is taken: locked password or not."""
    kind = "passbook" if rule.key == "cash_passbook_password" else "debit_card"
    shop = settled(office, "credit_card" if rule.key == "cash_credit_card" else kind)
    assert report(client, shop, "damaged", "transfer").status_code == 201
    no = cash(client, shop, rule, reason)
    assert no.status_code == 409 and no.json()["article"] == "R8.3", no.text
    assert "pay in" in no.json()["advice"] and method(client, shop) == "electronic"
    [offered] = [each for each in office.perform(people.CLERK, list_changes, shop).rules if each.key == rule.key]
    assert offered.hindrances or "company_account" in rule.to or "replaced" in rule.reasons


@pytest.mark.article("R8.7", "R9.2")
def test_nor_is_cash_for_good_asked_for_before_the_new_card(client: TestClient, office: Office) -> None:
    shop = settled(office)
    assert report(client, shop, "damaged", "transfer").status_code == 201
    values = {"settlement_method": "cash"}
    given = {"version": version(client, shop), "rule": "cash_for_good", "values": values, "why": "客户要求"}
    plan = send(client, f"/customers/{shop}/changes/plan", **given).json()
    assert "damaged_takes_no_cash" in [each["code"] for each in plan["missing"]]


@pytest.mark.article("R8.7", "R8.3")
def test_a_loss_that_is_reported_over_a_damage_asks_to_end_the_damage_first(client: TestClient, office: Office) -> None:
    shop = settled(office)
    case = report(client, shop, "damaged", "transfer").json()["id"]
    no = report(client, shop, "lost_reported", "cash")
    assert no.status_code == 409 and no.json()["article"] == "R8.3", no.text
    assert send(client, f"/cards/{case}/close", how="given_up", why="卡已丢失并挂失").is_success
    assert report(client, shop, "lost_reported", "cash").status_code == 201 and method(client, shop) == "cash"


@pytest.mark.article("R8.7", "R8.3", "R8.1")
def test_who_has_replaced_it_pays_cash_until_the_new_card_is_entered(client: TestClient, office: Office) -> None:
    shop = settled(office)
    assert report(client, shop, "damaged", "transfer").status_code == 201
    assert report(client, shop, "damaged_replaced", "cash").status_code == 201
    assert method(client, shop) == "cash"


@pytest.mark.article("R8.7", "R8.3")
def test_the_appointment_for_the_new_card_is_the_clerks_task_until_it_is_booked(
    client: TestClient, office: Office
) -> None:
    """The clerk arranges with the customer when the card is made and when it is entered here."""
    shop = settled(office)
    case = report(client, shop, "damaged", "transfer").json()["id"]

    def open_kinds() -> dict[str, str]:
        return {each["kind"]: each["post"] for each in read(client, "/tasks") if each["subject_id"] == case}

    assert open_kinds() == {"book_card": "statistics_clerk", "new_card": "account_manager"}
    assert send(client, f"/cards/{case}/booking", card_on="2199-01-02", entry_on="2199-01-02").is_success
    assert "book_card" not in open_kinds()


@pytest.mark.article("R8.7", "R8.1")
def test_an_order_is_kept_only_for_a_card_that_was_reported(client: TestClient, caller: Caller, office: Office) -> None:
    """The call desk keeps an order because a reported card can't be collected from and the clerk is away."""
    shop = settled(office)
    keep = {"cause": "clerk_away", "why": "统计员休假"}
    no = send(client, f"/customers/{shop}/kept-orders", **keep)
    assert no.status_code == 409 and no.json()["article"] == "R8.7", no.text
    assert "report" in no.json()["advice"].lower()
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    assert report(manager, shop, "lost_reported", "cash").status_code == 201
    assert send(client, f"/customers/{shop}/kept-orders", **keep).status_code == 201


@pytest.mark.article("R8.7", "R8.1")
def test_no_order_is_kept_for_who_pays_in_to_the_old_number(client: TestClient, office: Office) -> None:
    shop = settled(office)
    assert report(client, shop, "damaged", "transfer").status_code == 201
    no = send(client, f"/customers/{shop}/kept-orders", cause="clerk_away", why="统计员休假")
    assert no.status_code == 409 and no.json()["article"] == "R8.7", no.text
