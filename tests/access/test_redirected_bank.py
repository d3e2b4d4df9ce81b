"""Nobody alone turns a bank's address to a listener of their own: told over REST as the attacker did it (issue 11, 3)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import HUB, Post
from hub.engine.runtime import WorkerRuntime
from hub.operations.office import Office
from hub.operations.staff import api_tokens, users
from hub.ports import now
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.support import people
from tests.support.callers import Caller
from tests.support.databases import by_owner
from tests.support.listening import Listener, listener
from tests.support.makers.driving import bound, drive
from tests.support.scenes import Browse
from tests.support.sims import Sim, sim, works_for

CENTRE = {Post.INFORMATION_CENTRE}
COUNTY, COMPANY = people.UNIT, "3701"


@pytest.fixture
def bank(tmp_path: Path, machine_clock: None) -> Iterator[Sim]:
    """ICBC."""
    with sim("icbc", tmp_path / "icbc", "--settle", "0.1") as icbc:
        yield icbc


@pytest.fixture
def runtime(store: Store, bank: Sim) -> WorkerRuntime:
    """Works whose settings of ICBC are on file."""
    return works_for(store, {"icbc": bank})


@pytest.fixture
def office(runtime: WorkerRuntime) -> Office:
    """Their office."""
    return runtime.office


@pytest.fixture
def hub(runtime: WorkerRuntime, tmp_path: Path) -> Hub:
    """The hub in front of them."""
    settings = HubSettings(data=tmp_path, allow_loopback_partners=True)
    return Hub(settings, runtime.office, Partners(dict(runtime.partners)))


@dataclass
class Attack:
    """Somebody who wants ICBC's messages at a listener of theirs."""

    client: TestClient
    there: Listener

    def redirect(self) -> Response:
        """Set the bank's address."""
        return changed(self.client, "PUT", "/channels/icbc/settings", values={"base_url": self.there.url})


def changed(client: TestClient, method: str, path: str, **body: Any) -> Response:
    """A changing call."""
    headers = {"Idempotency-Key": uuid4().hex}
    return client.request(method, f"/api/v1{path}", json=body or None, headers=headers)


def token_client(app: FastAPI, office: Office, unit: str) -> TestClient:
    """A programme that holds the information centre's post in a unit, with every scope that a token may have."""
    user_id = office.perform(people.CENTRE, users.create_service_user, f"robot{unit}", f"取数平台{unit}", unit)
    office.perform(HUB, users.grant_post, user_id, Post.INFORMATION_CENTRE, unit, "a")
    ends = now() + timedelta(days=30)
    scopes = ["read", "channel_desk.*"]
    issued = office.perform(HUB, api_tokens.issue_token, user_id, "取数", scopes, unit, ends)
    return TestClient(app, headers={"Authorization": f"Bearer {issued.token}", "Accept-Language": "zh"})


def nothing_arrived(runtime: WorkerRuntime, bank: Sim, there: Listener) -> None:
    """The city clerk's next card goes to the bank, and the listener hears nothing."""
    runtime.take_up()
    _, ask_id = bound(runtime, 1)
    ended = drive(runtime, ask_id, 10)
    assert there.heard == [], there.everything[:2000]
    assert ended.state == "done"
    assert [row["pay_no"] for row in bank.ledger()["agreements"]] == ["370101000001"]


Clients = Callable[[str], TestClient]


@pytest.fixture
def clients(app: FastAPI, office: Office, caller: Caller) -> Clients:
    """Each of the attackers, signed in."""

    def client(who: str) -> TestClient:
        unit = COUNTY if who.startswith("county") else COMPANY
        if who.endswith("token"):
            return token_client(app, office, unit)
        made = caller(f"mallory{unit}", CENTRE, unit)
        made.headers["Accept-Language"] = "zh"
        return made

    return client


@pytest.mark.article("R4.1", "G9")
@pytest.mark.parametrize("who", ["county token", "company token", "county person", "company person"])
def test_a_banks_address_is_not_turned_by_anybody_alone(
    runtime: WorkerRuntime, bank: Sim, clients: Clients, who: str
) -> None:
    with listener() as there:
        answer = Attack(clients(who), there).redirect()
        nothing_arrived(runtime, bank, there)
    if who == "company person":
        assert answer.status_code == 202 and answer.json()["saved"] is False and answer.json()["proposal"]
        return
    assert answer.status_code == 403
    refused = answer.json()
    if who == "county person":
        assert refused["code"] == "only_at_company" and "市公司" in refused["detail"]
    else:
        assert refused["code"] == "not_by_this_token" and "令牌" in refused["detail"] + refused["advice"]


