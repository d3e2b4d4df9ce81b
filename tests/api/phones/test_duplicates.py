"""A phone of several customers, by every way that a number comes in: list, API, form, for now, for good (R12.3, R12.5)."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from python_calamine import load_workbook
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.phones import permits as phone_permits
from hub.ports import today
from hub.registry.schema import Customer, Onboarding, StaffNotice
from tests.support import lists, people
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.calls import read, send
from tests.support.newcomers import arrived, patch

EAST, WEST = people.UNIT, "370102"


@pytest.fixture
def client(caller: Caller) -> TestClient:
    """Somebody with every post in the company."""
    return caller("newcomers", set(Post), "3701")


def bring(client: TestClient, lines: list[list[str]]) -> tuple[dict[str, Any], list[str]]:
    """Upload a list and take it in; what became of it, and what the returned file says of each line."""
    key = {"Idempotency-Key": uuid4().hex}
    file = {"file": ("list.csv", lists.as_csv(lines))}
    made = client.post("/api/v1/imports", files=file, headers=key).json()
    done = client.post(f"/api/v1/imports/{made['id']}/apply", headers={"Idempotency-Key": uuid4().hex}).json()
    if not done["bad"]:
        return done, []
    back = client.get(f"/api/v1/imports/{made['id']}/returned")
    rows = load_workbook(io.BytesIO(back.content)).get_sheet_by_index(0).to_python()
    return done, [str(row[-1]) for row in rows[1:]]


def customers(office: Office, *unit_codes: str, method: str = "web") -> list[Customer]:
    """Customers of these units who order on the web on Wednesdays."""
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in range(1, len(unit_codes) + 1)]
        for row, unit in zip(rows, unit_codes, strict=True):
            row.unit_code, row.values = unit, {"order_method": method, "order_day": "3"}
        return rows


def change(client: TestClient, row: UUID, rule: str, phone: str) -> Any:
    """Ask for another order phone under a rule."""
    version = read(client, f"/customers/{row}")["customer"]["version"]
    given = {"version": version, "rule": rule, "values": {"order_phone": phone}, "why": "两个电话都坏了,用邻居的"}
    return send(client, f"/customers/{row}/changes", **given)


@pytest.mark.article("R12.3", "R12.5", "R7.1")
def test_one_phone_for_forty_customers_of_a_list_is_taken_once_and_the_others_come_back(client: TestClient) -> None:
    lines = [lists.line(number, order_phone="13800000000") for number in range(1, 41)]
    done, said = bring(client, lines)
    assert (done["good"], done["bad"]) == (1, 39) and len(said) == 39
    assert all("第十二条第2款" in each and "第 2 行" in each and "申请共用电话" in each for each in said)
    assert read(client, "/phone-permits")["unpermitted"] == []
    done, said = bring(client, [*lines[1:3], lists.line(50, order_phone="13900000050")])
    assert (done["good"], done["bad"]) == (1, 2) and "该电话已被其他客户使用" in said[0]


@pytest.mark.article("R12.3", "R7.1")
def test_forty_single_entries_with_one_phone_stop_at_the_second(client: TestClient) -> None:
    for number in range(1, 41):
        answer = send(client, "/customers", values=lists.entrant(number, order_phone="13800000000"))
        if number == 1:
            assert answer.status_code == 201, answer.text
            continue
        assert answer.status_code == 409 and answer.json()["article"] == "R12.3"
        assert "370101000001" in answer.json()["detail"] and "13800000000" not in answer.text
    backup = lists.entrant(50) | {"backup_phone": "13800000000"}
    assert send(client, "/customers", values=backup).json()["article"] == "R12.3"


@pytest.mark.article("R12.5", "R7.1")
def test_a_line_without_a_phone_goes_in_and_the_shared_one_follows_by_permit(
    client: TestClient, caller: Caller
) -> None:
    done, _ = bring(client, [lists.line(1, order_phone="13800000000"), lists.line(2, order_phone="")])
    assert (done["good"], done["bad"]) == (2, 0)
    [second] = client.post("/api/v1/customers/search", json={"words": "370101000002"}).json()["items"]
    assert patch(client, second["id"], order_phone="13800000000").json()["article"] == "R12.3"
    permit(client, caller, ["370101000001", "370101000002"], "13800000000")
    assert patch(client, second["id"], order_phone="13800000000").status_code == 200
    again, said = bring(client, [lists.line(1, order_phone="13800000000"), lists.line(2, order_phone="13800000000")])
    assert (again["unchanged"], said) == (2, []), "whom a permit covers is no bad line"


def permit(client: TestClient, caller: Caller, codes: list[str], number: str) -> str:
    """A permit in force: asked for, signed by the company's chief and deputy manager."""
    until = (today() + timedelta(days=60)).isoformat()
    reasons = dict.fromkeys(codes, "夫妻两店")
    manager = caller(f"manager{codes[-1]}", {Post.ACCOUNT_MANAGER}, "3701")
    asked = send(manager, "/phone-permits", number=number, reasons=reasons, why="共用", until=until)
    assert asked.status_code == 201, asked.text
    for login, post in (("chief", Post.SECTION_CHIEF), ("deputy", Post.DEPUTY_MANAGER)):
        signer = caller(f"{login}{asked.json()['id'][-4:]}", {post}, "3701")
        shown = next(each for each in read(signer, "/phone-permits")["permits"] if each["id"] == asked.json()["id"])
        answer = send(signer, f"/phone-permits/{shown['id']}/signature", agree=True, shown=shown["shown"])
        assert answer.status_code == 200, answer.text
    return str(asked.json()["id"])


