"""Article 7 (5): told to pay electronically only while both sides have it; what is not so any more is taken back (G16)."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations import cards
from hub.operations.asks.consequences import binding_live, end_here
from hub.operations.changes import temporary
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from hub.registry.schema import Account, Agreement, Ask
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import customer, said
from tests.support.makers.calls import read, send
from tests.support.makers.stated import kept_up
from tests.support.scenes import Browse


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("anybody", set(Post), "3701")


def bound(office: Office, which: int = 1) -> UUID:
    """A customer whose account the bank and we have."""
    with office.desk(people.CLERK) as desk:
        row = customer(desk, which, order_day="3")
        ask = desk.tx.get_one(Ask, bind_account(desk, people.request(desk, row, which)))
        ask.state = "done"
        binding_live(desk, ask, "BDP1", None)
        return row.id


def ended_there(office: Office, shop: UUID) -> None:
    """The bank ended the account at its counter, and said so when it was asked."""
    with office.desk(HUB) as desk:
        account = desk.tx.query(Account).filter_by(customer_id=shop, state="live").one()
        agreement = desk.tx.get_one(Agreement, account.agreement_id)
        end_here(desk, desk.customer(shop), account, agreement, "银行已终止")


def lose(client: TestClient, shop: UUID) -> None:
    """The card is lost, and reported."""
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    given = {"version": version, "event": "lost_reported", "choice": "cash", "why": "客户来电"}
    assert send(client, f"/customers/{shop}/cards", **given).status_code == 201


def notices(client: TestClient, shop: UUID) -> list[dict[str, Any]]:
    """What the customer is to be told, the newest first."""
    return list(read(client, f"/customers/{shop}")["notices"])


def tasks(client: TestClient, shop: UUID) -> list[str]:
    """Kinds of what is to be done about the customer."""
    return [each["kind"] for each in read(client, "/tasks") if each["customer_id"] == str(shop)]


@pytest.mark.article("R7.9", "G16")
@pytest.mark.parametrize("how", ["lost", "at_the_counter"])
def test_what_ceased_to_be_true_is_withdrawn_at_once_and_cannot_be_told(
    client: TestClient, office: Office, how: str
) -> None:
    shop = bound(office)
    [notice] = notices(client, shop)
    assert "tell_customer" in tasks(client, shop)
    lose(client, shop) if how == "lost" else ended_there(office, shop)
    no = send(client, f"/notices/{notice['id']}/told", way="phone")
    assert no.status_code == 409 and no.json()["article"] == "R7.9", no.text
    assert read(client, "/work")["customers_to_tell"] == []
    kept_up(office)
    [withdrawn] = notices(client, shop)
    assert withdrawn["told_at"] is None and withdrawn["withdrawn_at"]
    assert not {"tell_customer", "tell_ended"} & set(tasks(client, shop))


@pytest.mark.article("R7.9", "G16")
@pytest.mark.parametrize("how", ["lost", "at_the_counter"])
def test_who_was_told_already_is_told_again(client: TestClient, caller: Caller, office: Office, how: str) -> None:
    """Else the customer keeps paying in to an account from which nobody collects."""
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT)
    shop = bound(office)
    [first] = notices(client, shop)
    assert send(client, f"/notices/{first['id']}/told", way="phone").is_success
    lose(client, shop) if how == "lost" else ended_there(office, shop)
    kept_up(office)
    kept_up(office)
    again, before = notices(client, shop)
    assert (again["kind"], again["told_at"], bool(before["withdrawn_at"])) == ("not_electronically", None, True)
    assert tasks(client, shop).count("tell_ended") == 1
    assert "account_over" in [each["kind"] for each in read(manager, "/staff-notices")]
    assert send(client, f"/notices/{again['id']}/told", way="phone").is_success
    assert not {"tell_customer", "tell_ended"} & set(tasks(client, shop))


@pytest.mark.article("R7.9")
def test_while_the_account_lives_the_notice_stands(client: TestClient, office: Office) -> None:
    shop = bound(office)
    kept_up(office)
    [notice] = notices(client, shop)
    assert notice["withdrawn_at"] is None
    assert send(client, f"/notices/{notice['id']}/told", way="phone").is_success


@pytest.mark.article("R7.9", "I7")
@pytest.mark.parametrize("how", ["lost", "at_the_counter"])
def test_no_page_says_both_sides_of_an_account_that_is_over(browse: Browse, office: Office, how: str) -> None:
    """Seen: ended on our side, and in the bank's column 双方均维护好; the banner and the home list green."""
    shop = bound(office)
    browser = browse("tester", set(Post))
    page = browser.client.get(f"/customers/{shop}").text
    assert "双方均已维护好" in page and "双方均维护好" in page
    if how == "lost":
        with office.desk(people.CLERK) as desk:
            cards.report_card(desk, said(desk.customer(shop), "lost_reported", "cash"))
    else:
        ended_there(office, shop)
    page = browser.client.get(f"/customers/{shop}").text
    accounts = page[page.index('id="accounts"') :]
    accounts = accounts[: accounts.index("</table>")]
    assert "<b>双方均已维护好</b>" not in page and "双方均维护好" not in accounts
    assert f"/customers/{shop}" not in browser.client.get("/").text.split('id="tell"')[1].split('id="doubts"')[0]


