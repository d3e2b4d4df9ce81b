"""Named scenarios: how Mobile decides about a customer, and the faults of an exchange that are its own (notes §14)."""

from dataclasses import dataclass

USUAL = "customer_registered"


@dataclass(frozen=True)
class Verdict:
    """How an announcement ends (2 in effect, 3 failed), and after how many seconds."""

    state: str
    code: str = ""
    text: str = ""
    after: float = 0.0


IN_EFFECT = Verdict("2")
# What becomes of an announcement for which a job was opened.
LATER: dict[str, Verdict | None] = {
    USUAL: IN_EFFECT,
    "accepted_then_refused": Verdict("3", "12103", "押金未交", 0.3),
    "accepted_then_number_stopped": Verdict("3", "12109", "号码已停机", 0.3),
    "decided_late": Verdict("2", after=3.0),
    "never_decided": None,
}
# Why an announcement is refused at once (own convention).
AT_ONCE: dict[str, tuple[str, str]] = {
    "agreement_unknown": ("12102", "没有该协议"),
    "deposit_not_paid": ("12103", "押金未交"),
    "other_number": ("12104", "号码与协议登记不符"),
    "agreement_over": ("12105", "协议已终止"),
    "other_customer": ("12106", "协议已属于其他客户"),
    "number_stopped": ("12109", "号码已停机"),
}
ROWS = (
    frozenset(LATER) | frozenset(AT_ONCE) | {"row_missing_in_job", "row_contradicted_in_job", "row_of_another_in_job"}
)
# Statuses in place of the work.
INSTEAD: dict[str, tuple[str, str]] = {
    "locked": ("12100", "同一号码 30 分钟内不得重复操作"),
    "too_many_calls": ("12050", "调用过于频繁"),
    "wrong_password": ("12004", "密码不正确"),
    "no_such_right": ("12007", "没有该接口的权限"),
    "serial_reused": ("12110", "流水号已用于其他内容"),
}
# Faults in place of the work.
NOT_DONE = frozenset({"token_expired", "rate_limit", "no_right", "rotated_key", *INSTEAD})
# Faults of the answer; the work is done by then.
DONE = frozenset({"system_code", "unknown_code", "status_as_number", "doubled", "no_job", "other_request"})
EARLY = "callback_first"
# Faults of a push; set them with the path "push".
PUSHES = frozenset(
    {"push_twice", "push_forged", "push_reordered", "push_clock_off", "push_held_back", "push_unknown_kind", "push_dtd"}
)
FAULTS = NOT_DONE | DONE | {EARLY} | PUSHES