def proposed(client: TestClient, url: str) -> str:
    """A proposal of another address."""
    answer = changed(client, "PUT", "/channels/icbc/settings", values={"base_url": url}, why="银行通知")
    assert answer.status_code == 202 and answer.json()["saved"] is False, answer.text
    return f"/settings-proposals/{answer.json()['proposal']}"


@pytest.mark.article("G3", "G9")
def test_two_people_turn_it_and_the_first_cannot_be_the_second(
    runtime: WorkerRuntime, caller: Caller, clients: Clients
) -> None:
    centre, control = clients("company person"), caller("control", {Post.INTERNAL_CONTROL}, COMPANY)
    with listener() as there:
        proposal = proposed(centre, there.url)
        for client in (centre, clients("county person")):
            refused = changed(client, "POST", f"{proposal}/confirm")
            assert refused.status_code == 403 and refused.json()["advice"], refused.text
        assert changed(centre, "POST", f"{proposal}/confirm").json()["code"] == "second_person_for_settings"
        [shown] = control.get("/api/v1/channels/icbc/settings/proposals").json()
        [line] = shown["lines"]
        assert (line["name"], line["after"]) == ("base_url", there.url) and line["before"].startswith(
            "http://127.0.0.1"
        )
        assert "private_key" in shown["keeps"], "whoever confirms is told that the key on file goes along"
        runtime.take_up()
        assert runtime.ready["icbc"].base_url != there.url
        assert changed(control, "POST", f"{proposal}/confirm").status_code == 200
        runtime.take_up()
        assert runtime.ready["icbc"].base_url == there.url
        again = changed(control, "POST", f"{proposal}/reject", why="晚了")
        assert (again.status_code, again.json()["code"]) == (409, "proposal_over")


@pytest.mark.article("G3", "R4.1")
def test_an_account_whose_password_the_proposer_was_shown_is_no_second_person(
    runtime: WorkerRuntime, caller: Caller, clients: Clients, store: Store
) -> None:
    centre, puppet = clients("company person"), caller("zz9", {Post.INTERNAL_CONTROL}, COMPANY)
    shown_to = f"(SELECT id FROM users WHERE login = 'mallory{COMPANY}')"
    by_owner(store, f"UPDATE users SET password_hands = ARRAY[{shown_to}]::uuid[] WHERE login = 'zz9'")
    with listener() as there:
        refused = changed(puppet, "POST", f"{proposed(centre, there.url)}/confirm")
        assert (refused.status_code, refused.json()["code"]) == (403, "not_two_people")
        runtime.take_up()
        assert runtime.ready["icbc"].base_url != there.url


@pytest.mark.article("G9", "G4")
def test_a_test_by_the_form_sends_no_secret_on_file_to_a_new_address(
    browse: Browse, runtime: WorkerRuntime, bank: Sim
) -> None:
    """A person alone presses “test and submit” with an address of their own in the form, and once all over again."""
    centre = browse("mallory", CENTRE)
    with listener() as there:
        for more in ({}, {"app_id": "10000000000000009999"}, {"_anyway": "yes"}):
            answer = centre.post("/channels/icbc/settings", base_url=there.url, **more)
            assert answer.status_code == 303, answer.text
            path = answer.headers["location"].partition("?")[0]
            page = centre.client.get(path).text
            assert "没有用已存的密钥登录" in page and there.url in page
            assert centre.post(f"{path}/confirm").status_code == 403
            assert centre.post(f"{path}/reject", why="再试").status_code == 303
        assert centre.post("/channels/icbc/probe").status_code == 303
        assert there.everything == b"", "it was seen to listen, and told nothing"
        whole = bank.settings() | {"base_url": there.url}
        partly = {name: value for name, value in whole.items() if name != "company_account"}
        answer = centre.post("/channels/icbc/settings", **partly, _anyway="yes")
        assert answer.status_code == 303 and there.everything == b"", "one of the bank's secrets was not given anew"
        centre.post(f"{answer.headers['location'].partition('?')[0]}/reject", why="再试")
        assert centre.post("/channels/icbc/settings", **whole).status_code == 422
        assert b"POST /" in there.everything, "secrets that were typed with the address are the person's own to test"
        runtime.take_up()
    assert runtime.ready["icbc"].base_url == bank.url


@pytest.mark.article("I10")
def test_a_key_that_cannot_be_read_is_named_in_the_readers_language(browse: Browse, runtime: WorkerRuntime) -> None:
    answer = browse("mallory", CENTRE).post("/channels/icbc/settings", private_key="bm8ga2V5")
    assert answer.status_code == 422
    assert answer.text.count("不是未加密的私钥") == 2, "in the refusal and at the field"
    assert "no private key" not in answer.text
