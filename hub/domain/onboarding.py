"""The steps of a new entrant (article 7): whose they are, which fields, within how many working days, who is told.

The fields of a step are those of the catalogue with its post and its deadline.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .customers import deadlines as within
from .customers.catalogue import CATALOGUE
from .customers.fields import Field
from .staff.posts import Post


@dataclass(frozen=True)
class Step:
    """One step. `days` are working days from the arrival of the list, None when another event decides.

    `before_order`, `before_grading`: a first order day, or a grade evaluation, that comes sooner brings it forward to
    the working day before (I9). `tells` is told when it is done.
    """

    key: str
    article: str
    title: tuple[str, str]
    post: Post
    days: int | None
    tells: Post | None = None
    before_order: bool = False
    before_grading: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that make it complete: the post's own with this deadline. Empty: somebody records it by hand."""
        return tuple(field for field in BY_DEADLINE.get(self.days or 0, ()) if field.owner is self.post)


BY_DEADLINE: Mapping[int, tuple[Field, ...]] = {
    days: tuple(field for field in CATALOGUE if field.deadline == days)
    for days in {field.deadline for field in CATALOGUE if field.deadline}
}
CLERK, MANAGER, CHIEF = Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF
# All other fields belong to several posts, each of which has a step of its own (R3.1: whose).
REST = {
    "rest": (MANAGER, ("其他信息", "All others")),
    "rest_clerk": (CLERK, ("其他信息(统计)", "All others: clerk")),
    "rest_licence": (Post.LICENCE_OFFICER, ("其他信息(证件)", "All others: licence")),
    "rest_control": (Post.INTERNAL_CONTROL, ("其他信息(内管)", "All others: control")),
}
STEPS: tuple[Step, ...] = (
    Step("settle", "R7.2", ("与客户经理确定", "Settled with the manager"), CLERK, 1, before_order=True),
    Step(
        "maintain",
        "R7.2",
        ("维护业务信息", "Business data"),
        CLERK,
        within.BUSINESS,
        tells=MANAGER,
        before_order=True,
    ),
    Step(
        "quantify",
        "R7.3",
        ("市场类型、业态与定量", "Market, format, quantity"),
        MANAGER,
        within.MARKET,
        tells=CHIEF,
        before_order=True,
    ),
    Step("approve", "R7.5", ("审批科学定量", "Quantity approved"), CHIEF, None, before_order=True),
    Step(
        "grade",
        "R7.4",
        ("商圈类型与出样形式", "Trade area, display"),
        MANAGER,
        within.GRADING,
        before_grading=True,
    ),
    *(Step(key, "R7.4", title, post, within.OTHERS) for key, (post, title) in REST.items()),
    Step(
        "attitude",
        "R7.4",
        ("重视与合作程度", "Attention, cooperation"),
        MANAGER,
        within.ATTITUDE,
        before_grading=True,
    ),
)
BY_KEY: Mapping[str, Step] = {step.key: step for step in STEPS}
# Working days of the last step.
LAST_DAY = max(step.days or 0 for step in STEPS)
# What the kind of a step's task begins with: onboarding_maintain …
KIND = "onboarding_"


def lacking(step: Step, filled: Iterable[str], off: Iterable[str]) -> tuple[Field, ...]:
    """The step's fields that are neither filled nor switched off (R3.1, R3.2)."""
    done = {*filled, *off}
    return tuple(field for field in step.fields if field.key not in done)
