"""Schedules, digests and a channel's figures by API."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.domain.staff.posts import HUB, Post
from hub.operations.channels import schedules
from hub.operations.office import Office
from hub.ports import now, today
from hub.registry.channels import state as channel_state
from hub.settings import HubSettings
from tests.support.callers import Caller
from tests.support.month import month
from tests.support.partners import PLUGINS


@pytest.fixture
def office(office: Office) -> Office:
    """An office with ICBC, its schedules and a month behind it."""
    office.channels = {"icbc": PLUGINS.partners["icbc"].capability}
    with office.desk(HUB) as desk:
        channel_state.ensure(desk.tx, ["icbc"])
        schedules.ensure_all(desk)
        month(desk.tx, "icbc", now())
    return office


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub with all partners."""
    return Hub(HubSettings(), office, PLUGINS)


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    """The application."""
    return server.build(hub)


@pytest.fixture
def post(caller: Caller) -> Callable[..., tuple[int, dict[str, object]]]:
    """A clerk's changing call."""
    clerk: TestClient = caller("clerk", {Post.STATISTICS_CLERK})

    def send(path: str, **body: str) -> tuple[int, dict[str, object]]:
        answer = clerk.post(f"/api/v1{path}", json=body or None, headers={"Idempotency-Key": str(uuid4())})
        return answer.status_code, answer.json()

    return send


@pytest.mark.article("R7.10")
def test_a_schedule_is_listed_run_paused_and_its_history_read(
    caller: Caller, post: Callable[..., tuple[int, dict[str, object]]]
) -> None:
    chief = caller("chief", {Post.SECTION_CHIEF})
    found = {row["name"]: row for row in chief.get("/api/v1/schedules").json()}
    assert found["digest"]["days"] == "working" and found["icbc.list_bindings.afresh"]["mode"] == "afresh"
    status, run = post("/schedules/icbc.package/run")
    assert (status, run["outcome"]) == (200, None)
    assert post("/schedules/icbc.package/run")[0] == 409
    assert post("/schedules/digest/pause")[0] == 200 and post("/schedules/digest/run")[0] == 409
    assert post("/schedules/digest/resume")[0] == 200
    status, again = post("/channels/icbc/read-again", verb="list_bindings", since=today().isoformat())
    assert (status, again["mode"]) == (200, "backfill")
    assert post("/channels/icbc/read-again", verb="list_devices", since=today().isoformat())[0] == 404
    assert post("/channels/icbc/read-again", verb="list_bindings", since="2999-01-01")[0] == 422
    listed = chief.get("/api/v1/schedules/history", params={"channel": "icbc"}).json()
    assert [row["no"] for row in listed] == [again["no"], run["no"]]
    assert chief.get("/api/v1/digests").json() == [] == chief.get("/api/v1/readings").json()


@pytest.mark.article("R17.1", "G9")
def test_a_channel_shows_its_figures_and_is_tested_by_a_worker(
    caller: Caller, post: Callable[..., tuple[int, dict[str, object]]]
) -> None:
    chief = caller("chief", {Post.SECTION_CHIEF})
    days = chief.get("/api/v1/channels/icbc/figures").json()
    assert len(days) == 30 and days[-1]["day"] == today().isoformat() and sum(day["live"] for day in days) > 100
    assert {reason for day in days for reason in day["reasons"]} >= {"name_mismatch", "limit"}
    assert len(chief.get("/api/v1/channels/icbc/figures", params={"days": 7}).json()) == 7
    shown = chief.get("/api/v1/channels/icbc").json()
    assert shown["channel"]["key"] == "icbc" and shown["in_flight"] == 0
    status, run = post("/channels/icbc/probe")
    assert (status, run["job"], run["outcome"]) == (200, "probe", None)
    assert post("/channels/icbc/probe")[0] == 409
    assert chief.get("/api/v1/channels/none/figures").status_code == 404
    assert caller("driver", {Post.DELIVERY_DRIVER}).get("/api/v1/channels/icbc/figures").status_code == 403