@pytest.mark.article("R12.5", "R12.3", "R4.1")
def test_a_county_asks_across_units_the_company_signs_and_then_its_clerk_may(caller: Caller, office: Office) -> None:
    east, west = customers(office, EAST, WEST)
    clerk = caller("westclerk", {Post.STATISTICS_CLERK}, WEST)
    no = change(clerk, west.id, "phone_told", "13900000001")
    assert no.status_code == 409 and "a customer of another unit" in no.json()["detail"] and east.code not in no.text
    manager = caller("westmanager", {Post.ACCOUNT_MANAGER}, WEST)
    alone = send(manager, "/phone-permits", number="13900000001", reasons=dict.fromkeys([east.code, "370101000009"], "同店"),
                 why="x", until=(today() + timedelta(days=9)).isoformat())  # fmt: skip
    assert alone.status_code == 422
    county = caller("westchief", {Post.SECTION_CHIEF}, WEST)
    permit_id = permit(clerk, caller, [east.code, west.code], "13900000001")
    [shown] = read(clerk, "/phone-permits")["permits"]
    assert (shown["unit_code"], [each["code"] for each in shown["members"]], shown["elsewhere"]) == (
        "3701",
        [west.code],
        1,
    )
    assert send(county, f"/phone-permits/{permit_id}/end", why="不用了").json()["article"] == "R4.1"
    assert change(clerk, west.id, "phone_told", "13900000001").status_code == 202
    stranger = caller("northclerk", {Post.STATISTICS_CLERK}, EAST)
    assert [each["elsewhere"] for each in read(stranger, "/phone-permits")["permits"]] == [1]


@pytest.mark.article("R12.5")
def test_internal_control_visits_and_what_ended_needs_no_visit(
    client: TestClient, caller: Caller, office: Office, clock: Clock
) -> None:
    rows = customers(office, EAST, EAST)
    permit_id = permit(client, caller, [row.code for row in rows], "13900000001")
    clock.on(days=31)
    with office.desk(HUB) as desk:
        phone_permits.keep_permits(desk)
    control = caller("control", {Post.INTERNAL_CONTROL}, EAST)
    manager = caller("manager", {Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK}, EAST)

    def visits(who: TestClient) -> int:
        return sum(task["kind"] == "permit_visit" for task in read(who, "/tasks"))

    assert (visits(control), visits(manager)) == (2, 0)
    path = f"/phone-permits/{permit_id}/visits/{rows[0].id}"
    assert send(manager, path, why="经营正常").status_code == 403
    assert send(control, path, why="经营正常").status_code == 200 and visits(control) == 1
    assert send(control, f"/phone-permits/{permit_id}/end", why="已各用各的").status_code == 200
    assert visits(control) == 0


