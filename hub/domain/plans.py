"""Lines of a plan that a person confirms before it is done (ADR 0007)."""

from dataclasses import dataclass

from .refusals import Refusal


class PlanMoved(Refusal):
    """What was shown is not what would be done now (ADR 0007)."""

    article = "R4.1"
    says = ("办理方案在您查看之后有变化,没有执行。", "The plan changed after you saw it; nothing was done.")
    then = ("请重新查看方案后再确认。", "Look at the plan again and confirm it.")


@dataclass(frozen=True)
class PlanLine:
    """One thing that will happen, in words (zh-CN, en)."""

    zh: str
    en: str
    article: str
