"""Routes by the API: a proposal through a meeting to the record, and what the guard refuses (R13.1, R13.2, R7.14)."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.domain.people import Post
from hub.operations.office import Office
from hub.ports import today
from tests.access.conftest import app, caller, hub, office, units
from tests.api.conftest import Caller
from tests.support import people

from .test_posts import read, send

__all__ = ["app", "caller", "hub", "office", "units"]


@pytest.fixture
def client(caller: Caller) -> TestClient:
    return caller("routes", set(Post), "3701")


def placed(office: Office, **values: str) -> UUID:
    """A customer on a route; a new entrant still."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"delivery_route": "一线", "visit_batch": "一批", **values}
        people.entering(desk, row)
        return row.id


@pytest.mark.article("R13.1", "R7.14")
def test_a_disagreement_goes_through_a_meeting_to_the_record(client: TestClient, office: Office) -> None:
    row = placed(office)
    given = {"values": {"delivery_route": "二线"}, "why": "司机与经理意见不一"}
    one = send(client, f"/customers/{row}/route-proposals", **given).json()["id"]
    meeting = send(client, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat()).json()["id"]
    decided = send(client, f"/route-meetings/{meeting}/proposals/{one}", decision="accepted", why="更顺路")
    assert decided.status_code == 200, decided.text
    closed = send(client, f"/route-meetings/{meeting}/close", attendees="三人", minutes="逐项讨论")
    assert closed.status_code == 200, closed.text
    assert send(client, f"/route-meetings/{meeting}/close", attendees="别人", minutes="改写").status_code == 409
    [waiting] = read(client, "/route-proposals/to-carry")
    assert (waiting["id"], waiting["disputed"]) == (one, True)
    assert send(client, f"/route-proposals/{one}/carry").status_code == 200
    assert read(client, "/route-proposals/to-carry") == []


@pytest.mark.article("R13.2")
def test_the_guard_names_its_article_and_the_first_day(client: TestClient, office: Office) -> None:
    around = [today() + timedelta(days=n) for n in range(-3, 4)]
    old = max(day for day in around if day <= today() and day.isoweekday() <= 5)
    new = min(day for day in around if day > today() and day.isoweekday() <= 5)
    row = placed(office, order_day=str(old.isoweekday()))
    with office.desk(people.CLERK) as desk:
        version = desk.customer(row).version
    headers = {"Idempotency-Key": uuid4().hex, "If-Match": f'"{version}"'}
    given = {"values": {"order_day": str(new.isoweekday())}, "why": "改"}
    answer = client.patch(f"/api/v1/customers/{row}", json=given, headers=headers)
    assert answer.status_code == 409, answer.text
    said = answer.json()
    assert said["article"] == "R13.2" and new.isoformat() in answer.text, said
