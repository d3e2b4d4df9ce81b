"""What a partner asks back for (an SMS code): handed in by the clerk, or sent once more (R7.9)."""

import re
from uuid import UUID

from hub.domain.privacy import Secret
from hub.domain.refusals import BadInput
from hub.domain.states import AskState
from hub.ports import now
from hub.registry import asks
from hub.registry.schema import Ask

from .ask_desk import seal_input
from .asks import ACTS, NotNow, my_ask
from .desk import Desk
from .facts import INPUT, wait
from .operation import operation

CODE = re.compile(r"[0-9]{4,8}")


def waiting(desk: Desk, ask_id: UUID, action: str) -> Ask:
    """The ask, if it waits for an input. Raises NotNow."""
    ask = my_ask(desk, ask_id, lock=True)
    if ask.state != AskState.ACCEPTED or not (ask.waits_for or "").startswith(INPUT) or ask.lease_until:
        raise NotNow(state=ask.state, action=action, advice="请求没有在等待验证码,请刷新页面。")
    return ask


@operation(article="R7.9", posts=ACTS, title=("提交短信验证码", "Hand in the SMS code"))
def hand_in(desk: Desk, ask_id: UUID, code: Secret) -> None:
    """Let the code that the customer got by SMS leave for the bank. It is kept sealed, and only until it has left."""
    ask = waiting(desk, ask_id, "提交验证码")
    if not CODE.fullmatch(code.reveal().strip()):
        raise BadInput(field="验证码", problem="应为4至8位数字", mend="请按客户收到的短信输入。")
    ask.input_sealed = seal_input(desk.vault, ask, Secret(code.reveal().strip()))
    wait(desk, ask, "worker", now())


@operation(article="R7.9", posts=ACTS, title=("重发短信验证码", "Send the SMS again"))
def send_again(desk: Desk, ask_id: UUID) -> None:
    """Ask the bank for another SMS: the same request under the same serial."""
    ask = waiting(desk, ask_id, "重发验证码")
    asks.step(ask, AskState.QUEUED)
    wait(desk, ask, "worker", now())


__all__ = ["hand_in", "send_again"]