# What leads to cash for now while the account lives on (articles 8 (1) and 9 (3)): rule, reason, method.
FOR_NOW = (
    ("cash_password_locked", "password_locked", "cash"),
    ("cash_unit_choice", "no_time", "cash"),
    ("cash_unit_choice", "bank_failure", "company_account"),
)


def change(client: TestClient, shop: UUID, rule: str, reason: str, method: str) -> None:
    """The customer settles otherwise for now."""
    version = read(client, f"/customers/{shop}")["customer"]["version"]
    given = {"version": version, "rule": rule, "reason": reason, "values": {"settlement_method": method}, "why": "来电"}
    assert send(client, f"/customers/{shop}/changes", **given).is_success


def back(client: TestClient, office: Office, shop: UUID) -> None:
    """The customer orders, and is electronic again."""
    assert office.perform(people.CLERK, temporary.record_order, shop, "phone") == 1
    kept_up(office)
    assert read(client, f"/customers/{shop}")["customer"]["settlement_method"] == "electronic"


@pytest.mark.article("R7.9", "R9.3", "G16")
@pytest.mark.parametrize(("rule", "reason", "method"), FOR_NOW)
def test_who_settles_otherwise_for_now_is_not_told_to_pay_electronically_until_it_is_so_again(
    client: TestClient, browse: Browse, office: Office, rule: str, reason: str, method: str
) -> None:
    """Seen: 现金结算 in the header, the green banner below it, and the task to say so."""
    shop = bound(office)
    [notice] = notices(client, shop)
    change(client, shop, rule, reason, method)
    assert "tell_customer" not in tasks(client, shop)
    assert "<b>双方均已维护好</b>" not in browse("tester", set(Post)).client.get(f"/customers/{shop}").text
    no = send(client, f"/notices/{notice['id']}/told", way="phone")
    assert no.status_code == 409 and no.json()["article"] == "R7.9", no.text
    kept_up(office)
    assert notices(client, shop)[0]["withdrawn_at"] and read(client, "/work")["customers_to_tell"] == []
    back(client, office, shop)
    again, _ = notices(client, shop)
    assert (again["kind"], again["told_at"], again["withdrawn_at"]) == ("pay_electronically", None, None)
    assert tasks(client, shop).count("tell_customer") == 1
    assert send(client, f"/notices/{again['id']}/told", way="phone").is_success
    kept_up(office)
    assert len(notices(client, shop)) == 2 and "tell_customer" not in tasks(client, shop)


@pytest.mark.article("R9.3", "G16")
@pytest.mark.parametrize("told_of_cash", [True, False])
def test_who_was_told_is_told_of_the_change_for_now_and_of_its_end(
    client: TestClient, office: Office, told_of_cash: bool
) -> None:
    shop = bound(office)
    [first] = notices(client, shop)
    assert send(client, f"/notices/{first['id']}/told", way="phone").is_success
    change(client, shop, "cash_unit_choice", "no_time", "cash")
    kept_up(office)
    cash, _ = notices(client, shop)
    assert cash["kind"] == "not_electronically" and tasks(client, shop).count("tell_ended") == 1
    if told_of_cash:
        assert send(client, f"/notices/{cash['id']}/told", way="phone").is_success
    back(client, office, shop)
    assert "tell_ended" not in tasks(client, shop)
    no = send(client, f"/notices/{cash['id']}/told", way="phone")
    assert no.is_success is told_of_cash, "what is not so any more is not told"
    assert tasks(client, shop).count("tell_customer") == 1


@pytest.mark.article("R7.9", "R8.1")
def test_from_the_report_of_the_loss_on_nobody_is_told_to_pay_by_the_lost_card(
    client: TestClient, caller: Caller, office: Office
) -> None:
    """The account lives until the clerk carries the change out; the card is lost already."""
    shop = bound(office)
    [notice] = notices(client, shop)
    lose(caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT), shop)
    assert read(client, f"/customers/{shop}")["customer"]["settlement_method"] == "electronic"
    assert not {"tell_customer", "tell_ended"} & set(tasks(client, shop))
    assert send(client, f"/notices/{notice['id']}/told", way="phone").status_code == 409
    kept_up(office)
    assert notices(client, shop)[0]["withdrawn_at"]


@pytest.mark.article("R7.9", "R8.2")
def test_a_card_found_again_before_anything_changed_may_be_told_of_again(
    client: TestClient, caller: Caller, office: Office
) -> None:
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT)
    shop = bound(office)
    lose(manager, shop)
    [case] = read(client, f"/customers/{shop}/cards")
    [asked] = read(client, "/applications")
    assert send(manager, f"/applications/{asked['id']}/withdraw", why="卡已找回").is_success
    assert send(manager, f"/cards/{case['id']}/close", how="found", why="卡已找回并解挂").is_success
    kept_up(office)
    assert [each["kind"] for each in notices(client, shop) if not each["withdrawn_at"]] == ["pay_electronically"]
    assert tasks(client, shop).count("tell_customer") == 1
