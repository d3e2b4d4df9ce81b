"""Cards, phones and ID numbers typed into every free text of every operation: none of them lies anywhere in clear."""

import re

import pytest
from sqlalchemy import text

from hub.domain.privacy import Secret
from hub.operations.office import Office
from hub.registry.session import Transaction
from tests.access.conftest import Scene, office, scene
from tests.support import people

from .typed import EVERYBODY, TYPED, Typed

__all__ = ["office", "scene"]
CARD, ID, PHONE = people.card(735_918_264_077), people.id_number(735), "13791826407"
SAYS = "原话"
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
WORDS = (
    f"{SAYS}{CARD}",
    f"{SAYS} {CARD[:4]} {CARD[4:8]} {CARD[8:12]} {CARD[12:16]} {CARD[16:]}",
    f"{SAYS}{PHONE}",
    f"{SAYS} +86 {PHONE[:3]}-{PHONE[3:7]}-{PHONE[7:]}",
    f"{SAYS}{ID[:6]} {ID[6:14]} {ID[14:]}",
)


class Undone(Exception):
    """Ends a try without leaving anything behind."""


def rows(tx: Transaction) -> list[str]:
    """Every row of every table as text, after the table's name."""
    tables = tx.scalars(text(TABLES)).all()
    return [f"{name}: {row}" for name in tables for row in tx.scalars(text(f'SELECT t::text FROM "{name}" t'))]


def in_clear(row: str) -> bool:
    """Whether a canary shows, or its last eight characters, whatever stands between its digits."""
    shown = re.sub(r"[\s\-+]", "", row)
    return any(value in shown or value[-8:] in shown for value in (CARD, ID, PHONE))


def kept(office: Office, scene: Scene, typed: Typed, words: str) -> list[str]:
    """The rows that are there after the words were typed; then it is as if nothing had happened."""
    there: list[str] = []
    try:
        with office.desk(EVERYBODY) as desk:
            typed(desk, scene, words)
            desk.tx.flush()
            there = rows(desk.tx)
            raise Undone
    except Undone:
        return there


@pytest.mark.article("G4")
@pytest.mark.parametrize("names", sorted(TYPED), ids=lambda names: names[0])
def test_what_is_typed_there_is_kept_without_its_numbers(office: Office, scene: Scene, names: tuple[str, ...]) -> None:
    for words in WORDS:
        there = kept(office, scene, TYPED[names], words)
        assert any(SAYS in row for row in there), "the words were kept nowhere: this proves nothing"
        shown = sorted({row.split(":")[0] for row in there if in_clear(row)})
        assert not shown, (words[:4] + "…", shown)


def test_the_search_sees_a_planted_number(office: Office, scene: Scene) -> None:
    """A search that sees nothing would be green for ever."""
    assert isinstance(Secret(CARD), Secret)
    with office.desk(EVERYBODY) as desk:
        desk.tx.execute(text("UPDATE evidence SET custodian = :words"), {"words": WORDS[1]})
        assert any(in_clear(row) for row in rows(desk.tx))
