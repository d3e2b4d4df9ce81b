"""Why an ask or an account ended, in a few words of both languages: a partner's neutral reasons and our own."""

from collections.abc import Mapping

from hub.domain.reasons import REASONS

SHORT: dict[str, tuple[str, str]] = {
    "input_refused": ("验证码不正确", "Wrong code"),
    "input_lapsed": ("验证码已过期", "The code has lapsed"),
    "cannot_say": ("银行未能说明是否有效", "The bank could not say"),
    "name_mismatch": ("户名不符", "Name differs"),
    "id_mismatch": ("证件不符", "ID differs"),
    "phone_mismatch": ("手机号不符", "Phone differs"),
    "agreement_exists": ("银行已有协议", "Agreement exists"),
    "no_agreement": ("银行无此协议", "No agreement"),
    "other_card": ("银行登记的是其他卡", "Another card at the bank"),
    "account_closed": ("账户已销户", "Account closed"),
    "limit": ("限额不符", "Limit"),
    "withdrawn_by_customer": ("客户已在银行解约", "Withdrawn by the customer"),
    "withdrawn_by_company": ("我方取消", "Withdrawn by us"),
    "cancelled": ("已取消", "Cancelled"),
    "given_up": ("客户放弃办理", "The customer gave up"),
    "bank_unknown": ("凭对方书面答复人工确认结果", "Closed by the partner's letter"),
    "other": ("其他原因", "Other"),
}
TITLES: Mapping[str, tuple[str, str]] = {
    code: SHORT.get(code, reason.staff) for code, reason in REASONS.items()
} | SHORT
