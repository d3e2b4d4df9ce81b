"""The main job over the API: papers, authorisation, plan, binding, the ask; and the walls between units."""

from uuid import UUID, uuid4

import pytest
from starlette.testclient import TestClient

from hub.app import Hub
from hub.channels import host
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.ports import today
from hub.registry.channels import state as channel_state
from hub.settings import HubSettings
from tests.support import people
from tests.support.callers import Caller
from tests.support.partners import PLUGINS

PNG = b"\x89PNG\r\n\x1a\n" + b"scan" * 10
CARD = people.card(7)


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub with ICBC's plugin and the made-up company."""
    office.channels = host.capabilities(PLUGINS)
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    people.found(office)
    return Hub(HubSettings(), office, PLUGINS)


@pytest.fixture
def customer_id(hub: Hub) -> UUID:
    """A customer of 370101 who has authorised nothing yet."""
    with hub.office.desk(HUB) as desk:
        customer = people.customer(desk, 7, authorised=False)
        assert customer.version == 2
        return customer.id


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """A caller with every post in the whole company."""
    return caller("everyone", unit="3701")


def key() -> dict[str, str]:
    return {"Idempotency-Key": uuid4().hex}


def upload(client: TestClient, customer_id: UUID, kind: str, headers: dict[str, str] | None = None) -> str:
    form = {"kind": kind, "title": "扫描件", "custodian": "资料员"}
    files = {"file": ("scan.png", PNG, "image/png")}
    made = client.post(f"/api/v1/customers/{customer_id}/evidence", data=form, files=files, headers=headers or key())
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


def binding(client: TestClient, customer_id: UUID, **more: object) -> dict[str, object]:
    return {
        "version": 2,
        "channel": "icbc",
        "kind": "debit_card",
        "number": CARD,
        "payer_name": "测试7",
        "agreement_no": "XY00000007",
        "signed_on": today().isoformat(),
        "evidence_id": upload(client, customer_id, "deposit_slip"),
        "agreement_evidence_id": upload(client, customer_id, "tri_party_agreement"),
        "documents": ["licence", "id_card"],
        **more,
    }


def test_a_form_repeated_under_its_key_makes_one_paper(clerk: TestClient, customer_id: UUID) -> None:
    headers = key()
    assert upload(clerk, customer_id, "deposit_slip", headers) == upload(clerk, customer_id, "deposit_slip", headers)
    url = f"/api/v1/customers/{customer_id}/evidence"
    form = {"kind": "deposit_slip", "title": "扫描件", "custodian": "资料员"}
    other = clerk.post(url, data=form, files={"file": ("scan.png", PNG + b"!", "image/png")}, headers=headers)
    assert other.status_code == 422 and other.json()["code"] == "key_used_for_other"
    assert len(clerk.get(url).json()) == 1


