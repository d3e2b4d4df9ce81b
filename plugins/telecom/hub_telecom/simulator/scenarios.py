"""Named scenarios: how Telecom decides about a customer, and the faults of an exchange that are its own."""

from .ledger import Verdict

USUAL = "customer_registered"
IN_EFFECT = Verdict("20")
# What becomes of an announcement that was received.
LATER: dict[str, Verdict | None] = {
    USUAL: IN_EFFECT,
    "accepted_then_refused": Verdict("30", "-14", "客户未实名登记", 0.3),
    "accepted_then_number_stopped": Verdict("30", "-15", "号码已停机", 0.3),
    "decided_late": Verdict("20", after=3.0),
    "never_decided": None,
}
# Why an announcement is refused at once. Only -5 is published.
AT_ONCE: dict[str, tuple[str, str]] = {
    "monthly_limit": ("-5", "业务校验失败:该卡当月调用次数超过上限"),
    "check_failed": ("-5", "业务校验失败:套餐不允许"),
    "agreement_unknown": ("-11", "协议不存在"),
    "other_number": ("-12", "号码与协议登记不符"),
    "agreement_over": ("-13", "协议已到期"),
    "real_name_missing": ("-14", "客户未实名登记"),
    "number_stopped": ("-15", "号码已停机"),
    "other_customer": ("-16", "协议已属于其他客户"),
}
ROWS = frozenset(LATER) | frozenset(AT_ONCE)
# Faults in place of the work.
NOT_DONE = frozenset({"rate_limit", "rotated_key", "no_right", "not_found", "already_ordered", "used_up"})
# Faults of the answer; the work is done by then.
DONE = frozenset(
    {"answer_xml", "answer_text", "system_code", "unknown_code", "code_as_number", "other_echo", "entities", "doubled"}
)
# The work is done, and the hub told of it, before the answer leaves.
EARLY = "callback_first"
# Faults of a callback; set them with the path "push".
PUSHES = frozenset(
    {
        "push_twice",
        "push_forged",
        "push_reordered",
        "push_clock_off",
        "push_rotated_key",
        "push_held_back",
        "push_unknown_kind",
        "push_other_app",
    }
)
FAULTS = NOT_DONE | DONE | {EARLY} | PUSHES
