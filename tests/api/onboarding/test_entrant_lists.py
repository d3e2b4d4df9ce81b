"""Article 7 (1): every day at the start of work the clerk takes up what the licence officer has sent of new entrants."""

from datetime import date, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.periodic import STEPS
from tests.support import people
from tests.support.callers import PASSWORD, Caller, sign_in
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, at

MONDAY = date(2026, 11, 23)
CLERK, OFFICER, CHIEF = Post.STATISTICS_CLERK, Post.LICENCE_OFFICER, Post.SECTION_CHIEF
LIST = f"/entrant-lists/{people.UNIT}"


@pytest.fixture
def clerk(caller: Caller, clock: Clock) -> TestClient:
    """The county's clerk, on a Monday morning at half past eight."""
    at(clock, MONDAY, 8, 30)
    return caller("newcomers", {CLERK}, people.UNIT)


@pytest.fixture
def officer(clerk: TestClient, caller: Caller) -> TestClient:
    """The county's licence officer."""
    return caller("officer", {OFFICER}, people.UNIT)


def goes_on(clock: Clock, day: date, hour: int, minute: int = 1, **clients: TestClient) -> None:
    """It is another moment, and who is named has signed in again, as one does."""
    at(clock, day, hour, minute)
    for login, client in clients.items():
        sign_in(client, login, PASSWORD)


def keep(office: Office) -> None:
    """What the hub does by itself every few seconds."""
    [step] = [step for step in STEPS if step.__name__ == "ask_for_lists"]
    office.perform(HUB, step)


def kinds(client: TestClient) -> list[str]:
    """The kinds of the caller's open tasks about the list."""
    return [task["kind"] for task in read(client, "/tasks") if task["subject_kind"] == "entrant_list"]


def today_of(client: TestClient) -> dict[str, Any]:
    """What the page says of the county's list of today."""
    [known] = [known for known in read(client, "/entrant-lists")["today"] if known["unit_code"] == people.UNIT]
    return dict(known)


@pytest.mark.article("R7.15")
def test_when_neither_came_by_the_hour_both_see_it(
    office: Office, clerk: TestClient, officer: TestClient, clock: Clock
) -> None:
    keep(office)
    assert kinds(clerk) == kinds(officer) == [], "it is not ten yet"
    goes_on(clock, MONDAY, 10, newcomers=clerk, officer=officer)
    keep(office)
    keep(office)
    assert kinds(clerk) == ["entrant_list_look"] and kinds(officer) == ["entrant_list_send"]
    assert today_of(clerk)["state"] == "late"
    assert send(officer, f"{LIST}/none").is_success
    assert kinds(officer) == [] and kinds(clerk) == ["entrant_list_look"], "the clerk has not looked yet"
    assert send(clerk, f"{LIST}/look", seen="none").is_success
    assert kinds(clerk) == [] and today_of(clerk)["state"] == "looked_at"
    keep(office)
    assert kinds(clerk) == kinds(officer) == []


@pytest.mark.article("R7.15")
def test_what_was_looked_at_by_the_hour_is_nobodys_task(
    office: Office, clerk: TestClient, officer: TestClient, clock: Clock
) -> None:
    arrived(office)
    assert send(clerk, f"{LIST}/look", seen="list").is_success
    goes_on(clock, MONDAY, 10, newcomers=clerk, officer=officer)
    keep(office)
    assert kinds(clerk) == kinds(officer) == []
    shown = today_of(officer)
    assert (shown["entrants"], shown["looked_by_name"], shown["looked_as"]) == (1, "newcomers", "list")


@pytest.mark.article("R7.15")
def test_nobody_says_what_the_record_contradicts(office: Office, clerk: TestClient, officer: TestClient) -> None:
    no = send(clerk, f"{LIST}/look", seen="list")
    assert (no.status_code, no.json()["article"]) == (409, "R7.15") and "import" in no.json()["advice"].lower()
    arrived(office)
    for caller, path, given in ((clerk, "look", {"seen": "none"}), (officer, "none", {})):
        no = send(caller, f"{LIST}/{path}", **given)
        assert (no.status_code, no.json()["article"]) == (409, "R7.15"), no.text
        assert "1" in no.json()["detail"]
    assert send(officer, f"{LIST}/look", seen="list").status_code == 403, "looking is the clerk's"


@pytest.mark.article("R7.15")
def test_a_list_that_comes_after_the_look_is_looked_at_too(
    office: Office, clerk: TestClient, officer: TestClient, clock: Clock
) -> None:
    assert send(officer, f"{LIST}/none").is_success and send(clerk, f"{LIST}/look", seen="none").is_success
    arrived(office)
    goes_on(clock, MONDAY, 10, newcomers=clerk, officer=officer)
    keep(office)
    assert kinds(clerk) == ["entrant_list_look"] and kinds(officer) == []
    assert send(clerk, f"{LIST}/look", seen="list").is_success and kinds(clerk) == []


@pytest.mark.article("R7.15")
def test_on_days_off_nobody_is_asked_and_a_missed_day_stays_on_record(
    office: Office, clerk: TestClient, officer: TestClient, clock: Clock
) -> None:
    goes_on(clock, MONDAY - timedelta(days=1), 11, newcomers=clerk)
    keep(office)
    assert kinds(clerk) == []
    goes_on(clock, MONDAY, 11)
    keep(office)
    goes_on(clock, MONDAY + timedelta(days=1), 8, newcomers=clerk, officer=officer)
    keep(office)
    assert kinds(clerk) == kinds(officer) == [], "a new day has a task of its own"
    [missed] = read(clerk, "/entrant-lists")["earlier"]
    assert (missed["day"], missed["state"]) == (MONDAY.isoformat(), "missed")


@pytest.mark.article("R7.15", "I8")
def test_the_hour_is_the_units_own(
    office: Office, clerk: TestClient, officer: TestClient, caller: Caller, clock: Clock
) -> None:
    chief = caller("chief", {CHIEF}, "3701")
    assert today_of(clerk)["by"] == "10:00:00"
    assert send(clerk, f"{LIST}/hour", "PUT", hour="09:00").status_code == 403
    late = send(chief, f"{LIST}/hour", "PUT", hour="15:00")
    assert late.status_code == 422 and "12:00" in late.json()["advice"], late.text
    assert send(chief, "/entrant-lists/3701/hour", "PUT", hour="09:00").is_success, "those below have it too"
    assert today_of(clerk)["by"] == "09:00:00"
    goes_on(clock, MONDAY, 9, newcomers=clerk, chief=chief)
    keep(office)
    assert kinds(clerk) == ["entrant_list_look"]
    assert send(chief, f"{LIST}/hour", "PUT", hour="09:30").is_success
    assert today_of(clerk)["by"] == "09:30:00"
    assert send(chief, f"{LIST}/hour", "PUT", hour="").is_success and today_of(clerk)["by"] == "09:00:00"
