"""Words of asks: their states, what they ask for, what they wait for, how a talk ended, reasons, zh-CN and en."""

from hub.domain.wording import reasons as reason_words
from hub.domain.wording import states as state_words
from hub.domain.wording.states import by_code

Titles = dict[str, tuple[str, str]]
ASK: Titles = by_code(state_words.ASK)
ENDED: Titles = {
    "unbind_card": ("已终止", "Ended"),
    "deliver_agreements": ("批次已办结", "Package settled"),
    "announce_customers": ("批次已办结", "Package settled"),
}
"""What the good end of an ask is called, by verb, where it is not "live on both sides"."""
VERB: Titles = {
    "bind_card": ("绑定结算账户", "Bind an account"),
    "await_counter": ("等待客户到柜台办理", "Wait for the counter"),
    "recheck_binding": ("核实银行是否仍有效", "Is it still in force?"),
    "announce_customer": ("向通讯公司登记客户", "Announce a customer"),
    "announce_customers": ("向通讯公司批量登记客户", "Announce customers"),
    "query_announcement": ("查询登记结果", "Ask about an announcement"),
    "query_announcements": ("查询批量登记结果", "Ask about announcements"),
    "confirm_binding": ("提交验证码", "Hand in the code"),
    "list_devices": ("查询协议和设备清单", "List agreements and devices"),
    "query_device": ("查询单个协议或设备", "Ask about an agreement or device"),
    "query_binding": ("查询绑定结果", "Ask about a binding"),
    "unbind_card": ("终止结算账户", "End an account"),
    "query_binding_in_force": ("查询目前是否有效", "Ask what is in force"),
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
    "breaker": ("渠道暂时中断,等待恢复", "the channel's breaker"),
    "channel_paused": ("渠道已暂停", "the channel to be resumed"),
    "channel_busy": ("渠道并发已满", "a free place on the channel"),
    "partner_busy": ("对方忙,稍后重发", "the partner, who is busy"),
    "plugin_fault": ("对接程序出错,没有发出,稍后再试", "the plugin, which broke before anything left"),
    "partner_answer": ("等待对方应答", "the partner's answer"),
    "counter": ("等待客户到银行柜台办理", "the customer at the bank's counter"),
    "partner_result": ("等待对方处理结果", "the partner's result"),
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
REASON: Titles = dict(reason_words.TITLES)
