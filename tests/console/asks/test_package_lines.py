"""A package says how its lines stand at that moment, never that all are done when one is not (R7.9, R7.10)."""

import re
from html import unescape
from uuid import UUID

import pytest

from hub.domain.staff.posts import Post
from hub.domain.states import AskState
from hub.operations.asks import packages
from hub.operations.office import Office
from hub.operations.settlement import accounts
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from tests.support import people
from tests.support.scenes import Browse


@pytest.fixture
def package(office: Office) -> UUID:
    """A package of three agreements that its bank has settled, with a no to the third."""
    with office.desk(people.CLERK) as desk:
        for number in (1, 2, 3):
            row = people.customer(desk, number)
            accounts.bind_account(desk, people.request(desk, row, number, with_package=True))
        [package_id] = packages.send_package(desk, "icbc")
        rows = ledger.rows_of(desk.tx, package_id)
        for ask, state in zip(
            [desk.tx.get_one(Ask, package_id), *rows],
            [AskState.DONE, AskState.DONE, AskState.DONE, AskState.REFUSED],
            strict=True,
        ):
            ask.state, ask.ended_at, ask.verb = state, now(), "bind_card"
        return package_id


@pytest.mark.article("R7.9", "R7.10")
@pytest.mark.parametrize("path", ["/asks", "/asks/{package}"])
def test_a_package_with_a_refused_line_counts_its_lines(browse: Browse, package: UUID, path: str) -> None:
    clerk = browse("clerk1", {Post.STATISTICS_CLERK}, people.UNIT)
    page = clerk.client.get(path.format(package=package)).text
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())
    assert "3 行，2 行双方均维护好，1 行对方不予办理" in words
    clerk.client.cookies.set("ph_language", "en")
    english = " ".join(clerk.client.get(path.format(package=package)).text.split())
    assert "3 rows, 2 Live on both sides, 1 Refused" in english


@pytest.mark.article("R7.9", "R7.10")
def test_a_package_whose_lines_are_all_done_says_so_in_one_word(browse: Browse, office: Office, package: UUID) -> None:
    with office.desk(people.CLERK) as desk:
        for row in ledger.rows_of(desk.tx, package):
            row.state = AskState.DONE
    page = browse("clerk1", {Post.STATISTICS_CLERK}, people.UNIT).client.get(f"/asks/{package}").text
    assert "双方均维护好" in page and "行双方" not in page
