"""ABC's own scenarios by customer and faults by exchange (protocol notes §14)."""

# What the bank decides about a customer: code and words.
ROWS: dict[str, tuple[str, str]] = {
    "agreement_activated": ("0000", ""),
    "agreement_name_mismatch": ("EPS201", "户名不符"),
    "agreement_id_mismatch": ("EPS202", "证件号码不符"),
    "agreement_phone_mismatch": ("EPS203", "手机号与预留不符"),
    "account_closed": ("EPS204", "账户不存在或已销户"),
    "account_blocked": ("EPS205", "账户已挂失或冻结"),
    "limit_zero": ("EPS207", "限额为零"),
    "agreement_other_card": ("EPS209", "客户已用其他卡签约"),
    "row_pending": ("X", "未处理"),
    "row_no_response": ("2", "无响应"),
    "row_no_response_yet_done": ("2", "无响应"),
    "agreement_past_its_day": ("0000", ""),
}
# Faults of one exchange that are ABC's own; those of files are set for the path `reply`.
FAULTS = frozenset(
    {
        "eunkwn_unsigned",
        "eunkwn_not_done",
        "certificate_expired",
        "function_not_opened",
        "unsigned_error",
        "unsigned_success",
        "wrong_signature",
        "rotated_key",
        "reordered_json",
        "clock_off",
        "duplicate_serial",
        "rate_limit",
        "first_answer_final",
        "unknown_code",
        "page_redirect",
        "notify_before_answer",
        "row_missing_in_reply",
        "rows_reordered_in_reply",
        "file_count_wrong",
        "file_row_missing",
        "file_row_doubled",
        "file_rows_reordered",
        "file_half_written",
        "file_other_batch",
        "file_mixed_ends",
        "file_bom",
        "file_empty",
        "file_missing",
    }
)
