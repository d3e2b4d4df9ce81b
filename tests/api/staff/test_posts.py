"""Posts by the API: cover, notices, the day's mail, custody, timeliness (R5.1, R12.1, R15.1, R16.1, R17.1)."""

from collections.abc import Callable
from uuid import UUID

import pytest
from httpx import Response

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.tasks import daily_mail
from hub.operations.tasks.tasks import open_task
from hub.ports import new_id, today
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send

CHIEF, CLERK = Post.SECTION_CHIEF, Post.STATISTICS_CLERK


def second(office: Office, login: str, post: Post) -> None:
    """Make somebody a B holder in the county."""
    with office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
    office.perform(HUB, users.grant_post, user.id, post, people.UNIT, "b")


def task_for(office: Office, post: Post) -> UUID:
    """A task of a post in the county."""
    with office.desk(people.CLERK) as desk:
        subject = ("application", new_id())
        return open_task(desk, "sign", "I3", post=post, unit_code=people.UNIT, subject=subject, days=1).id


@pytest.mark.article("R5.1", "R15.1")
def test_a_b_holder_sees_and_does_the_posts_work_during_the_leave_alone(office: Office, caller: Caller) -> None:
    chief, other = caller("chief", {CHIEF}, people.UNIT), caller("other", {Post.CALL_CLERK}, people.UNIT)
    given = {"login": "chief", "first": str(today()), "last": str(today()), "why": "病假"}
    refused = send(chief, "/leaves", **given)
    assert (refused.status_code, refused.json()["code"], refused.json()["article"]) == (409, "no_cover", "R5.1")
    assert refused.json()["advice"]
    second(office, "other", CHIEF)
    task = task_for(office, CHIEF)
    assert read(other, "/tasks") == [] and send(other, "/leaves", **given).status_code == 403
    assert send(chief, "/leaves", **given).status_code == 201
    assert [each["id"] for each in read(other, "/tasks")] == [str(task)]
    [leave] = read(other, "/leaves")
    [record] = leave["records"]
    assert leave["state"] == "now" and [each["id"] for each in record["contents"]["tasks"]] == [str(task)]
    assert send(chief, f"/handovers/{record['id']}/acknowledge").status_code == 404
    assert send(other, f"/handovers/{record['id']}/acknowledge").status_code == 200
    assert send(chief, f"/leaves/{leave['id']}/end", why="已返岗").status_code == 200
    assert read(other, "/tasks") == [] and read(chief, "/leaves")[0]["records"][1]["way"] == "back"
    [lack, *_] = read(chief, "/holders")
    assert (lack["post"], lack["b"]) == ("call_clerk", [])


@pytest.mark.article("R17.1", "R5.1")
def test_notices_are_seen_once_by_somebody_of_the_post_and_by_nobody_else(office: Office, caller: Caller) -> None:
    chief, other = caller("chief", {CHIEF}, people.UNIT), caller("other", {Post.CALL_CLERK}, people.UNIT)
    second(office, "other", CHIEF)
    send(chief, "/leaves", login="chief", first=str(today()), last=str(today()), why="病假")
    assert read(other, "/staff-notices/unseen") == {"count": 1} and read(chief, "/staff-notices") == []
    [notice] = read(other, "/staff-notices")
    assert (notice["kind"], notice["article"]) == ("cover_begun", "R5.1")
    assert send(chief, f"/staff-notices/{notice['id']}/seen").status_code == 404
    for _ in range(2):
        assert send(other, f"/staff-notices/{notice['id']}/seen").status_code == 200
    [seen] = read(other, "/staff-notices?seen=true")
    assert seen["seen_by_name"] == "other" and seen["seen_at"] and read(other, "/staff-notices") == []
    assert send(other, "/staff-notices/seen").json() == {"count": 0}


@pytest.mark.article("R12.1", "R12.2", "G4")
def test_a_phone_told_by_telephone_stands_in_the_days_mail_of_its_unit(office: Office, caller: Caller) -> None:
    clerk = caller("clerk2", {CLERK, Post.INTERNAL_CONTROL}, "3701")
    west = caller("west", {Post.INTERNAL_CONTROL}, "370102")
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"order_method": "web"}
        desk.tx.flush()
        path, version, code = f"/customers/{row.id}/changes", row.version, row.code
    given = {"rule": "phone_told", "values": {"order_phone": "13900000099"}, "version": version, "why": "客户来电"}
    assert send(clerk, path, **given).json()["state"] == "carried_out"
    wrong = send(clerk, "/units/3701/mail-address", "PUT", address="not one")
    assert wrong.status_code == 422 and send(west, "/units/3701/mail-address", "PUT", address="").status_code == 404
    assert send(clerk, "/units/3701/mail-address", "PUT", address="a@example.invalid").status_code == 200
    assert office.perform(HUB, daily_mail.make_mails) == 1
    [mail] = read(clerk, "/mails")
    text = read(clerk, f"/mails/{mail['id']}")["body"]
    assert mail["unit_code"] == people.UNIT and code in text and "13900000099" not in text and "0099" not in text
    assert read(west, "/mails") == [] and west.get(f"/api/v1/mails/{mail['id']}").status_code == 404


@pytest.mark.article("R16.1")
def test_a_paper_is_handed_to_its_custodian_by_name(office: Office, caller: Caller) -> None:
    manager, clerk = caller("manager", {Post.ACCOUNT_MANAGER}, people.UNIT), caller("keeper", {CLERK}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 1).id
    taken: Callable[..., Response] = manager.post
    made = taken(
        f"/api/v1/customers/{customer}/evidence",
        data={"kind": "deposit_slip", "title": "小票", "custodian": "资料员"},
        files={"file": ("x.pdf", b"%PDF-1")},
        headers={"Idempotency-Key": "e"},
    )
    paper = made.json()["id"]
    [missing] = read(clerk, "/custody")["missing"]
    assert (missing["evidence_id"], missing["post"]) == (paper, "statistics_clerk") and missing["due_at"]
    assert [each["kind"] for each in read(manager, "/tasks")] == ["hand_in"] and read(clerk, "/tasks") == []
    refused = send(manager, f"/evidence/{paper}/hand-in", holder="manager", scanned=True)
    assert (refused.status_code, refused.json()["code"]) == (409, "not_the_custodian")
    done = send(manager, f"/evidence/{paper}/hand-in", holder="keeper", scanned=True)
    assert done.status_code == 201 and done.json()["holder_name"] == "keeper"
    assert read(manager, "/tasks") == [] and read(clerk, "/custody")["missing"] == []
    assert send(manager, f"/evidence/{paper}/hand-in", holder="keeper", scanned=True).status_code == 409


@pytest.mark.article("R17.1")
def test_timeliness_by_post_is_read_by_those_who_lead_and_control(office: Office, caller: Caller) -> None:
    task_for(office, CHIEF)
    chief, clerk = caller("chief", {CHIEF}, people.UNIT), caller("clerk2", {CLERK}, people.UNIT)
    [row] = read(chief, f"/timeliness?month={today():%Y-%m}")["posts"]
    assert (row["key"], row["open"], row["share"]) == ("section_chief", 1, None)
    assert clerk.get("/api/v1/timeliness").status_code == 403
    assert chief.get("/api/v1/timeliness?month=2026-99").status_code == 422
