"""A browser, a served console with made-up data, a signed-in page."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Error, Locator, Page, Response, expect, sync_playwright

from hub import server
from hub.app import Hub
from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine.runtime import WorkerRuntime
from hub.operations.privacy import authorisations
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.channels import state as channel_state
from hub.registry.staff.users import by_login, posts_of
from hub.settings import HubSettings
from tests.support.partners import PLUGINS
from tests.support.scenes import CAPABILITIES

# As long as a page may take to be there (playwright's own limit for a navigation): the machine may be busy.
expect.set_options(timeout=30_000)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
]
PASSWORD = "Made-up-Pass-2026"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, headless: CHROME, one on PATH, else Playwright's own.

    One a module: while Playwright runs, its event loop is this thread's, and no other test could run one.
    """
    path = os.environ.get("CHROME") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as play:
        found = play.chromium.launch(executable_path=path, args=ARGS, env={**os.environ, "LANGUAGE": "zh_CN"})
        yield found
        found.close()


@dataclass
class Console:
    """A served console."""

    url: str
    runtime: WorkerRuntime
    tester: Actor


@pytest.fixture
def console(runtime: WorkerRuntime, tmp_path: Path) -> Iterator[Console]:
    """The console on a free port of this machine, with a clerk who may sign in."""
    runtime.office.channels = CAPABILITIES
    with runtime.office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(CAPABILITIES))
    hub = Hub(HubSettings(data=tmp_path), runtime.office, PLUGINS)
    with runtime.office.desk(HUB) as desk:
        password = users.create_user(desk, "tester", "统计员乙", "3701")
        user = by_login(desk.tx, "tester")
        assert user is not None
        for post in (Post.STATISTICS_CLERK, Post.LICENCE_OFFICER, Post.INFORMATION_CENTRE):
            users.grant_post(desk, user.id, post, "3701")
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
        authorisations.record_confidentiality(desk, "icbc", "保密-2", date(2025, 1, 1), date(2999, 12, 31))
        grants = frozenset((Post(row.post), row.unit_code) for row in posts_of(desk.tx, user.id))
        tester = Actor(user.id, user.name, grants)
        assert password
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(server.build(hub), log_config=None, access_log=False)
    served = uvicorn.Server(config)
    thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not served.started:
        time.sleep(0.02)
    yield Console(f"http://127.0.0.1:{listener.getsockname()[1]}", runtime, tester)
    served.should_exit = True
    thread.join(15)


def patient(click: Callable[..., None]) -> Callable[..., None]:
    """A click that ends when the form that it sent off, if any, has led to its page, as a person waits for that."""

    def clicked(there: Page | Locator, *words: Any, **how: Any) -> None:
        click(there, *words, **how)
        page = there if isinstance(there, Page) else there.page
        expect(page.locator("form[aria-busy]")).to_have_count(0)

    return clicked


Page.click = patient(Page.click)  # type: ignore[method-assign]
Locator.click = patient(Locator.click)  # type: ignore[method-assign]


def insist(page: Page) -> None:
    """Let `goto` go there once more when a way of the page's own came in between.

    A part that refreshes itself may send the whole page elsewhere (a session that has ended), and a page that was just
    sent for may still be coming: the browser then gives up the address that was typed, and a person types it again.
    """
    goto = page.goto

    def again(url: str, **how: Any) -> Response | None:
        try:
            return goto(url, **how)
        except Error as error:
            if "ERR_ABORTED" not in str(error):
                raise
            page.wait_for_load_state()
            return goto(url, **how)

    page.goto = again  # type: ignore[method-assign]


@pytest.fixture
def page(browser: Browser, console: Console) -> Iterator[Page]:
    """A page of 1366×768, signed in; no script of anyone else may run in it, none of ours may fail."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    found = context.new_page()
    insist(found)
    wrong: list[str] = []
    found.on("pageerror", lambda error: wrong.append(str(error)))
    found.on("console", lambda said: wrong.append(said.text) if "Content Security" in said.text else None)
    found.goto(f"{console.url}/sign-in")
    found.fill("#f-login", "tester")
    found.fill("#f-password", PASSWORD)
    found.click("button.btn-primary")
    found.wait_for_url(f"{console.url}/")
    yield found
    context.close()
    assert wrong == []


SCAN = b"\x89PNG\r\n\x1a\nscan"


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A file that begins like a picture."""
    path = tmp_path / "存款小票.png"
    path.write_bytes(SCAN)
    return path
