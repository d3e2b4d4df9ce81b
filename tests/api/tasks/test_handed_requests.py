"""Article 15: what a customer brings may go to another post, which takes it; until then who handed it on owns it."""

from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.tasks import escalation, notices
from tests.support import people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.posts import as_now

WISH = "想知道网上订货密码何时送到"
WHY = "密码由订单部发放"


@pytest.fixture
def manager(caller: Caller) -> TestClient:
    """The account manager, to whom the customer speaks first."""
    return caller("manager", {Post.ACCOUNT_MANAGER}, "3701")


@pytest.fixture
def order_desk(caller: Caller) -> TestClient:
    """Somebody at the order desk."""
    return caller("orderdesk", {Post.ORDER_DESK}, "3701")


@pytest.fixture
def customer_id(office: Office) -> UUID:
    """A customer."""
    with office.desk(people.CLERK) as desk:
        return people.customer(desk, 1).id


@pytest.fixture
def request_id(manager: TestClient, customer_id: UUID) -> str:
    """A request that the account manager took."""
    taken = send(manager, f"/customers/{customer_id}/matters", words=WISH)
    assert taken.status_code == 201, taken.text
    return str(taken.json()["id"])


def handed_on(client: TestClient, request_id: str, post: str = "order_desk") -> str:
    """Handed on to another post; the hand's id."""
    sent = send(client, f"/tasks/{request_id}/hand-on", post=post, why=WHY)
    assert sent.status_code == 201, sent.text
    return str(sent.json()["id"])


def kinds(client: TestClient) -> list[str]:
    """What somebody has to do."""
    return [task["kind"] for task in read(client, "/tasks")]


@pytest.mark.article("R15.2", "R15.1")
def test_a_request_goes_to_another_post_which_takes_it_and_answers_the_customer(
    manager: TestClient, order_desk: TestClient, request_id: str, customer_id: UUID
) -> None:
    hand_id = handed_on(manager, request_id)
    owner = read(manager, f"/tasks/{request_id}")
    assert (owner["owner"], owner["task"]["post"]) == ("manager", "account_manager")
    assert kinds(manager) == ["matter"] and kinds(order_desk) == ["take_request"]
    [waiting] = read(order_desk, "/handed-requests")
    assert (waiting["id"], waiting["words"], waiting["owner"], waiting["mine_to_take"]) == (
        hand_id,
        WISH,
        "manager",
        True,
    )
    taken = send(order_desk, f"/handed-requests/{hand_id}/take")
    assert taken.is_success, taken.text
    assert kinds(manager) == [] and kinds(order_desk) == ["matter"]
    page = read(order_desk, f"/tasks/{request_id}")
    assert (page["owner"], page["task"]["post"]) == ("orderdesk", "order_desk")
    [hand] = page["hands"]
    assert (hand["by_name"], hand["to_post"], hand["why"], hand["answer"], hand["answered_by_name"]) == (
        *("manager", "order_desk", WHY, "taken_over", "orderdesk"),
    )
    assert [notice["kind"] for notice in read(manager, "/staff-notices")] == ["request_taken"]
    lines = read(order_desk, f"/customers/{customer_id}/timeline?kind=task")["rows"]
    assert {(line["event"], line["who"]) for line in lines} >= {("handed_on", "manager"), ("taken_over", "orderdesk")}
    assert send(order_desk, f"/tasks/{request_id}/finish", outcome="密码已送达").is_success


@pytest.mark.article("R15.2")
def test_nobody_else_takes_it_and_a_request_is_never_without_an_owner(
    manager: TestClient, order_desk: TestClient, caller: Caller, request_id: str
) -> None:
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, "3701")
    nobody = send(manager, f"/tasks/{request_id}/hand-on", post="inspector", why=WHY)
    assert (nobody.status_code, nobody.json()["code"], nobody.json()["article"]) == (409, "nobody_there", "R15.2")
    assert nobody.json()["advice"]
    same = send(manager, f"/tasks/{request_id}/hand-on", post="account_manager", why=WHY)
    assert (same.status_code, same.json()["code"]) == (409, "same_post")
    assert send(manager, f"/tasks/{request_id}/hand-on", post="order_desk", why=" ").status_code == 422
    hand_id = handed_on(manager, request_id)
    twice = send(manager, f"/tasks/{request_id}/hand-on", post="statistics_clerk", why=WHY)
    assert (twice.status_code, twice.json()["code"]) == (409, "handed_on_already")
    sideways = send(manager, f"/tasks/{request_id}/hand-over", to="orderdesk", why=WHY)
    assert (sideways.status_code, sideways.json()["code"]) == (409, "handed_on_already")
    for other in (clerk, manager):
        refused = send(other, f"/handed-requests/{hand_id}/take")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_your_post")
    assert read(manager, f"/tasks/{request_id}")["owner"] == "manager"


@pytest.mark.article("R15.2")
def test_a_post_that_declines_says_why_and_the_owner_still_has_it(
    manager: TestClient, order_desk: TestClient, request_id: str
) -> None:
    hand_id = handed_on(manager, request_id)
    assert send(order_desk, f"/handed-requests/{hand_id}/decline", why=" ").status_code == 422
    assert send(order_desk, f"/handed-requests/{hand_id}/decline", why="由客户经理重设").is_success
    assert kinds(manager) == ["matter"] and kinds(order_desk) == []
    assert [notice["kind"] for notice in read(manager, "/staff-notices")] == ["request_declined"]
    late = send(order_desk, f"/handed-requests/{hand_id}/take")
    assert (late.status_code, late.json()["code"]) == (409, "stale")
    second = handed_on(manager, request_id)
    assert send(manager, f"/handed-requests/{second}/take-back").is_success
    assert kinds(order_desk) == []
    answers = [hand["answer"] for hand in read(manager, f"/tasks/{request_id}")["hands"]]
    assert answers == ["declined", "taken_back"]


@pytest.mark.article("R15.2", "R15.1")
def test_who_still_owns_it_may_answer_the_customer_and_nothing_stays_with_the_other_post(
    manager: TestClient, order_desk: TestClient, request_id: str
) -> None:
    handed_on(manager, request_id)
    assert send(manager, f"/tasks/{request_id}/finish", outcome="客户已收到密码").is_success
    assert kinds(manager) == [] and kinds(order_desk) == [] and read(order_desk, "/handed-requests") == []


@pytest.mark.article("R15.2", "R17.1")
def test_a_request_that_is_not_taken_within_a_working_day_comes_before_the_chief(
    manager: TestClient, order_desk: TestClient, caller: Caller, request_id: str, office: Office, clock: Clock
) -> None:
    caller("chief", {Post.SECTION_CHIEF}, "3701")
    handed_on(manager, request_id)
    clock.on(days=5)
    with office.desk(HUB) as desk:
        assert escalation.escalate(desk)
    told = [notice.details["task"] for notice in office.perform(as_now(office, "chief"), notices.list_notices)]
    assert "take_request" in told
