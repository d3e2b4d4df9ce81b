"""Input that a partner requests (an SMS code): handed in, requested again, or given up (R7.9)."""

import re
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.identifiers import number_of
from hub.domain.inputs import Label, Why
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.outbox import seal_input
from hub.operations.staff.sign_in import lockout
from hub.operations.staff.sign_in.known_devices import counter_digest
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Ask

from .outcomes import INPUT, NO_INPUT, forget_no, wait
from .steering import ACTS, NotNow, my_ask

CODE = re.compile(r"[0-9]{4,8}")
# How long codes are refused after too many wrong ones, unless another SMS is sent.
SHUT = timedelta(days=1)


class Lapsed(Refusal):
    """The code has expired at the bank (R7.9)."""

    article = "R7.9"
    says = ("验证码已过期。", "The code has lapsed.")
    then = ("请重发短信,再提交新的验证码。", "Send the SMS again, then hand in the new code.")


class TooManyCodes(Refusal):
    """Codes are being guessed one after the other; another SMS lets the customer notice (R7.9)."""

    article, status = "R7.9", 429
    says = ("验证码已提交 {tries} 次,均未通过。", "{tries} codes were handed in, and none was right.")
    then = (
        "请重发短信,由客户提供新的验证码。",
        "Send the SMS again, and hand in the code that the customer then gets.",
    )


def awaited(ask: Ask) -> bool:
    """Whether the ask waits for an input, or did until it was handed to a person."""
    waits = ask.waits_for or ""
    if ask.lease_until is not None:
        return False
    return (ask.state == AskState.ACCEPTED and waits.startswith(INPUT)) or (
        ask.state == AskState.PERSON and waits == f"person:{NO_INPUT}"
    )


def lapsed(ask: Ask) -> bool:
    """Whether the code has lapsed, by the limit that the partner named."""
    return ask.input_until is not None and ask.input_until <= now()


def waiting(desk: Desk, ask_id: UUID, action: str) -> Ask:
    """The ask, if it waits for an input. Raises NotNow."""
    ask = my_ask(desk, ask_id, lock=True)
    if not awaited(ask):
        raise NotNow(state=AskState(ask.state), action=action, advice="这项办理没有在等待验证码,请重新查看。")
    return ask


def _codes_of(desk: Desk, ask: Ask) -> lockout.Counter:
    """The counter of the codes tried for one SMS."""
    # By ask, not by person: a second clerk gets no further guesses at the same code.
    which = counter_digest(desk.vault.master, "sms code", ask.id.bytes)
    return lockout.Counter(which, which)


@operation("handing_in.hand_in", article="R7.9", posts=ACTS, title=("提交短信验证码", "Hand in the SMS code"))
def hand_in(desk: Desk, ask_id: UUID, code: Annotated[Secret, Label("验证码", "Code")]) -> None:
    """Send the customer's SMS code to the bank; it is kept sealed, and only until it is sent.

    After five wrong codes another SMS is needed, so that the code cannot be guessed without the customer.
    """
    ask = waiting(desk, ask_id, "提交验证码")
    if ask.state != AskState.ACCEPTED or lapsed(ask):
        raise Lapsed()
    digits = number_of(code.reveal())
    if not CODE.fullmatch(digits):
        words = {"field": "验证码", "problem": "应为4至8位数字", "mend": "请按客户收到的短信输入。"}
        english = {"field_en": "Code", "problem_en": "not 4 to 8 digits", "mend_en": "Enter it as the customer got it."}
        raise BadInput(at="code", **words, **english)
    # Counted before the bank answers: a guess costs a try even when its answer is lost.
    if lockout.count(desk.tx, _codes_of(desk, ask), lock=SHUT, kept=SHUT).locked_until is not None:
        raise TooManyCodes(tries=lockout.FAILURES)
    forget_no(ask)
    ask.input_sealed = seal_input(desk.vault, ask, Secret(digits))
    wait(desk, ask, "worker", now())


@operation("handing_in.send_again", article="R7.9", posts=ACTS, title=("重发短信验证码", "Send the SMS again"))
def send_again(desk: Desk, ask_id: UUID) -> None:
    """Request another SMS: the same request under the same serial."""
    ask = waiting(desk, ask_id, "重发验证码")
    # A new SMS has a new code: the tries start again.
    lockout.clear(desk.tx, _codes_of(desk, ask))
    forget_no(ask)
    ledger.step(ask, AskState.QUEUED)
    wait(desk, ask, "worker", now())


@operation("handing_in.give_up", article="R7.9", posts=ACTS, title=("客户放弃办理", "The customer gave up"))
def give_up(desk: Desk, ask_id: UUID, why: Why) -> None:
    """Record that the customer gave up. The bank is asked: if nothing is in force the ask ends, else it is live."""
    ask = waiting(desk, ask_id, "放弃办理")
    if not why.strip():
        raise BadInput(field="说明", problem="没有填写", mend="请写明客户放弃的原因。")
    # The bank may have bound it meanwhile, so its answer decides, not the customer's word.
    ask.given_up_by = desk.actor.name
    if ask.state == AskState.PERSON:
        ledger.step(ask, AskState.ASKED)
    wait(desk, ask, "question", now())
    desk.audit_detail["why"] = why.strip()