@pytest.mark.article("R7.9", "G2")
def test_a_card_is_planned_refused_without_authorisation_then_bound_once(clerk: TestClient, customer_id: UUID) -> None:
    body = binding(clerk, customer_id)
    url = f"/api/v1/customers/{customer_id}/accounts"
    plan = clerk.post(f"{url}/plan", json=body).json()
    assert plan["missing"] and all(lack["article"] and lack["detail"] for lack in plan["missing"])
    assert CARD not in clerk.post(f"{url}/plan", json=body).text

    refused = clerk.post(url, json=body, headers=key())
    assert refused.status_code == 409 and refused.json()["article"], refused.text
    assert clerk.get("/api/v1/asks").json()["items"] == []

    paper = {"channel": "icbc", "purpose": "settlement", "text_version": "1", "way": "paper", "given_on": "2026-01-01"}
    given = clerk.post(f"/api/v1/customers/{customer_id}/authorisations", json=paper, headers=key())
    assert given.status_code == 201, given.text
    plan = clerk.post(f"{url}/plan", json=body).json()
    assert plan["missing"] == []

    headers = key()
    answers = [clerk.post(url, json=body | {"plan_digest": plan["digest"]}, headers=headers) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {202}, answers[0].text
    assert len({answer.content for answer in answers}) == 1
    (ask,) = clerk.get("/api/v1/asks").json()["items"]
    assert ask["id"] == answers[0].json()["id"] and ask["state"] in ("planned", "queued")
    shown = clerk.get(f"/api/v1/asks/{ask['id']}")
    assert shown.status_code == 200 and CARD not in shown.text
    gone = clerk.post(f"/api/v1/asks/{ask['id']}/cancel", json={"why": "entered by mistake"}, headers=key())
    assert gone.status_code == 200, gone.text


@pytest.mark.article("R4.1")
def test_another_units_customer_looks_like_none(clerk: TestClient, caller: Caller, customer_id: UUID) -> None:
    posts = set(Post)
    stranger = caller("stranger", posts, "370102")
    for there in (customer_id, uuid4()):
        url = f"/api/v1/customers/{there}"
        paper = {
            "channel": "icbc",
            "purpose": "settlement",
            "text_version": "1",
            "way": "paper",
            "given_on": "2026-01-01",
        }
        answers = [
            stranger.get(url),
            stranger.get(f"{url}/evidence"),
            stranger.post(f"{url}/authorisations", json=paper, headers=key()),
            stranger.patch(url, json={"values": {"order_phone": "1"}, "why": "x"}, headers=key() | {"If-Match": '"1"'}),
            stranger.post(f"{url}/accounts/plan", json=binding(clerk, customer_id)),
        ]
        assert {answer.status_code for answer in answers} == {404}, [answer.text for answer in answers]
        assert {answer.json()["code"] for answer in answers} == {"not_found"}
    assert stranger.get("/api/v1/customers").json()["items"] == []


def test_a_change_without_its_version_is_refused(clerk: TestClient, customer_id: UUID) -> None:
    body = {"values": {"order_phone": "13900000001"}, "why": "new phone"}
    for given in ({}, {"If-Match": "*"}, {"If-Match": '"x"'}):
        answer = clerk.patch(f"/api/v1/customers/{customer_id}", json=body, headers=key() | given)
        assert answer.status_code == 428, answer.text


def test_channels_show_their_settings_but_no_values(clerk: TestClient) -> None:
    (icbc,) = (each for each in clerk.get("/api/v1/channels").json() if each["key"] == "icbc")
    assert icbc["verbs"] and icbc["configured"] is False
    secret = next(s for s in clerk.get("/api/v1/channels/icbc/settings").json() if s["secret"])
    given = {"values": {secret["name"]: "very-secret-value", "hub.rate": "quickly"}}
    refused = clerk.put("/api/v1/channels/icbc/settings", json=given, headers=key())
    assert (refused.status_code, refused.json()["code"]) == (422, "settings_unusable")
    assert "base_url: missing" in refused.json()["detail"] and "hub.rate: " in refused.json()["detail"]
    seen = [clerk.get(f"/api/v1/channels/icbc/settings{path}").text for path in ("", "/on-file", "/proposals")]
    assert not [text for text in (refused.text, *seen) if "very-secret-value" in text]
    assert clerk.get("/api/v1/channels/none/settings").status_code == 404


@pytest.mark.article("R4.1", "G4")
def test_a_field_is_changed_once_masked_and_revealed_with_a_reason(clerk: TestClient, customer_id: UUID) -> None:
    url = f"/api/v1/customers/{customer_id}"
    body = {"values": {"backup_phone": "13900000009"}, "why": "new phone"}
    read = clerk.get(url).json()["customer"]["version"]
    headers = key() | {"If-Match": f'"{read}"'}
    answers = [clerk.patch(url, json=body, headers=headers) for _ in range(2)]
    assert answers[0].status_code == 200 and answers[0].content == answers[1].content, answers[0].text
    assert clerk.get(url).json()["customer"]["version"] == answers[0].json()["version"] > read
    stale = clerk.patch(url, json=body, headers=key() | {"If-Match": f'"{read}"'})
    assert stale.status_code == 409 and stale.json()["code"] == "stale"
    assert "13900000009" not in clerk.get(url).text and "139****0009" in clerk.get(url).text
    shown = clerk.post(f"{url}/reveal", json={"field": "backup_phone", "reason": "call the customer"})
    assert shown.json() == {"value": "13900000009"}
    assert clerk.post(f"{url}/reveal", json={"field": "backup_phone", "reason": "x"}).status_code == 422
    moment = {"moment": "2020-01-01T00:00:00+08:00"}
    assert clerk.get(f"{url}/as-of", params=moment).json() == {}
    assert clerk.get(f"{url}/as-of", params={"moment": "2020-01-01T00:00:00"}).status_code == 422
