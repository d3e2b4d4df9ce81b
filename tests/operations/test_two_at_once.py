"""Two people enter the same at the same moment: one has it, the other is told so, and nothing breaks (R14.1)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.ports import today
from tests.support import people
from tests.support.scenes import another


def at_once(act: Callable[[], object]) -> list[str]:
    """What becomes of two tries that begin together: done, or the refusal's code."""
    start = Barrier(2)

    def tried() -> str:
        start.wait(20)
        try:
            act()
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(tried) for _ in range(2)]
        return sorted(each.result() for each in both)


@pytest.mark.article("R14.1")
def test_an_evaluation_is_entered_once(office: Office) -> None:
    """The other one was an error of the database, which nobody had put into words."""
    with office.desk(HUB) as desk:
        chief = another(desk, "chief8", (Post.SECTION_CHIEF, people.UNIT))
    for turn in range(5):
        day = today() + timedelta(days=9 + turn)
        enter = partial(office.perform, chief, evaluations.enter_evaluation, people.UNIT, day)
        assert at_once(enter) == ["done", "entered_already"]
