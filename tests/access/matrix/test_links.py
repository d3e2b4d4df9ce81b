"""What a page offers a post, that post may use: its links, and the places that its hints point at (R4.1)."""

import re
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urldefrag, urljoin

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people, posts
from tests.support.scenes import Browse, Browser, Scene

LINK = re.compile(r'<a\b[^>]*\bhref="([^"]*)"')
# An id, a number or a day in an address: such pages are of one kind.
ONE_OF_MANY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
PAGES_OF_A_KIND = 2
ADVICE = re.compile(r'<div class="ph-empty">.*?</div>\s*</div>', re.S)
SIDE = re.compile("右侧|上方|下方")


@dataclass
class Crawl:
    """Every page that links lead to from home, some of each kind, and which kind of page links to which."""

    browser: Browser
    links: set[tuple[str, str]] = field(default_factory=set)
    statuses: dict[str, int] = field(default_factory=dict)

    def follow(self) -> None:
        """Open page after page."""
        waiting, kinds = ["/"], dict[str, int]()
        while waiting:
            path = waiting.pop()
            kind = ONE_OF_MANY.sub("…", path)
            kinds[kind] = kinds.get(kind, 0) + 1
            if path in self.statuses or kinds[kind] > PAGES_OF_A_KIND:
                continue
            waiting += self._open(path)

    def _open(self, path: str) -> list[str]:
        answer = self.browser.client.get(path)
        self.statuses[path] = answer.status_code
        if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
            return []
        there = {urldefrag(urljoin(path, unescape(link))).url for link in LINK.findall(answer.text)}
        self.links |= {(path, link) for link in there}
        return sorted(link for link in there if link.startswith("/") and not link.startswith("/assets"))

    def shut(self) -> list[str]:
        """Links that lead to a refusal or a fault."""
        kinds = {
            (ONE_OF_MANY.sub("…", page), ONE_OF_MANY.sub("…", link), self.statuses.get(link, 200))
            for page, link in self.links
        }
        return [f"{page} -> {link} {status}" for page, link, status in sorted(kinds) if status == 403 or status >= 500]


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("post", list(Post))
def test_no_link_leads_a_post_to_a_page_that_it_may_not_open(
    browse: Browse, office: Office, scene: Scene, post: Post
) -> None:
    posts.work_of(office, scene.customer_id)
    crawl = Crawl(browse("reader1", {post}, people.UNIT))
    crawl.follow()
    assert len(crawl.statuses) > 3 and not crawl.shut(), "\n".join(crawl.shut())


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("post", list(Post))
def test_an_empty_page_points_at_no_form_or_button_that_the_post_lacks(
    browse: Browse, office: Office, post: Post
) -> None:
    with office.desk(people.CLERK) as desk:
        bare = people.customer(desk, 1).id
    reader = browse("reader1", {post}, people.UNIT)
    for path in ("/calendar", "/outages", "/schedules", "/exports", "/routes", f"/customers/{bare}"):
        answer = reader.client.get(path)
        main = re.sub(r"<dialog.*?</dialog>", "", answer.text[answer.text.find("<main") :], flags=re.S)
        if answer.status_code != 200:
            continue
        for hint in filter(SIDE.search, ADVICE.findall(main)):
            words = re.findall("“(.+?)”", hint)
            rest = main.replace(hint, "")
            assert all(word in rest for word in words), (path, hint)
            assert words or '<form class="card' in rest or "<form" in rest, (path, hint)
