"""Code words in the words of staff, zh-CN and en; no raw code word reaches a page."""

from hub.domain.catalogue import BANKS, ORDER_METHODS, SETTLEMENT_METHODS
from hub.domain.people import POST_TITLES
from hub.domain.purposes import FIELD_TITLES, PURPOSES
from hub.domain.settlement import EVIDENCE_KINDS, KIND_TITLES

Titles = dict[str, tuple[str, str]]
ASK: Titles = {
    "planned": ("待打包", "Planned"),
    "queued": ("排队", "Queued"),
    "sending": ("发送中", "Sending"),
    "accepted": ("银行已受理", "Accepted"),
    "live": ("双方已维护好", "Live on both sides"),
    "refused": ("银行不予办理", "Refused"),
    "in_doubt": ("结果不明", "In doubt"),
    "asked": ("查询中", "Being asked"),
    "person": ("待人工处理", "With a person"),
    "cancelled": ("已取消", "Cancelled"),
}
ACCOUNT: Titles = {
    "filed": ("已申报,等待银行", "Filed, bank pending"),
    "live": ("生效", "Live"),
    "refused": ("未予办理", "Refused"),
    "ending": ("正在终止", "Ending"),
    "ended": ("已终止", "Ended"),
}
AGREEMENT: Titles = {**ACCOUNT, "signed": ("已签订", "Signed"), "delivered": ("已送达", "Delivered")}
VERB: Titles = {
    "bind_card": ("绑定结算账户", "Bind an account"),
    "query_binding": ("查询绑定结果", "Ask about a binding"),
    "unbind_card": ("终止结算账户", "End an account"),
    "query_unbinding": ("查询终止结果", "Ask about an ending"),
    "deliver_agreements": ("送协议批次", "Deliver agreements"),
    "query_delivery": ("查询批次结果", "Ask about a package"),
    "check_card": ("核验卡号", "Check a card"),
    "list_bindings": ("查询生效清单", "List what is in force"),
    "probe": ("连通测试", "Probe"),
}
WAIT: Titles = {
    "worker": ("等待后台处理", "a worker"),
    "package": ("等待随批次发送", "its package"),
    "rate": ("等待渠道限速", "the channel's rate"),
    "breaker": ("渠道熔断,等待恢复", "the channel's breaker"),
    "channel_paused": ("渠道已暂停", "the channel to be resumed"),
    "channel_busy": ("渠道并发已满", "a free place on the channel"),
    "partner_busy": ("对方忙,稍后重发", "the partner, who is busy"),
    "partner_answer": ("等待对方应答", "the partner's answer"),
    "partner_result": ("等待银行处理结果", "the bank's result"),
    "question": ("等待下一次查询", "the next question"),
    "plugin": ("渠道未配置", "the channel's settings"),
}
OUTCOME: Titles = {
    "answered": ("有应答", "Answered"),
    "refused": ("拒绝", "Refused"),
    "busy": ("忙", "Busy"),
    "unknown": ("不明", "Unknown"),
    "forged": ("验签失败", "Forged"),
    "fault": ("插件故障", "Plugin fault"),
    "worker_lost": ("后台中断", "Worker lost"),
}
SENT: Titles = {
    "no": ("未发出", "Not sent"),
    "maybe": ("可能已发出", "May have left"),
    "answered": ("已应答", "Answered"),
}
REASON: Titles = {
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
    "bank_unknown": ("凭银行答复结案", "Closed by the bank's letter"),
    "other": ("其他原因", "Other"),
}
NOTICE: Titles = {"pay_electronically": ("可采用电子结算", "May pay electronically")}
IMPORT: Titles = {"previewed": ("待确认", "To be confirmed"), "applied": ("已导入", "Imported")}
BREAKER: Titles = {"closed": ("正常", "Normal"), "open": ("熔断", "Open")}
CHANNEL: Titles = {**BANKS, "telecom": ("中国电信", "Telecom"), "mobile": ("中国移动", "Mobile")}
KINDS: dict[str, Titles] = {
    "ask": ASK,
    "account": ACCOUNT,
    "agreement": AGREEMENT,
    "verb": VERB,
    "wait": WAIT,
    "outcome": OUTCOME,
    "sent": SENT,
    "reason": REASON,
    "notice": NOTICE,
    "import": IMPORT,
    "breaker": BREAKER,
    "channel": CHANNEL,
    "kind": KIND_TITLES,
    "evidence": EVIDENCE_KINDS,
    "field": FIELD_TITLES,
    "purpose": PURPOSES,
    "post": {str(post): words for post, words in POST_TITLES.items()},
    "settlement": dict(SETTLEMENT_METHODS),
    "order": dict(ORDER_METHODS),
}
COLOURS = {
    "live": "green",
    "applied": "green",
    "closed": "green",
    "refused": "red",
    "open": "red",
    "in_doubt": "orange",
    "asked": "orange",
    "person": "red",
    "accepted": "azure",
    "sending": "azure",
    "filed": "azure",
}


def title(kind: str, key: str, language: int) -> str:
    """A code word in words; "person:…", "gate:…" by what stands before and after the colon."""
    found = KINDS[kind].get(key)
    if found is not None:
        return found[language]
    if key.startswith("person:"):
        return ("需要人工处理", "a person")[language]
    if key.startswith("gate:"):
        return ("授权或保密协议失效,未发送", "Not authorised: nothing was sent")[language]
    return ("其他", "Other")[language]


def colour(key: str) -> str:
    """A state's colour."""
    return COLOURS.get(key, "secondary")
