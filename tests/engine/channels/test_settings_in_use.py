"""Settings of a channel come into use in a running worker, are tested before they are saved, and tested by the clock."""

import asyncio
from pathlib import Path

import pytest
from httpx import Response

from hub.app import Hub
from hub.domain.staff.posts import HUB, Post
from hub.engine import probes as probe_engine
from hub.engine import worker
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels import control as channel_control
from hub.operations.channels.values import SettingsUnusable
from hub.operations.office import Office
from hub.registry.channels import probes
from hub.registry.channels import settings as channel_settings
from hub.settings import HubSettings
from tests.support import people
from tests.support.partners import PLUGINS, Bank
from tests.support.scenes import Browse, Browser


@pytest.fixture
def office(runtime: WorkerRuntime) -> Office:
    """The office behind the works."""
    return runtime.office


@pytest.fixture
def hub(office: Office, tmp_path: Path) -> Hub:
    """A hub whose channels have no settings yet."""
    return Hub(HubSettings(data=tmp_path, allow_loopback_partners=True), office, PLUGINS)


def save(office: Office, values: dict[str, str]) -> None:
    office.perform(HUB, channel_control.save_settings, "icbc", values)


def test_changed_settings_come_into_use_without_a_restart(hub: Hub, office: Office, bank: Bank) -> None:
    runtime = hub.runtime()
    assert runtime.ready == {} and runtime.not_ready == {"icbc": "no settings"}
    save(office, bank.settings() | {"hub.rate": "7/s"})
    runtime.take_up()
    first = runtime.ready["icbc"]
    assert first.channel.rate == "7/s" and runtime.not_ready == {}
    runtime.take_up()
    assert runtime.ready["icbc"] is first
    save(office, {"hub.rate": "9/s"})
    runtime.take_up()
    assert runtime.ready["icbc"].channel.rate == "9/s" and runtime.ready["icbc"].base_url == bank.url
    with pytest.raises(SettingsUnusable, match=r"hub\.rate: .*charset: "):
        save(office, {"hub.rate": "quickly", "charset": "EBCDIC"})
    with office.desk(HUB) as desk:
        channel_settings.save(desk.tx, desk.vault, "icbc", bank.settings() | {"charset": "EBCDIC"}, "旧版本")
    runtime.take_up()
    assert runtime.ready == {} and "charset" in runtime.not_ready["icbc"]


@pytest.mark.slow
def test_a_running_worker_takes_them_up_by_itself(hub: Hub, office: Office, bank: Bank) -> None:
    runtime = hub.runtime()

    async def work() -> None:
        running = asyncio.create_task(worker.run(runtime, concurrency=1))
        await asyncio.sleep(0.5)
        await asyncio.to_thread(save, office, bank.settings())
        for _ in range(100):
            if runtime.ready:
                break
            await asyncio.sleep(0.1)
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(work())
    assert set(runtime.ready) == {"icbc"}


def confirmed(control: Browser, answer: Response) -> str:
    """Another person confirms what was proposed; the proposal's page as that person saw it."""
    assert answer.status_code == 303, answer.text
    page = answer.headers["location"].partition("?")[0]
    assert page.startswith("/settings-proposals/")
    shown = control.client.get(page).text
    assert control.post(f"{page}/confirm").status_code == 303
    return shown


@pytest.mark.article("G9", "G3")
def test_settings_are_tested_before_they_are_proposed_and_used_when_another_has_confirmed_them(
    hub: Hub, browse: Browse, office: Office, bank: Bank
) -> None:
    centre = browse("centre", {Post.INFORMATION_CENTRE})
    control = browse("control", {Post.INTERNAL_CONTROL})
    wrong = bank.settings() | {"app_id": "10000000000000008888"}
    refused = centre.post("/channels/icbc/settings", **wrong)
    assert refused.status_code == 422 and "身份与密钥" in refused.text and "没有保存" in refused.text
    assert "PRIVATE KEY-----\n" not in refused.text and hub.runtime().ready == {}
    first = centre.post("/channels/icbc/settings", **bank.settings(), _why="开通")
    assert hub.runtime().ready == {}, "nobody alone"
    shown = confirmed(control, first)
    assert bank.url in shown and "开通" in shown and "PRIVATE KEY-----\n" not in shown and "接口权限" in shown
    assert hub.runtime().ready["icbc"].settings.app_id != wrong["app_id"]
    confirmed(control, centre.post("/channels/icbc/settings", **wrong, _anyway="yes"))
    assert hub.runtime().ready["icbc"].settings.app_id == wrong["app_id"]
    rate = centre.post("/channels/icbc/settings", **{"hub.rate": "7/s"}, _anyway="yes")
    assert rate.headers["location"] == "/channels?done=settings" and hub.runtime().ready["icbc"].channel.rate == "7/s"
    assert "text-red" in centre.client.get("/channels").text or "bg-red" in centre.client.get("/channels").text
    unusable = centre.post("/channels/icbc/settings", charset="EBCDIC")
    assert unusable.status_code == 422 and 'id="e-charset"' in unusable.text, "the error stands at its field"


@pytest.mark.article("G9")
def test_a_test_by_hand_or_by_the_clock_is_kept_and_a_paused_channel_is_left_alone(
    browse: Browse, runtime: WorkerRuntime, office: Office, bank: Bank
) -> None:
    save(office, bank.settings())
    centre = browse("centre", {Post.INFORMATION_CENTRE})
    assert centre.post("/channels/icbc/probe").headers["location"].endswith("done=probed")
    page = centre.client.get("/channels").text
    assert "时钟" in page and "接口权限" in page
    office.perform(people.CENTRE, channel_control.pause, "icbc", "银行维护")
    asyncio.run(probe_engine.probe(runtime, runtime.ready["icbc"]))
    office.perform(people.CENTRE, channel_control.resume, "icbc")
    bank.post("/_sim/outage", seconds=30)
    with runtime.office.store.transaction() as tx:
        found = probes.latest(tx, "icbc")
        assert found is not None and found.ok
    asyncio.run(probe_engine.probe(runtime, runtime.ready["icbc"]))
    with runtime.office.store.transaction() as tx:
        found = probes.latest(tx, "icbc")
        assert found is not None and not found.ok and found.by_name == "partnerhub"
    clerk = browse("visitor", {Post.LICENCE_OFFICER})
    assert clerk.post("/channels/icbc/probe").status_code == 403
