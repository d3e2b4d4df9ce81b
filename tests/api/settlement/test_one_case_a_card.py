"""Article 8 (1), (2): one case for one card, cash only under it, and the later report goes on with the earlier one."""

from typing import Any
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.changes import RULES
from hub.domain.staff.posts import Post
from hub.operations.changes.applications import list_changes
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import settled
from tests.support.makers.calls import read, send


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post."""
    return caller("anybody", set(Post), "3701")


def report(client: TestClient, shop: UUID, event: str, choice: str, status: int = 201) -> Any:
    """What happened to the card."""
    given = {"version": shown(client, shop)["version"], "event": event, "choice": choice, "why": "来电", "told": True}
    answer = send(client, f"/customers/{shop}/cards", **given)
    assert answer.status_code == status, answer.text
    return answer.json()


def shown(client: TestClient, shop: UUID) -> dict[str, Any]:
    """The customer's own row."""
    return dict(read(client, f"/customers/{shop}")["customer"])


def states(client: TestClient, shop: UUID) -> list[str]:
    """How the customer's accounts stand."""
    return [each["state"] for each in read(client, f"/customers/{shop}")["accounts"]]


def open_events(client: TestClient, shop: UUID) -> list[str]:
    """Events that are being seen to."""
    return [each["event"] for each in read(client, f"/customers/{shop}/cards") if not each["closed_at"]]


def tasks(client: TestClient, shop: UUID) -> list[str]:
    """Kinds of what is to be done about the customer."""
    return sorted(each["kind"] for each in read(client, "/tasks") if each["customer_id"] == str(shop))


BY_CARD = [(key, reason) for key in RULES if key.startswith("cash_") for reason in RULES[key].reasons]
BY_CARD = [(key, reason) for key, reason in BY_CARD if RULES[key].returns == "new_account"]


@pytest.mark.article("R8.1", "R8.2", "R8.4", "R8.5")
@pytest.mark.parametrize(("rule", "reason"), BY_CARD)
def test_cash_for_a_cards_sake_begins_with_the_report_so_that_the_new_card_is_chased(
    client: TestClient, office: Office, rule: str, reason: str
) -> None:
    """Seen: asked for on the page of changes, the account ended, with no case and nobody to chase the new card."""
    kinds = {"cash_passbook_password": "passbook", "cash_credit_card": "credit_card"}
    shop = settled(office, kinds.get(rule, "debit_card"))
    asked = {"rule": rule, "reason": reason, "values": {"settlement_method": "cash"}, "why": "来电", "told": True}
    no = send(client, f"/customers/{shop}/changes", version=shown(client, shop)["version"], **asked)
    assert no.status_code == 409 and no.json()["article"] == "R8.1", no.text
    assert "Report the card" in no.json()["advice"]
    [offered] = [each for each in office.perform(people.CLERK, list_changes, shop).rules if each.key == rule]
    assert offered.hindrances and states(client, shop) == ["live"]


@pytest.mark.article("R8.2", "R8.1")
def test_cash_for_now_leaves_the_account_and_the_later_report_ends_it(client: TestClient, office: Office) -> None:
    """Article 8 (1): who has not reported the loss chose cash for now; when it is reported it is a lost card as any."""
    shop = settled(office)
    asked = {"rule": "cash_card_unreported", "reason": "lost_not_reported", "values": {"settlement_method": "cash"}}
    asked |= {"version": shown(client, shop)["version"], "why": "来电", "told": True}
    lines = " ".join(line["text"] for line in send(client, f"/customers/{shop}/changes/plan", **asked).json()["lines"])
    assert "agreement at the bank stays" in lines and "ends the account" not in lines
    report(client, shop, "lost_unreported", "cash")
    assert shown(client, shop)["settlement_method"] == "cash" and states(client, shop) == ["live"]
    report(client, shop, "lost_reported", "cash")
    assert shown(client, shop)["settlement_method"] == "cash" and states(client, shop) == ["ending"]
    assert open_events(client, shop) == ["lost_reported"] and tasks(client, shop).count("new_card") == 1


@pytest.mark.article("R8.2")
@pytest.mark.parametrize("again", ["found", "transfer"])
def test_cash_for_now_ends_when_the_card_is_found_or_the_customer_pays_in(
    client: TestClient, office: Office, again: str
) -> None:
    shop = settled(office)
    case = report(client, shop, "lost_unreported", "cash")["id"]
    if again == "found":
        assert send(client, f"/cards/{case}/close", how="found", why="卡已找回").is_success
    else:
        report(client, shop, "lost_unreported", "transfer")
    assert shown(client, shop)["settlement_method"] == "electronic" and states(client, shop) == ["live"]
    assert tasks(client, shop).count("new_card") == (0 if again == "found" else 1)


# Earlier and later report of one card; what is left to do afterwards.
LATER = (
    ("lost_unreported", "transfer", "lost_reported", "cash", "debit_card"),
    ("damaged", "transfer", "damaged_replaced", "cash", "debit_card"),
    ("damaged", "transfer", "lost_unreported", "transfer", "debit_card"),
    ("passbook_replaced", "unchanged", "password_forgotten", "cash", "passbook"),
)


@pytest.mark.article("R8.1", "R8.3", "R8.4")
@pytest.mark.parametrize(("earlier", "first", "later", "then", "kind"), LATER)
def test_the_later_report_closes_the_earlier_one_with_its_tasks(
    client: TestClient, office: Office, earlier: str, first: str, later: str, then: str, kind: str
) -> None:
    """Seen: 正在办理 twice, two tasks to urge the customer, and an appointment for a card that was there already."""
    shop = settled(office, kind)
    report(client, shop, earlier, first)
    report(client, shop, later, then)
    assert open_events(client, shop) == [later]
    assert tasks(client, shop).count("new_card") == 1 and "book_card" not in tasks(client, shop)


@pytest.mark.article("R8.1", "R15.1")
def test_what_cannot_follow_is_seen_to_under_the_case_that_there_is(client: TestClient, office: Office) -> None:
    """A loss that was reported does not become one that was not."""
    shop = settled(office)
    report(client, shop, "lost_reported", "cash")
    report(client, shop, "lost_unreported", "cash", 409)
    assert open_events(client, shop) == ["lost_reported"]


@pytest.mark.article("R8.1", "R8.2")
def test_the_earlier_wish_is_void_when_the_loss_is_reported(client: TestClient, caller: Caller, office: Office) -> None:
    """Both asked for by the account manager, before the clerk has done anything."""
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    shop = settled(office)
    report(manager, shop, "lost_unreported", "cash")
    report(manager, shop, "lost_reported", "cash")
    states_of = {each["rule"]: each["state"] for each in read(client, "/applications")}
    assert states_of == {"cash_card_unreported": "void", "cash_card_reported": "approved"}
    assert tasks(client, shop).count("carry_out") == 1
