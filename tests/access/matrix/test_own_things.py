"""Operations on one's own things: somebody else with the same posts in the same unit is refused, or shown none of it (R4.1)."""

import pytest

from hub.domain.refusals import NotPermitted, Refusal
from hub.domain.staff.posts import Actor, Post
from hub.operations.office import Office

from .judged import OWN, STRANGER_ID, Undone
from .lists import shown
from .own_things import OWN_THINGS, Belongings, belongings

__all__ = ["belongings"]


def answered(office: Office, actor: Actor, name: str, things: Belongings) -> set[str] | Refusal:
    """What is shown of the owner's things, or the refusal; rolled back in either case."""
    seen: set[str] = set()
    try:
        with office.desk(actor) as desk:
            seen |= set(shown(OWN_THINGS[name](desk, things))) & things.marks()
            raise Undone
    except Undone:
        return seen
    except Refusal as refusal:
        return refusal


@pytest.mark.article("R4.1")
def test_what_is_one_persons_is_nobody_elses(office: Office, belongings: Belongings) -> None:
    other, faults = Actor(STRANGER_ID, "另一人", frozenset((post, OWN) for post in Post)), []
    for name in sorted(OWN_THINGS):
        theirs, own = (answered(office, actor, name, belongings) for actor in (other, belongings.owner))
        if isinstance(theirs, NotPermitted) or (isinstance(theirs, set) and theirs):
            faults.append(f"{name}: somebody else is answered {theirs!r}")
        if isinstance(own, Refusal):
            faults.append(f"{name}: the owner is refused: {own!r}")
        if own == theirs:
            faults.append(f"{name}: the owner and somebody else are answered alike: {own!r}")
    assert not faults, "\n".join(faults)