@pytest.mark.article("R12.3", "R12.2", "I3")
def test_a_duplicate_for_now_is_reported_and_decided_case_by_case_by_the_section_chief(
    caller: Caller, office: Office
) -> None:
    first, second = customers(office, EAST, EAST, method="phone")
    clerk = caller("clerk1", {Post.STATISTICS_CLERK}, EAST)
    asked = change(clerk, second.id, "phone_for_now", "13900000001")
    assert asked.status_code == 202 and asked.json()["state"] == "sent", asked.text
    with office.store.transaction() as tx:
        told = {(row.post, row.in_mail) for row in tx.query(StaffNotice).filter_by(kind="duplicate_reported")}
    assert told == {("section_chief", False), ("internal_control", True)}
    chief = caller("chief1", {Post.SECTION_CHIEF}, EAST)
    page = read(chief, f"/applications/{asked.json()['id']}")
    assert any(first.code in line["text"] for line in page["lines"]) or first.code in str(page["lines"])
    early = send(clerk, f"/applications/{asked.json()['id']}/carry-out")
    assert early.status_code == 409 and early.json()["article"] == "I3"
    decided = send(chief, f"/applications/{asked.json()['id']}/decision", decision="approve",
                   digest=page["application"]["digest"])  # fmt: skip
    assert decided.status_code == 200, decided.text
    done = send(clerk, f"/applications/{asked.json()['id']}/carry-out")
    assert done.status_code == 200 and done.json()["state"] == "carried_out", done.text
    assert "139****0001" in str(read(clerk, f"/customers/{second.id}")["fields"])
    for_good = change(clerk, second.id, "phone_for_good", "13900000001")
    assert for_good.status_code == 409, "only for now is it decided without a permit"


@pytest.mark.article("R12.3")
def test_a_duplicate_that_the_chief_rejects_changes_nothing(caller: Caller, office: Office) -> None:
    _, second = customers(office, EAST, EAST, method="phone")
    clerk = caller("clerk1", {Post.STATISTICS_CLERK}, EAST)
    chief = caller("chief1", {Post.SECTION_CHIEF}, EAST)
    asked = change(clerk, second.id, "phone_for_now", "13900000001").json()
    path = f"/applications/{asked['id']}/decision"
    assert send(chief, path, decision="reject", digest=asked["digest"], why="对方在用").status_code == 200
    assert "139****0002" in str(read(clerk, f"/customers/{second.id}")["fields"])
    free = change(clerk, second.id, "phone_for_now", "13811112222")
    assert free.json()["state"] == "carried_out", "a number of nobody's needs no signature"


@pytest.mark.article("R12.3")
def test_of_two_who_enter_one_number_at_the_same_moment_one_is_refused(client: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in range(1, 9)]
        for row in rows:
            desk.tx.add(Onboarding(id=uuid4(), customer_id=row.id, arrived_on=today(), state="open"))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda row: patch(client, row.id, order_phone="13800000000").status_code, rows))
    assert sorted(answers) == [200] + [409] * 7, answers


@pytest.mark.article("R12.3", "R12.1")
def test_a_watched_customer_and_a_shared_phone_stand_once_in_the_days_mail(client: TestClient, office: Office) -> None:
    entrant = arrived(office)
    for phone in ("13811110001", "13811110002"):
        assert patch(client, entrant, order_phone=phone).status_code == 200
    with office.store.transaction() as tx:
        in_mail = [(row.kind, row.post) for row in tx.query(StaffNotice).filter_by(in_mail=True)]
    assert in_mail == [("watched", "internal_control")]
