"""Article 11: when a carrier's agreement comes to its end, the web is suggested; so somebody must know of it in time."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.customers.agreement_terms import keep_term_tasks
from hub.operations.office import Office
from hub.ports import new_id, today
from hub.registry.schema import Agreement
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send


def shop(office: Office, until: date | None, state: str = "live") -> UUID:
    """A customer by handset whose agreement has this term."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"order_method": "handset", "order_day": "3", "account_manager": "manager"}
        agreement = Agreement(
            id=new_id(), customer_id=row.id, channel="telecom", kind="two_party", agreement_no="TX1", state=state,
            signed_on=today() - timedelta(days=300), term_until=until,
        )  # fmt: skip
        desk.tx.add(agreement)
        return row.id


def kept(office: Office) -> int:
    with office.desk(HUB) as desk:
        return keep_term_tasks(desk)


def tasks(client: TestClient) -> list[str]:
    return [task["kind"] for task in read(client, "/tasks") if task["kind"].startswith("term_ends")]


@pytest.mark.article("R11.7", "R11.3")
def test_before_the_term_ends_clerk_and_account_manager_have_a_task_that_suggests_the_web(
    caller: Caller, office: Office
) -> None:
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, people.UNIT)
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT)
    until = today() + timedelta(days=20)
    shop(office, until)
    assert kept(office) == 2
    for who in (clerk, manager):
        [task] = [task for task in read(who, "/tasks") if task["kind"].startswith("term_ends")]
        assert task["article"] == "R11.7" and task["details"] == {"until": until.isoformat()}
        assert task["due_at"][:10] <= until.isoformat(), "before the term ends"
    [task] = [task for task in read(clerk, "/tasks") if task["kind"] == "term_ends"]
    assert send(clerk, f"/tasks/{task['id']}/finish", outcome="客户同意改为网上订货").is_success
    assert kept(office) == 0 and tasks(clerk) == [], "once for each term"


@pytest.mark.article("R11.7")
@pytest.mark.parametrize(("days", "state"), [(60, "live"), (-3, "live"), (20, "ended"), (None, "live")])
def test_there_is_none_for_a_term_that_is_far_or_over_or_has_no_end(
    caller: Caller, office: Office, days: int | None, state: str
) -> None:
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, people.UNIT)
    shop(office, None if days is None else today() + timedelta(days=days), state)
    assert kept(office) == 0 and tasks(clerk) == []


@pytest.mark.article("R11.7")
def test_a_longer_term_takes_the_task_away_and_its_own_end_brings_another(caller: Caller, office: Office) -> None:
    clerk = caller("aclerk", {Post.STATISTICS_CLERK}, people.UNIT)
    shop(office, today() + timedelta(days=20))
    assert kept(office) == 2 and tasks(clerk) == ["term_ends"]
    for days, left in ((300, []), (25, ["term_ends"])):
        with office.store.transaction() as tx:
            [agreement] = tx.query(Agreement).all()
            agreement.term_until = today() + timedelta(days=days)
        kept(office)
        assert tasks(clerk) == left
