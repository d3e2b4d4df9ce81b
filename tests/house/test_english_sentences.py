"""A sentence in English holds no Chinese word of ours: what a refusal speaks of has an English name."""

import ast
from collections.abc import Iterator

import pytest

from hub.domain.refusals import NotFound, NotPermitted, Stale
from hub.domain.refusals.phrases import THINGS
from hub.domain.staff.posts import Actor, Post
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, NotByThisToken, authorise
from hub.operations.staff.names import TakenAlready
from tests.house.sources import product
from tests.support import people

ABOUT = {"NotFound", "Stale", "TakenAlready", "customer", "covered"}
"""Calls that are given the zh-CN word of a thing, by `what` or behind whose it is."""


def chinese(words: object) -> bool:
    return isinstance(words, str) and any("\u4e00" <= sign <= "\u9fff" for sign in words)


def spoken_of() -> Iterator[tuple[str, str]]:
    """Every such word in the product, with where it stands."""
    for source in product():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            named = [given.value for given in node.keywords if given.arg == "what"] if name in ABOUT else []
            placed = node.args[1:] if name in ("customer", "covered") else []
            yield from (
                (part.value, source.at(node))
                for part in (*named, *placed)
                if isinstance(part, ast.Constant) and chinese(part.value)
            )


def test_everything_that_is_missing_taken_or_changed_has_an_english_name() -> None:
    words = list(spoken_of())
    assert len(words) > 80
    assert {place for word, place in words if word not in THINGS} == set()
    assert not any(chinese(english) for english in THINGS.values())


@pytest.mark.parametrize("kind", [NotFound, Stale, TakenAlready])
def test_such_a_no_is_english_to_its_end(kind: type[NotFound]) -> None:
    for word in THINGS:
        refusal = kind(what=word)
        assert word in refusal.sentence() and not chinese(refusal.sentence("en") + refusal.advice("en"))


@pytest.mark.article("R4.1")
def test_who_may_not_is_told_in_english_what_and_which_posts_may() -> None:
    for name, row in OPERATIONS.items():
        told = NotByThisToken(action=row.title[0], action_en=row.title[1], name=name)
        assert not chinese(told.sentence("en") + told.advice("en")), name


@pytest.mark.article("R4.1")
def test_the_sentence_names_posts_by_their_titles(office: Office) -> None:
    caller = Actor(people.CLERK_ID, "x", frozenset({(Post.CALL_CLERK, people.UNIT)}))
    with pytest.raises(NotPermitted) as refused, office.desk(caller) as desk:
        authorise(desk, OPERATIONS["audit.verify"])
    assert refused.value.sentence("en") == "Your post may not do “Verify the audit trail”."
    assert refused.value.advice("en") == "Posts that may: Information centre, Internal control."
    assert refused.value.advice() == "可办理的岗位:信息中心、内管员。"
