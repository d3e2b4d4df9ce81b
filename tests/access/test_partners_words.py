"""Kept messages and differences through both faces: who sees, who reads in clear, who decides, and where it stands."""

import re
from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.reconciliation import callbacks
from hub.ports import new_id, now
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation import differences, list_runs
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.schema import Agreement, Callback, Customer, Difference
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.callers import Caller
from tests.support.scenes import Browse, Scene

HOSTILE = "<script>alert('报文')</script>"


@pytest.fixture
def message_id(office: Office) -> UUID:
    """A message of the bank's that its plugin did not understand."""
    with office.store.transaction() as tx:
        channel_state.ensure(tx, ["icbc"])
    kept = callbacks.keep(office, "icbc", HOSTILE.encode(), {"x-sign": "abc"})
    callbacks.refuse(office, kept, "not_understood", "event")
    return kept


@pytest.fixture
def rows(office: Office, scene: Scene, message_id: UUID) -> list[UUID]:
    """250 differences, the first of which the message said, and an announcement that could not leave."""
    with office.desk(HUB) as desk:
        code = desk.tx.get_one(Customer, scene.customer_id).code
        made = []
        for number in range(250):
            about = ("binding", f"37010100{number:04d}", "unknown_here")
            found = DifferenceFound(*about, None, f"37010100{number:04d}", None, {}, {"state": "live"})
            by = f"callback {message_id}"
            made.append(differences.open_difference(desk.tx, "icbc", found, "enter_or_end", now(), evidence=by).id)
        lacks = DifferenceFound(
            "agreement", "TX1", "not_announced", scene.customer_id, code, None, {"missing": "order_day"}, {}
        )
        made.append(differences.open_difference(desk.tx, "icbc", lacks, "mend_and_announce", now()).id)
        return made


@pytest.mark.article("G4", "R7.9")
def test_a_kept_message_is_listed_for_the_desks_and_read_in_clear_by_the_centre_alone(
    office: Office, browse: Browse, message_id: UUID
) -> None:
    clerk, centre = browse("clerk2", {Post.STATISTICS_CLERK}), browse("centre", {Post.INFORMATION_CENTRE})
    page = f"/channels/icbc/messages/{message_id}"
    for path in ("/channels/icbc", "/channels/icbc/messages", "/channels/icbc/messages?outcome=not_understood"):
        assert page in clerk.client.get(path).text, path
    assert page not in clerk.client.get("/channels/icbc/messages?outcome=heard").text
    shown = clerk.client.get(page)
    assert shown.status_code == 200 and "alert(" not in shown.text and "/reveal" not in shown.text
    assert clerk.post(f"{page}/reveal", why="核对报文内容").status_code == 403
    assert centre.post(f"{page}/reveal", why="x").status_code == 422
    clear = centre.post(f"{page}/reveal", why="核对报文内容")
    assert clear.status_code == 200 and "x-sign" in clear.text
    assert "&lt;script&gt;alert(" in clear.text and HOSTILE not in clear.text
    assert clerk.post(f"{page}/hear", why="插件已修正").status_code == 403
    assert centre.post(f"{page}/hear", why="插件已修正").status_code == 303
    with office.store.transaction() as tx:
        assert tx.get_one(Callback, message_id).outcome is None
    assert centre.client.get(f"/channels/icbc/messages/{uuid4()}").status_code == 404
    assert centre.post(f"/channels/icbc/messages/{uuid4()}/reveal", why="核对报文内容").status_code == 404


@pytest.mark.article("G3", "R7.9")
def test_the_desk_shows_both_values_what_said_so_and_goes_on_behind_its_page(
    office: Office, browse: Browse, rows: list[UUID], scene: Scene, message_id: UUID
) -> None:
    clerk, chief = browse("clerk2", {Post.STATISTICS_CLERK}), browse("chief", {Post.SECTION_CHIEF})
    home = re.sub(r">\s+<", "><", clerk.client.get("/").text)
    assert f'href="/differences"><span class="ph-number text-orange">{len(rows) + 1}<' in home
    seen: set[str] = set()
    path = "/differences"
    while path:
        text = clerk.client.get(path).text
        seen |= {part.split('"')[0] for part in text.split('id="d-')[1:]}
        path = f"/differences?after={text.split('?after=')[1].split(chr(34))[0]}" if "?after=" in text else ""
    assert {str(row) for row in rows} <= seen
    first = clerk.client.get("/differences").text
    assert f"/channels/icbc/messages/{message_id}" in first
    which = scene.difference_id
    assert clerk.post(f"/differences/{which}/propose", way="ours", why="已核实").status_code == 303
    assert clerk.post(f"/differences/{which}/confirm").status_code == 403
    assert "科长复核" in clerk.client.get("/differences").text
    assert chief.post(f"/differences/{which}/confirm").status_code == 303
    assert "等待双方一致" in clerk.client.get("/differences").text
    with office.store.transaction() as tx:
        row = tx.get_one(Difference, which)
        assert row.closed_at is None and row.confirmed_by_name == "chief"


