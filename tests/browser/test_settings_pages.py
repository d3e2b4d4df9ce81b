"""A channel's settings in the browser: one person proposes, the error stands at its field, another person confirms."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from hub.domain.staff.posts import HUB, Post
from hub.operations.channels import control as channel_control
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.listening import listener
from tests.support.makers.screens import AXE, RULES
from tests.support.partners import Bank
from tests.support.scenes import another

from .conftest import PASSWORD, Console

ASKED = os.environ.get("PARTNERHUB_PICTURES")
HOSTILE = "<img src=x onerror=window.hacked=1>"
WIDTHS = (1366, 390)


@pytest.fixture
def people_at(browser: Browser, console: Console) -> Iterator[dict[str, Page]]:
    """Somebody of the information centre and somebody of internal control, each at a browser of their own."""
    pages = {}
    for login, post in (("proposer", Post.INFORMATION_CENTRE), ("second", Post.INTERNAL_CONTROL)):
        with console.runtime.office.desk(HUB) as desk:
            made = another(desk, login, (post, "3701"))
            people.post(desk, made.user_id, post, "3701")
            user = by_login(desk.tx, login)
            assert user is not None
            user.must_change, user.password_hash, user.name = False, hash_password(PASSWORD), f"{login}甲"
        context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
        page = context.new_page()
        page.goto(f"{console.url}/sign-in")
        page.fill("#f-login", login)
        page.fill("#f-password", PASSWORD)
        page.click("button.btn-primary")
        page.wait_for_url(f"{console.url}/")
        pages[login] = page
    yield pages
    for page in pages.values():
        page.context.close()


def looked_at(page: Page, name: str, console: Console) -> None:
    """The page fits both screens in both languages, can be used by all, and runs nobody's script."""
    path = page.url
    for tongue in ("en", "zh"):
        page.context.add_cookies([{"name": "ph_language", "value": tongue, "url": console.url}])
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 768})
            if ASKED:
                page.screenshot(path=Path(ASKED) / f"{name}-{tongue}-{width}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        page.set_viewport_size({"width": 1366, "height": 768})
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(RULES) == [], name
        assert page.evaluate("window.hacked") is None


@pytest.mark.browser
@pytest.mark.article("G3", "G9")
def test_a_bank_moves_when_two_people_have_looked_at_it(
    people_at: dict[str, Page], console: Console, bank: Bank
) -> None:
    proposer, second = people_at["proposer"], people_at["second"]
    office = console.runtime.office
    office.perform(HUB, channel_control.save_settings, "icbc", bank.settings())
    with listener() as there:
        proposer.goto(f"{console.url}/channels/icbc/settings")
        looked_at(proposer, "settings", console)
        proposer.fill("#s-hub\\.rate", "7/s")
        proposer.click("text=测试并提交")
        proposer.check("input[name=_anyway]")
        proposer.click("text=测试并提交")
        proposer.wait_for_url("**/channels?done=settings")
        proposer.goto(f"{console.url}/channels/icbc/settings")
        proposer.fill("#s-base_url", "http://0x7f.1")
        proposer.click("text=测试并提交")
        assert "主机须为英文域名" in proposer.inner_text("#e-base_url")
        proposer.fill("#s-base_url", there.url)
        proposer.fill("#s-why", HOSTILE)
        proposer.click("text=测试并提交")
        proposer.check("input[name=_anyway]")
        proposer.click("text=测试并提交")
        proposer.wait_for_url("**/settings-proposals/*")
        assert (
            "须由另一人复核" in proposer.inner_text("body") and proposer.query_selector("[data-dialog=confirm]") is None
        )
        looked_at(proposer, "proposal-own", console)
        assert there.everything == b""
    second.goto(f"{console.url}/channels")
    second.click("text=设置待复核")
    shown = second.inner_text("body")
    assert there.url in shown and bank.url in shown and HOSTILE in shown and "我方私钥" in shown
    assert "对方公钥" not in shown and "字符集" not in shown, "what the form only repeats is no change"
    looked_at(second, "proposal", console)
    second.click("button:has-text('复核通过')")
    second.click("dialog[open] button.btn-primary")
    second.wait_for_url("**done=settings")
    assert "已生效" in second.inner_text("body")
    looked_at(second, "proposal-confirmed", console)
    second.goto(f"{console.url}/notices")
    assert "渠道设置已由两人确认并启用" in second.inner_text("body") and "网关地址" in second.inner_text("body")
    proposer.goto(f"{console.url}/channels/icbc/settings")
    looked_at(proposer, "settings-after", console)
    assert proposer.input_value("#s-base_url") == there.url
