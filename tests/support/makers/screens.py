"""What a page in a browser is measured by."""

import os
import re
from pathlib import Path

from playwright.sync_api import Browser, Page

from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.staff.users import by_login
from tests.browser.conftest import PASSWORD, Console

AXE = Path(__file__).parent.parent.parent.parent / "node_modules/axe-core/axe.min.js"


RULES = """
axe.run({runOnly: ['wcag2a', 'wcag2aa']}).then(found => found.violations.map(
    each => each.id + ': ' + each.nodes.map(node => node.html.slice(0, 90) + node.any.map(any => any.message)).slice(0, 6)))
"""


INK = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(value => value)"


def look(page: Page, name: str) -> None:
    """Keep a picture, when pictures are asked for."""
    if PICTURES is not None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")


ASKED = os.environ.get("PARTNERHUB_PICTURES")


PICTURES = Path(ASKED) if ASKED else None
"""Where pictures are kept; taken only when asked for: a browser without a screen now and then cannot take one."""


A4 = (595, 842)
"""Points."""


def one_a4(page: Page, where: Path) -> bytes:
    """The page as PDF: one sheet of A4."""
    content = page.pdf(path=where, prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", content)
    assert len(boxes) == 1 and re.search(rb"/Count 1\b", content), boxes
    assert tuple(round(float(side)) for side in boxes[0]) == A4
    return content


def entered(browser: Browser, console: Console, login: str) -> Page:
    """A page of somebody who has just signed in."""
    with console.runtime.office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
    page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN").new_page()
    page.goto(f"{console.url}/sign-in")
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_url(f"{console.url}/")
    return page
