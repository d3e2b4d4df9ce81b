"""Words of outages, power cuts, help for web customers, broken devices, calls that stopped, and of the timeline."""

from hub.domain.outages.power_cuts import ARRANGED, SCOPES
from hub.domain.outages.web_help import HELP
from hub.domain.wording import states as state_words
from hub.domain.wording.states import by_code

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "outage": ("订货系统故障:批量改为电话订货", "Ordering system down: switch to the phone"),
    "call_again": ("请重新拨打该客户", "Call this customer again"),
    "device_failed": ("通讯公司报告设备不能修复:临时电话订货", "Device beyond repair: phone for now"),
    "term_ends": (
        "通讯公司协议即将期满:与客户商定订货方式,提倡网上订货",
        "A carrier's agreement ends soon: settle how the customer orders then; suggest the web",
    ),
    "term_ends_manager": (
        "通讯公司协议即将期满:征求客户意见,提倡网上订货",
        "A carrier's agreement ends soon: ask the customer; suggest the web",
    ),
    "warn_of_cut": ("停电前提醒网上客户做好订货准备", "Warn web customers of a power cut"),
}
STAFF_NOTICE: Titles = {
    "outage_switched": ("批量改为电话订货已完成,请开始拨打", "Switched to the phone: begin to call"),
    "outage_over": ("订货系统已恢复,订货后自动改回", "The ordering system works again"),
    "calls_stopped": ("两个电话均有故障,电访员已停止拨打", "Both phones fail: the call desk has stopped calling"),
    "order_missed": ("两个电话均未接通,当日未订货", "Reached on neither phone: no order on the order day"),
    "not_reached": ("重新拨打仍未接通", "Called again, not reached"),
    "cut_moved": ("停电时间已变更,请重新提醒已通知的客户", "A power cut was moved: warn your customers again"),
    "cut_called_off": (
        "计划停电已取消,请告知已提醒的客户",
        "A power cut was called off: tell the customers you warned",
    ),
    "cut_unwarned": ("停电已开始,仍有网上客户没有提醒", "A power cut has begun, and web customers were not warned"),
}
DONE: Titles = {
    "outage": ("故障已报告,统计分析员已收到待办。", "Reported; the clerk has a task."),
    "outage_begun": ("批量变更已开始,进度见本页。", "Started; this page shows its progress."),
    "outage_stopped": ("已停止,本批之后不再变更。", "Stopped; no further batches will run."),
    "outage_on": ("已继续。", "Resumed."),
    "outage_over": ("已登记恢复,客户订货后自动改回。", "Recorded; customers return after their next order."),
    "calls_stopped": ("已登记停止拨打,客户经理已收到提醒。", "Recorded; the account manager is told."),
    "call_asked": ("电访员已收到待办。", "The call desk has a task."),
    "call_recorded": ("拨打情况已登记。", "Recorded."),
    "order_missed": ("已登记当日未订货,客户经理和统计分析员已收到提醒。", "Recorded; manager and clerk are told."),
    "call_made": ("拨打结果已登记。", "Recorded."),
    "cut_entered": ("已登记,客户经理已收到提醒名单。", "Entered; the account managers have their lists."),
    "cut_is_moved": ("停电时间已变更,已提醒的客户需重新告知。", "Moved; customers who were warned must be told again."),
    "cut_off": ("计划停电已取消。", "Called off."),
    "cut_warned": ("提醒情况已登记。", "Recorded."),
    "helped": ("帮助情况和订货已登记。", "The help and the order were recorded."),
}
SCOPE: Titles = {
    "outages.*": ("订货系统故障(全部操作)", "Outages, everything"),
    "calling.*": ("停拨与重新拨打", "Calls stopped and requested again"),
    "device_reports.*": ("设备故障报告", "Reports of broken devices"),
    "power_cuts.*": ("计划停电(全部操作)", "Power cuts, everything"),
    "timelines.*": ("客户全部经过", "Timelines"),
    "forms.*": ("打印申请表", "Printed forms"),
    "help_records.*": ("帮助订货登记", "Help records"),
}
STATE: Titles = by_code(state_words.OUTAGE)
CUSTOMER: Titles = {
    "waiting": ("待变更", "Waiting"),
    "switched": ("已变更,未改回", "Switched, not back yet"),
    "returned": ("已改回原方式", "Back to their own method"),
    "left_out": ("不变更", "Left out"),
}
WHY: Titles = {
    "temporary": ("已是临时变更", "already changed temporarily"),
    "application": ("订货方式变更正在办理", "another change of the method is open"),
    "no_phone": ("没有订货电话", "no order phone"),
    "changed": ("期间已有变更", "changed meanwhile"),
    "approval": ("本单位规定须审批,请单户办理", "the unit requires a signature: apply individually"),
    "over": ("系统已恢复,不再变更", "the system recovered first"),
}
RETURN: Titles = {
    "returned": ("已改回", "Returned"),
    "no_order": ("还没有订货", "No order yet"),
    "soon": ("已订货,期限内改回", "Ordered, returns in time"),
    "late": ("已订货,逾期未改回", "Ordered, late"),
    "changed": ("期间另有修改或无法恢复,请核对", "Changed meanwhile, or cannot be returned: please check"),
}
COLOURS = {"switching": "azure", "stopped": "orange", "switched": "green", "reported": "red", "ended": "secondary"}
PAGES = {
    "outage": "/outages/{subject_id}",
    "call_stop": "/outages#calls",
    "device": "/customers/{customer_id}#device",
    "power_cut": "/power-cuts/{subject_id}",
    "power_cut_list": "/power-cuts/{subject_id}",
}
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
        "change": ("信息变更", "Fields"),
        "application": ("变更申请", "Application"),
        "ask": ("银行、通讯办理", "Ask"),
        "card": ("卡(折)", "Card"),
        "temporary": ("临时变更", "Temporary"),
        "order": ("订货", "Order"),
        "task": ("待办", "Task"),
        "notice": ("告知客户", "Told"),
        "staff_notice": ("内部提醒", "Notice"),
        "paper": ("痕迹化资料", "Paper"),
        "authorisation": ("授权与提供", "Authorisation"),
        "power_cut": ("停电提醒", "Power cut"),
        "route": ("线路调整建议", "Route"),
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
        "account_ended": ("原账户已终止,不再恢复", "ended with the account: not restored"),
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
        "handed_on": ("转交其他岗位", "was handed to another post"),
        "taken_over": ("已接办", "was taken"),
        "declined": ("未接办,仍由原负责人负责", "was declined and stays with its owner"),
        "taken_back": ("收回转交", "was taken back"),
        "ended": ("转交因办结而终止", "ended before another post took it"),
        "proposed": ("已提出", "was proposed"),
        "agreed": ("已约定", "was agreed"),
        "recorded": ("已登记结果", "was recorded"),
        "set_up": ("已开通", "was set up"),
        "issued": ("密码已发放", "password issued"),
        "delivered": ("密码已送达", "password delivered"),
        "entered": ("列入", "was entered"),
        "cleared": ("解除", "was cleared"),
        "checked": ("已核查", "was checked"),
    },
    "ordered": {
        "web": ("网上", "By web"),
        "phone": ("电话", "By phone"),
        "handset": ("手机", "By handset"),
        "yanxintong": ("烟信通", "By Yanxintong"),
        "on_behalf": ("由工作人员代为", "On the customer's behalf"),
    },
}
