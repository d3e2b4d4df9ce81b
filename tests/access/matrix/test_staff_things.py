"""Operations on a user, a grant, a token or a leave: inside the caller's units with all that they hold (R4.1)."""

from functools import partial

import pytest

from hub.domain.refusals import NotFound, NotPermitted, Refusal
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import copies
from hub.operations.documents import custody
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.operations.routes import stop_order
from hub.operations.staff.colleagues import HoldsElsewhere, OnesOwn
from hub.operations.tasks import tasks
from hub.registry.schema import Customer
from tests.support.scenes import Scene

from .judged import OWN, PARENT, stranger, tried
from .staff_things import NOBODY, NOT_ON_ONESELF, PEOPLE, About, Town, town

__all__ = ["town"]


def wrong(office: Office, town: Town, name: str) -> list[str]:
    """What an operation answers otherwise than the rule."""
    row, faults = OPERATIONS[name], []

    def answer_for(actor: Actor, about: About) -> Refusal | None:
        return tried(office, actor, partial(PEOPLE[name], a=about))

    for post in Post:
        for unit in (OWN, PARENT):
            actor = stranger(post, unit)
            nobody = answer_for(actor, NOBODY)
            for kind, about in (("own", town.own), ("other", town.other), ("above", town.above)):
                answer = answer_for(actor, about)
                if post not in row.posts:
                    right = isinstance(answer, NotPermitted)
                elif unit == PARENT or kind == "own":
                    right = not isinstance(answer, NotFound | NotPermitted | HoldsElsewhere)
                elif kind == "other":
                    right = isinstance(answer, NotFound) and str(answer) == str(nobody)
                else:
                    right = isinstance(answer, HoldsElsewhere | NotFound)
                if not right:
                    faults.append(f"{name} by {post} at {unit} about {kind}: {answer!r}, about nobody {nobody!r}")
    return faults


@pytest.mark.article("R4.1")
def test_who_is_outside_is_nobody_and_who_also_holds_a_post_above_is_out_of_reach(office: Office, town: Town) -> None:
    faults = [fault for name in sorted(PEOPLE) for fault in wrong(office, town, name)]
    assert not faults, "\n".join(faults)


@pytest.mark.article("R4.1")
def test_nobody_does_it_to_themselves_at_any_unit(office: Office, town: Town) -> None:
    for name in sorted(NOT_ON_ONESELF):
        for unit in (OWN, PARENT):
            oneself = Actor(town.own.user_id, "本人", frozenset({(Post.INFORMATION_CENTRE, unit)}))
            assert isinstance(tried(office, oneself, partial(PEOPLE[name], a=town.own)), OnesOwn), name


@pytest.mark.article("R4.1", "R15.1", "R16.1")
def test_who_is_named_to_do_something_is_of_the_post_and_unit_and_another_looks_like_nobody(
    office: Office, scene: Scene, town: Town
) -> None:
    """Takers of tasks, keepers of papers and drivers, named by login: another county's is refused as one who is not there."""
    clerk = stranger(Post.STATISTICS_CLERK, OWN)
    for do in (
        lambda desk, login: tasks.hand_over(desk, scene.task_id, login, "转办"),
        lambda desk, login: custody.hand_in(desk, scene.evidence_id, login, True),
        lambda desk, login: stop_order.name_driver(desk, OWN, "城北一线", login),
    ):
        outside, nobody = (tried(office, clerk, partial(do, login=login)) for login in ("other4", "nobody9"))
        assert outside is not None and nobody is not None
        assert str(outside).replace("other4", "") == str(nobody).replace("nobody9", "")
    with office.desk(clerk) as desk:
        customer = desk.tx.get_one(Customer, scene.customer_id)
        assert [copies.found(desk, customer, login) is None for login in ("own3", "other4")] == [False, True]
