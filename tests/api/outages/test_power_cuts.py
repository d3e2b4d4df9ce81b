"""Power cuts, help and the timeline through the API, end to end."""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.operations.office import Office
from hub.ports import SHANGHAI, today
from tests.support import people
from tests.support.callers import Caller

SHOP = "370101000051"


@pytest.fixture
def shop(office: Office, units: None) -> UUID:
    """A web customer who orders in three days."""
    people.found(office)
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 51)
        day = str((today() + timedelta(days=3)).isoweekday())
        row.values = {"order_method": "web", "order_day": day, "account_manager": "王经理"}
        return row.id


def post(client: TestClient, path: str, **given: object) -> dict[str, object]:
    answer = client.post(f"/api/v1{path}", json=given, headers={"Idempotency-Key": uuid4().hex})
    assert answer.status_code in (200, 201), answer.text
    found: dict[str, object] = answer.json()
    return found


@pytest.mark.article("R11.5")
def test_a_cut_is_entered_its_customer_warned_and_the_cut_moved(caller: Caller, shop: UUID) -> None:
    client = caller("anna", unit="3701")
    begins = datetime.combine(today() + timedelta(days=3), time(8), SHANGHAI)
    times = {"begins_at": begins.isoformat(), "ends_at": (begins + timedelta(hours=9)).isoformat()}
    cut = post(client, "/power-cuts", unit_code="370101", scope="unit", source="供电公司通知", **times)["id"]
    [task] = [each for each in client.get("/api/v1/tasks").json() if each["kind"] == "warn_of_cut"]
    assert datetime.fromisoformat(task["due_at"]) < begins
    post(client, f"/power-cuts/{cut}/warnings/{shop}", arranged="earlier", note="前一天订")
    shown = client.get(f"/api/v1/power-cuts/{cut}").json()
    assert [(each["customer_code"], each["arranged"]) for each in shown["warnings"]] == [(SHOP, "earlier")]
    assert [(part["manager"], part["warned"], part["total"]) for part in shown["cut"]["parts"]] == [("王经理", 1, 1)]
    later = {name: (datetime.fromisoformat(at) + timedelta(days=7)).isoformat() for name, at in times.items()}
    post(client, f"/power-cuts/{cut}/move", why="改期", **later)
    [line] = client.get(f"/api/v1/power-cuts/{cut}").json()["warnings"]
    assert line["warned_at"] is None and line["earlier"][0]["arranged"] == "earlier"
    post(client, f"/power-cuts/{cut}/off", why="取消")
    answer = client.post(
        f"/api/v1/power-cuts/{cut}/off", json={"why": "再次"}, headers={"Idempotency-Key": uuid4().hex}
    )
    assert answer.status_code == 409 and answer.json()["article"] == "R11.5"
    assert [each["state"] for each in client.get("/api/v1/power-cuts").json()] == ["called_off"]


@pytest.mark.article("R11.6")
def test_help_is_recorded_with_the_order_and_counted_by_kind(caller: Caller, shop: UUID) -> None:
    client = caller("anna", unit="3701")
    post(client, f"/customers/{shop}/help-records", kind="on_behalf", note="电脑坏了")
    post(client, "/help-records", code=SHOP, kind="company_device", note="路由器坏了", ordered_by="店主")
    month = client.get("/api/v1/help-records", params={"code": SHOP}).json()
    assert month["counts"] == {"on_behalf": 1, "company_device": 1}
    assert {each["ordered_by_name"] for each in month["rows"]} == {"店主", "anna"}
    assert client.get("/api/v1/help-records", params={"month": "2026-99"}).status_code == 422


@pytest.mark.article("G11")
def test_the_timeline_goes_on_page_by_page(caller: Caller, shop: UUID) -> None:
    client = caller("anna", unit="3701")
    for way in ("phone", "web", "phone"):
        post(client, f"/customers/{shop}/orders", way=way)
    path, ways, after = f"/api/v1/customers/{shop}/timeline", [], ""
    for _ in range(3):
        page = client.get(path, params={"kind": "order", "limit": 1, "after": after}).json()
        ways += [row["what"] for row in page["rows"]]
        after = page["next"]
    assert ways == ["phone", "web", "phone"] and after is None
    assert client.get(path, params={"after": "nonsense"}).status_code == 422
