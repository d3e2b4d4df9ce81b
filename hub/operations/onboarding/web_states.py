"""The states of a customer's way onto web ordering (R7.6)."""

from hub.domain.refusals import Refusal
from hub.domain.states import WEB_ORDERING, WebOrderingState
from hub.registry.schema import WebOrdering


class NotYet(Refusal):
    """The steps of web ordering follow a fixed order (R7.6)."""

    article, status = "R7.6", 409
    says = ("网上订货办理目前是“{state}”,不能{action}。", "Web ordering stands at “{state}”; this is not its turn.")
    then = (
        "顺序为:维护、发放密码、交给客户、商定培训、培训。",
        "Set-up, password, delivery, training agreed, training held.",
    )


WORDS = {
    "set_up": ("等待密码", "waiting for its password"),
    "issued": ("密码已发", "password issued"),
    "delivered": ("已交客户", "password delivered"),
    "agreed": ("已商定培训", "training agreed"),
    "trained": ("已培训", "trained"),
}


def move_case(case: WebOrdering, to: WebOrderingState) -> None:
    """Move a case as its table of states allows. Raises NotYet."""
    old = WebOrderingState(case.state)
    if to not in WEB_ORDERING[old]:
        raise NotYet(state=WORDS[old], action=WORDS[to])
    case.state = to
