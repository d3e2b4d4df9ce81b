"""Words of power cuts, of help for web customers, of the timeline."""

from hub.domain.outages.power_cuts import ARRANGED, SCOPES
from hub.domain.outages.web_help import HELP

Titles = dict[str, tuple[str, str]]
KINDS: dict[str, Titles] = {
    "power_cut": {
        "planned": ("待停电", "Planned"),
        "called_off": ("已取消", "Called off"),
        "over": ("已结束", "Over"),
    },
    "cut_scope": dict(SCOPES),
    "arranged": dict(ARRANGED),
    "help": dict(HELP),
    "timeline": {
        "change": ("资料变更", "Fields"),
        "application": ("变更申请", "Application"),
        "ask": ("渠道请求", "Ask"),
        "card": ("卡(折)", "Card"),
        "temporary": ("临时变更", "Temporary"),
        "order": ("订货", "Order"),
        "task": ("待办", "Task"),
        "notice": ("告知客户", "Told"),
        "staff_notice": ("内部提醒", "Notice"),
        "paper": ("资料", "Paper"),
        "authorisation": ("授权与提供", "Authorisation"),
        "power_cut": ("停电提醒", "Power cut"),
        "route": ("线路议题", "Route"),
        "training": ("订货培训", "Training"),
        "web": ("网上订货", "Web ordering"),
        "watch": ("重点关注", "Watch list"),
    },
    "happened": {
        "sent": ("已提交", "was sent"),
        "carried_out": ("已办理", "was carried out"),
        "approve": ("审批同意", "was approved"),
        "send_back": ("审批退回", "was sent back"),
        "reject": ("审批驳回", "was rejected"),
        "opened": ("已登记", "was reported"),
        "closed": ("已结束", "was closed"),
        "begun": ("已生效", "began"),
        "returned": ("已自动恢复", "was restored automatically"),
        "changed_meanwhile": ("期间另有修改,未恢复", "was changed meanwhile, not restored"),
        "unreadable": ("原内容无法读取,未恢复", "could not be restored: the previous value cannot be read"),
        "new_account": ("新账户办妥后恢复", "ended with the new account"),
        "made": ("已产生", "was made"),
        "done": ("已办结", "was done"),
        "told": ("已告知", "was told"),
        "taken": ("已收存", "was taken in"),
        "ordered": ("订货", "ordered"),
        "kept": ("留取订单", "an order was kept"),
        "released": ("放行留取的订单", "the kept order was released"),
        "given": ("已授权", "was authorised"),
        "passed_on": ("已提供信息", "was passed on"),
        "warned": ("已提醒", "was warned"),
        "handed_in": ("已移交保管人", "was handed to its custodian"),
        "proposed": ("已提出", "was proposed"),
        "agreed": ("已约定", "was agreed"),
        "recorded": ("已登记结果", "was recorded"),
        "set_up": ("已开通", "was set up"),
        "issued": ("密码已发放", "password issued"),
        "delivered": ("密码已送达", "password delivered"),
        "entered": ("列入", "was entered"),
        "cleared": ("解除", "was cleared"),
    },
    "ordered": {
        "web": ("网上", "By web"),
        "phone": ("电话", "By phone"),
        "handset": ("手机", "By handset"),
        "yanxintong": ("烟信通", "By Yanxintong"),
        "on_behalf": ("由工作人员代为", "On the customer's behalf"),
    },
}
TASK: Titles = {"warn_of_cut": ("停电前提醒网上客户做好订货准备", "Warn web customers of a power cut")}
STAFF_NOTICE: Titles = {
    "cut_moved": ("停电时间已变更,请重新提醒已通知的客户", "A power cut was moved: warn your customers again"),
    "cut_called_off": (
        "计划停电已取消,请告知已提醒的客户",
        "A power cut was called off: tell the customers you warned",
    ),
    "cut_unwarned": ("停电已开始,仍有网上客户没有提醒", "A power cut has begun, and web customers were not warned"),
}
DONE: Titles = {
    "cut_entered": ("已登记,客户经理已收到提醒名单。", "Entered; the account managers have their lists."),
    "cut_is_moved": ("停电时间已变更,已提醒的客户需重新告知。", "Moved; customers who were warned must be told again."),
    "cut_off": ("计划停电已取消。", "Called off."),
    "cut_warned": ("提醒情况已登记。", "Recorded."),
    "helped": ("帮助情况和订货已登记。", "The help and the order were recorded."),
}
SCOPE: Titles = {
    "power_cuts.*": ("计划停电(全部操作)", "Power cuts, everything"),
    "timelines.*": ("客户全部经过", "Timelines"),
    "forms.*": ("打印申请表", "Printed forms"),
    "help_records.*": ("帮助订货登记", "Help records"),
}
PAGES = {"power_cut": "/power-cuts/{subject_id}", "power_cut_list": "/power-cuts/{subject_id}"}
