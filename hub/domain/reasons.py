"""Why a partner said no: one neutral set for all partners, in words for staff and for the customer (ADR 0003).

Based on the causes of ISO 20022 mandates and the banks' own answer codes (protocol notes §1.5, §9). The partner's own
code and text are kept beside the neutral reason, which never replaces them.
"""

from dataclasses import dataclass
from enum import StrEnum


class Next(StrEnum):
    """Who acts next."""

    CUSTOMER = "customer"
    STAFF = "staff"
    BANK = "bank"
    NOBODY = "nobody"


NEXT_TITLES: dict[Next, tuple[str, str]] = {
    Next.CUSTOMER: ("客户", "The customer"),
    Next.STAFF: ("统计分析员", "The statistics clerk"),
    Next.BANK: ("银行", "The bank"),
    Next.NOBODY: ("无需处理", "Nobody"),
}


@dataclass(frozen=True)
class Reason:
    """One reason: what staff read, what the customer is told, who acts next. Texts are (zh-CN, en)."""

    staff: tuple[str, str]
    customer: tuple[str, str]
    acts: Next


COUNTER = ("请持身份证和卡(折)到开户银行柜台核实。", "Please take your ID and card or passbook to your bank's counter.")
WE_CHECK = ("我们正在核实,请暂用现金结算。", "We are checking; please pay cash for now.")

REASONS: dict[str, Reason] = {
    "agreement_exists": Reason(
        (
            "银行已有该客户的扣款协议,请查询银行现有协议后再办理。",
            "The bank already holds an agreement; ask what is in force.",
        ),
        WE_CHECK,
        Next.STAFF,
    ),
    "no_agreement": Reason(
        (
            "银行没有该客户的有效协议,请核对协议后重新报送。",
            "The bank holds no agreement in force; check and file anew.",
        ),
        WE_CHECK,
        Next.STAFF,
    ),
    "name_mismatch": Reason(
        ("户名与银行登记不符,请对照存款小票核对结算人姓名。", "The name differs from the bank's; compare the slip."),
        (
            "卡(折)户名与登记的姓名不一致,请提供本人的卡(折)。",
            "The account is not in your name; please bring your own.",
        ),
        Next.STAFF,
    ),
    "id_mismatch": Reason(
        (
            "证件号码与银行登记不符,请客户到银行更新证件信息。",
            "The ID differs from the bank's; the customer updates it there.",
        ),
        COUNTER,
        Next.CUSTOMER,
    ),
    "phone_mismatch": Reason(
        (
            "手机号与银行预留号码不符,请客户到银行更新。",
            "The phone differs from the bank's; the customer updates it there.",
        ),
        COUNTER,
        Next.CUSTOMER,
    ),
    "account_closed": Reason(
        ("该卡(折)已销户或不存在,请客户另换卡(折)。", "The account is closed or unknown; another is needed."),
        ("这张卡(折)已不能使用,请换一张并送交存款小票。", "This account cannot be used; please bring another."),
        Next.CUSTOMER,
    ),
    "account_blocked": Reason(
        ("该卡(折)已挂失、冻结或密码锁定,请客户到银行解除。", "The account is blocked; the customer has it released."),
        COUNTER,
        Next.CUSTOMER,
    ),
    "account_type": Reason(
        ("该类账户不能签约扣款,请客户改用借记卡或存折。", "This kind of account cannot be debited; another is needed."),
        (
            "这类账户不能用于电子结算,请换一张借记卡。",
            "This kind of account cannot be used; please bring a debit card.",
        ),
        Next.CUSTOMER,
    ),
    "limit": Reason(
        (
            "超过银行限额或限额为零,请客户到银行调整限额。",
            "A limit at the bank stands against it; the customer has it raised.",
        ),
        ("银行卡的扣款限额不够,请到银行调整。", "Your card's limit is too low; please have it raised."),
        Next.CUSTOMER,
    ),
    "expired": Reason(
        ("协议或证件已过期,请重新签订。", "The agreement or ID has expired; sign anew."),
        ("协议或证件已过期,请带证件重新办理。", "Your agreement or ID has expired; please sign anew."),
        Next.CUSTOMER,
    ),
    "withdrawn_by_customer": Reason(
        (
            "客户已在银行终止协议,请联系客户确认是否重新签订。",
            "The customer ended it at the bank; ask whether to sign anew.",
        ),
        ("您已在银行终止扣款协议,结算方式改为现金。", "You ended the agreement at your bank; you now pay cash."),
        Next.STAFF,
    ),
    "withdrawn_by_company": Reason(
        ("我方已终止协议。", "We ended the agreement."),
        ("扣款协议已按申请终止。", "The agreement was ended as applied for."),
        Next.NOBODY,
    ),
    "other_card": Reason(
        (
            "银行登记的是另一张卡(折),请先终止原协议或核对卡号。",
            "The bank holds another card; end that first, or compare.",
        ),
        (
            "您在银行登记的是另一张卡(折),请确认使用哪一张。",
            "Your bank holds another card of yours; tell us which to use.",
        ),
        Next.STAFF,
    ),
    "duplicate_serial": Reason(
        ("流水号重复,银行未重复办理,请等待查询结果。", "The serial was used before; wait for the query's answer."),
        WE_CHECK,
        Next.NOBODY,
    ),
    "cannot_say": Reason(
        (
            "银行未能说明该客户目前是否有效,请由统计分析员联系银行核实。",
            "The bank could not say what is in force; the clerk asks it.",
        ),
        WE_CHECK,
        Next.STAFF,
    ),
    "bank_unknown": Reason(
        ("对方未说明原因,请附其返回码向对方询问。", "The partner gave no reason; ask, quoting its code."),
        WE_CHECK,
        Next.BANK,
    ),
    "result_unknown": Reason(
        (
            "结果待核实,系统正在查询,请勿重复报送。",
            "The outcome is unknown and is being asked for; file nothing again.",
        ),
        WE_CHECK,
        Next.NOBODY,
    ),
    "other": Reason(
        ("对方以其他原因拒绝,请看其返回码和说明。", "Refused for another reason; see the partner's code and text."),
        COUNTER,
        Next.STAFF,
    ),
}


def reason(code: str) -> Reason:
    """The reason for a neutral code; a code that is not in the table reads as "other"."""
    return REASONS.get(code, REASONS["other"])
