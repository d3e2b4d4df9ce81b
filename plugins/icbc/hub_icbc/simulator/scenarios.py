"""Named scenarios: how the bank decides about a row, and which faults of an exchange it plays."""

from .ledger import Verdict
from .notices import FAULTS as PUSHES

DONE = Verdict("7")
ACCEPTED = Verdict("0")
ROWS: dict[str, tuple[Verdict, Verdict | None]] = {
    "agreement_activated": (ACCEPTED, DONE),
    "agreement_name_mismatch": (ACCEPTED, Verdict("6", "B2043", "户名不符")),
    "agreement_id_mismatch": (ACCEPTED, Verdict("6", "B2031", "证件号码不符")),
    "agreement_exists": (Verdict("6", "B2028", "协议已存在"), None),
    "agreement_other_card": (Verdict("6", "B2658", "客户已用其他卡签约"), None),
    "account_closed": (Verdict("6", "B2024", "账户已销户"), None),
    "account_lost": (Verdict("6", "B2024", "卡片已挂失"), None),
    "limit_zero": (Verdict("6", "B2636", "限额为零"), None),
    "refused_at_once": (Verdict("6", "B2043", "户名不符"), None),
    "accepted_then_refused": (ACCEPTED, Verdict("6", "B2043", "户名不符", after=1.5)),
    "agreement_pending": (Verdict("4"), Verdict("7", after=3.0)),
    "agreement_pending_long": (Verdict("9"), None),
    "agreement_host_pending": (Verdict("5"), None),
    "agreement_waits_for_submitter": (Verdict("20"), None),
    "agreement_phone_check": (Verdict("86"), None),
    "agreement_to_be_verified": (Verdict("95"), None),
    "agreement_doubtful_then_done": (Verdict("98"), Verdict("7", after=2.0)),
    "agreement_doubtful_then_refused": (Verdict("98"), Verdict("6", "B9998", "处理失败", after=2.0)),
}
# Faults of one exchange that are this bank's own (notes §14).
FAULTS = frozenset(
    {
        "system_code",
        "system_code_not_done",
        "wrong_signature",
        "reordered_json",
        "clock_off",
        "duplicate_serial",
        "rate_limit",
        "concurrency_limit",
        "rotated_key",
        "unsigned_body",
        "return_code_string",
        "row_missing_in_reply",
        "rows_reordered_in_reply",
        "zipped_rows",
        "first_answer_final",
    }
    | PUSHES
)


def verdicts(scenario: str, settle: float) -> tuple[Verdict, Verdict | None]:
    """How the bank decides about a row: at once, and later. The usual way is accepted, then in force."""
    now, then = ROWS[scenario]
    if then is not None and then.after == 0.0:
        then = Verdict(then.result, then.code, then.text, settle)
    return now, then
