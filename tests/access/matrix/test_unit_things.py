"""Operations on a unit and its things: another unit's do not exist, another post is refused (R4.1)."""

import re

import pytest

from hub.domain.refusals import BadInput, NotFound, NotPermitted, Refusal
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS

from .grounds import Grounds, grounds
from .judged import OTHER, OWN, PARENT, stranger, tried
from .unit_things import BY_CODE, SAYS_WHOSE, UNITS

__all__ = ["grounds"]


def words(refusal: Refusal) -> str:
    """What it says, without the codes that were named."""
    return re.sub(r"\d{6,}", "…", refusal.sentence())


def wrong(office: Office, grounds: Grounds, name: str) -> list[str]:
    """What an operation answers otherwise than the rule."""
    row, scenario, nowhere = OPERATIONS[name], UNITS[name], grounds.nowhere()
    expected, faults = BadInput if name in BY_CODE else NotFound, []
    unknown = tried(office, stranger(min(row.posts), PARENT), lambda desk: scenario(desk, nowhere))
    if not isinstance(unknown, expected):
        return [f"{name}: what does not exist gives {unknown!r}"]
    for post in Post:
        for unit in (OWN, PARENT, OTHER):
            answer = tried(office, stranger(post, unit), lambda desk: scenario(desk, grounds))
            if post not in row.posts:
                right = isinstance(answer, NotPermitted)
            elif unit == OTHER:
                right = isinstance(answer, expected) and (name in SAYS_WHOSE or words(answer) == words(unknown))
            else:
                right = answer is None or words(answer) != words(unknown)
            if not right:
                faults.append(f"{name} by {post} at {unit}: {answer!r}, and nothing gives {unknown!r}")
    return faults


@pytest.mark.article("R4.1")
def test_another_units_things_do_not_exist_and_other_posts_are_refused(office: Office, grounds: Grounds) -> None:
    faults = [fault for name in sorted(UNITS) for fault in wrong(office, grounds, name)]
    assert not faults, "\n".join(faults)
