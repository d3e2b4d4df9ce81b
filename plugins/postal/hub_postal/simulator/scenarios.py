"""Named scenarios: what happens at the counter and to an ending, by customer; faults of an answer and of a callback."""

USUAL = "agreement_kept"
# What goes wrong when the clerk enters an agreement (or the customer does not come), or the nightly list is made.
ENTERED = frozenset({"wrong_customer_code", "other_passbook_entered", "list_contradicts", "not_at_counter"})
# Why an ending is refused at once.
AT_ONCE = {
    "terminate_refused": ("710006", "账户冻结,不能解约"),
    "terminate_other_account": ("710005", "协议与账户不符"),
}
# What becomes of an ending that was taken; the usual one ends the agreement after a while.
LATER = {
    "terminate_fails_later": ("710006", "账户冻结,不能解约"),
    "terminate_never_decided": None,
}
ROWS = frozenset({USUAL}) | ENTERED | frozenset(AT_ONCE) | frozenset(LATER)
# Faults in place of the work, with the code that is answered.
NOT_DONE = {
    "rate_limit": ("900006", "请求过于频繁"),
    "key_refused": ("900001", "验签失败"),
    "clock_refused": ("900003", "请求时间超出范围"),
    "no_right": ("900005", "接口未开通"),
    "unreadable": ("900010", "报文解析失败"),
    "duplicate_serial": ("710002", "流水号重复"),
}
# Faults of the answer's code; the work is done by then.
CODES = {"system_code": "999999", "unknown_code": "777777", "code_as_number": 0, "no_code": None}
# Faults of the answer's envelope.
DRESS = frozenset(
    {
        "wrong_signature",
        "rotated_key",
        "default_user_id",
        "c1c3c2",
        "wrong_iv",
        "reordered_json",
        "line_breaks_lost",
        "unsigned_body",
        "other_serial",
        "other_merchant",
        "replayed_answer",
    }
)
# Faults of a callback; set them with the path "push".
PUSHES = frozenset(
    {
        "push_twice",
        "push_held_back",
        "push_lost",
        "push_default_user_id",
        "push_c1c3c2",
        "push_wrong_iv",
        "push_rotated_key",
        "push_other_merchant",
        "push_clock_off",
        "push_same_sequence",
        "push_unknown_kind",
    }
)
# The ending is done and called in before its own answer leaves.
EARLY = "callback_first"
FAULTS = frozenset({EARLY}) | frozenset(NOT_DONE) | frozenset(CODES) | DRESS | PUSHES
