"""The steps of a new entrant (article 7): whose, which fields, within how many working days, who is told then.

The fields of a step are those of the catalogue with its deadline, so that a deadline stands in one place alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .catalogue import CATALOGUE
from .fields import Field
from .people import Post

GRADED_BY = 10
"""Working days of the fields on which the grade depends (R7.4)."""


@dataclass(frozen=True)
class Step:
    """One step. `days` are working days from the arrival of the list, None when another event decides.

    `before_grading`: a grade evaluation that comes sooner brings it forward (I9). `tells` is told when it is done.
    """

    key: str
    article: str
    title: tuple[str, str]
    post: Post
    days: int | None
    deadline: int | None = None
    tells: Post | None = None
    before_grading: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that make it complete; none: somebody records it."""
        return BY_DEADLINE.get(self.deadline or 0, ())


BY_DEADLINE: Mapping[int, tuple[Field, ...]] = {
    days: tuple(field for field in CATALOGUE if field.deadline == days)
    for days in {field.deadline for field in CATALOGUE if field.deadline}
}
CLERK, MANAGER, CHIEF = Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF
STEPS: tuple[Step, ...] = (
    Step("settle", "R7.2", ("与客户经理确定", "Settled with the manager"), CLERK, 1),
    Step("maintain", "R7.2", ("维护业务信息", "Business data"), CLERK, 2, 2, tells=MANAGER),
    Step("quantify", "R7.3", ("市场类型、业态与定量", "Market, format, quantity"), MANAGER, 3, 3, tells=CHIEF),
    Step("approve", "R7.5", ("审批科学定量", "Quantity approved"), CHIEF, None),
    Step("grade", "R7.4", ("商圈类型与出样形式", "Trade area, display"), MANAGER, 10, GRADED_BY, before_grading=True),
    Step("rest", "R7.4", ("其他信息", "All others"), MANAGER, 15, 15),
    Step("attitude", "R7.4", ("重视与合作程度", "Attention, cooperation"), MANAGER, 20, 20, before_grading=True),
)
BY_KEY: Mapping[str, Step] = {step.key: step for step in STEPS}
LAST_DAY = max(step.days or 0 for step in STEPS)
"""Working days of the last step."""
KIND = "onboarding_"
"""How a step's task is called: onboarding_maintain …"""


def lacking(step: Step, filled: Iterable[str], off: Iterable[str]) -> tuple[Field, ...]:
    """The step's fields that are neither filled nor switched off (R3.1, R3.2)."""
    done = {*filled, *off}
    return tuple(field for field in step.fields if field.key not in done)