@pytest.mark.article("R7.7", "R7.8")
def test_a_person_announces_by_hand_from_the_desk_and_from_the_customers_page(
    office: Office, browse: Browse, rows: list[UUID], scene: Scene
) -> None:
    clerk = browse("clerk2", {Post.STATISTICS_CLERK})
    with office.store.transaction() as tx:
        said = {"agreement_no": "TX1", "signed_on": now().date(), "state": "live", "unannounced_since": now()}
        tx.add(Agreement(id=new_id(), customer_id=scene.customer_id, channel="icbc", kind="tri_party", **said))
    desk = clerk.client.get("/differences?after=").text + clerk.client.get(f"/customers/{scene.customer_id}").text
    assert f"/customers/{scene.customer_id}/announce" in desk
    for path in (f"/differences/announce/{scene.customer_id}", f"/customers/{scene.customer_id}/announce"):
        refused = clerk.post(path, agreement_no="TX9")
        assert refused.status_code == 409 and "TX9" in refused.text
    with office.store.transaction() as tx:
        assert accounts.agreement_numbered(tx, "icbc", "TX1") is not None


def keyed() -> dict[str, str]:
    """A key for a change."""
    return {"Idempotency-Key": uuid4().hex}


def decided(clerk: TestClient, chief: TestClient, which: UUID, way: str) -> list[int]:
    """Two people decide by the API."""
    path = f"/api/v1/differences/{which}"
    proposed = clerk.post(f"{path}/propose", json={"way": way, "why": "已核实"}, headers=keyed())
    alone = clerk.post(f"{path}/confirm", headers=keyed())
    both = chief.post(f"{path}/confirm", headers=keyed())
    return [proposed.status_code, alone.status_code, both.status_code]


@pytest.mark.article("G3", "R7.9")
def test_differences_are_read_and_settled_by_the_api(
    office: Office, caller: Caller, rows: list[UUID], scene: Scene
) -> None:
    clerk, chief = caller("clerk2", unit="3701"), caller("chief", {Post.SECTION_CHIEF}, unit="3701")
    seen, after = [], ""
    while True:
        answer = clerk.get(f"/api/v1/differences?limit=100{after}").json()
        seen += answer["items"]
        if answer["next"] is None:
            break
        after = f"&after={answer['next']}"
    assert {str(row) for row in rows} < {row["id"] for row in seen}
    lacks = next(row for row in seen if row["what"] == "not_announced")
    assert lacks["ways"] == ["explained"] and lacks["side"] == "ours"
    assert decided(clerk, chief, rows[0], "explained") == [200, 403, 200]
    assert clerk.post(f"/api/v1/differences/{rows[0]}/confirm", headers=keyed()).status_code == 404
    given = {"agreement_no": "TX9"}
    path = f"/api/v1/customers/{scene.customer_id}/announcements"
    assert clerk.post(path, json=given, headers=keyed()).status_code == 409


@pytest.mark.article("G3", "G4", "R7.7")
def test_messages_and_braked_readings_are_worked_on_by_the_api(
    office: Office, caller: Caller, message_id: UUID
) -> None:
    clerk, chief = caller("clerk2", unit="3701"), caller("chief", {Post.SECTION_CHIEF}, unit="3701")
    [listed] = clerk.get("/api/v1/channels/icbc/messages?outcome=not_understood").json()["items"]
    assert listed["id"] == str(message_id) and "body" not in listed
    assert clerk.get(f"/api/v1/messages/{message_id}").json()["code"] == "event"
    clear = clerk.post(f"/api/v1/messages/{message_id}/reveal", json={"why": "核对报文内容"})
    assert clear.json()["body"] == HOSTILE and clear.json()["headers"] == {"x-sign": "abc"}
    given = {"why": "插件已修正"}
    assert clerk.post(f"/api/v1/messages/{message_id}/hear", json=given, headers=keyed()).status_code == 202
    with office.desk(people.CLERK) as desk:
        run = list_runs.start(desk.tx, "icbc", "list_bindings", "full", now(), "partnerhub")
        run.outcome, no = "braked", run.no
    path = f"/api/v1/readings/{no}/release"
    assert [each.post(path, headers=keyed()).status_code for each in (clerk, clerk, chief)] == [200, 403, 200]
