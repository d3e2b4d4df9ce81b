"""Words of the staff's work: applications, tasks, what the posts are told."""

from hub.domain.wording import states as state_words
from hub.domain.wording.states import by_code

from . import access as access_labels
from . import cards as card_labels
from . import channels as channel_labels
from . import onboarding as onboarding_labels
from . import outages as outage_labels
from . import phones as phone_labels
from . import routes as route_labels

Titles = dict[str, tuple[str, str]]
APPLICATION: Titles = by_code(state_words.APPLICATION)
DECISION: Titles = {"approve": ("同意", "Approved"), "send_back": ("退回", "Sent back"), "reject": ("驳回", "Rejected")}
VOID: Titles = {
    "rule_changed": ("规定已修改", "the rule changed"),
    "record_moved": ("客户记录已变化", "the record moved"),
    "reported_anew": ("卡(折)已按新的情况登记", "the card was reported anew"),
}
TASK: Titles = {
    "sign": ("审批变更申请", "Sign an application"),
    "carry_out": ("办理已批准的变更", "Carry a change out"),
    "mend": ("补正被退回的申请", "Correct what was sent back"),
    "file": ("备案", "File it"),
    "matter": ("答复客户诉求", "Answer a customer's request"),
    "take_request": ("接办转交的客户诉求", "Take a customer's request that was handed on"),
    "wrong_field": ("抽查发现信息有误,请核实更正", "A spot check found a field wrong: put it right"),
    "no_order": ("订货日未订货,临时变更已恢复,请联系客户", "No order on the order day: ask the customer"),
    "unreadable_before": (
        "变更前的内容无法读取,未自动恢复,请报信息中心并人工恢复",
        "The previous value cannot be read and was not restored: tell the information centre and restore it by hand",
    ),
    "audit_broken": (
        "审计链不完整,请立即核验并报告",
        "The audit trail is not intact: verify it and tell the management",
    ),
    "fill_field": ("补齐客户信息缺项", "Fill in what records lack"),
    "not_returned": ("临时变更期间另有修改,未自动恢复,请核对", "Changed meanwhile and not restored: please check"),
}
HAND: Titles = {
    "": ("待接办", "Waits to be taken"),
    "taken_over": ("已接办", "Taken"),
    "declined": ("未接办", "Declined"),
    "taken_back": ("已收回", "Taken back"),
    "ended": ("诉求已办结", "Ended with the request"),
}
"""What became of a request that was handed to another post."""
NOT_OPENED: Titles = {
    "unreadable": ("加密内容无法读取,未发送", "a sealed value cannot be read: nothing was sent"),
    "destroyed": ("客户的加密资料已销毁,未发送", "the customer's sealed values were destroyed: nothing was sent"),
}
"""Why nothing was sent, by the condition of the sealed value."""
DONE: Titles = {
    "change_sent": ("变更申请已提交。", "The application was sent."),
    "sent_again": ("申请已补正并重新提交。", "Corrected and sent again."),
    "decided": ("审批意见已记录。", "Your decision was recorded."),
    "withdrawn_it": ("申请已撤回。", "Withdrawn."),
    "spot_checked": ("抽查结果已登记。", "Recorded."),
    "request_handed_on": (
        "已转交;对方接办前仍由您负责。",
        "Handed on; it stays yours until the other post takes it.",
    ),
    "request_taken": ("已接办,由您负责到办结。", "Taken; it is yours until it is finished."),
    "request_declined": ("已退回,仍由原负责人负责。", "Declined; its owner still has it."),
    "request_taken_back": ("已收回,仍由您负责。", "Taken back; it is still yours."),
    "unit_rule_set": (
        "本单位规定已保存;按原规定提出的申请已失效。",
        "Saved; applications under the old rule are void.",
    ),
}
SCOPE: Titles = {
    "orders.*": ("登记订货", "Recording orders"),
    "matters.*": ("客户诉求", "Customers' requests"),
    "handed_requests.*": ("转交的诉求(查看)", "Requests handed on, reading"),
    "spot_checks.*": ("信息抽查(查看)", "Spot checks, reading"),
    "applications.*": ("变更申请(全部操作)", "Applications, everything"),
    "unit_rules.*": ("本单位规定(查看)", "Units' rules, reading"),
    "unit_lists.*": ("单位清单", "Units' lists"),
    "completeness.*": ("信息完整情况(查看)", "Completeness, reading"),
}
STAFF_NOTICE: Titles = {
    "application_sent_back": ("申请被退回,请补正后重新提交", "Sent back: correct it and send it again"),
    "application_rejected": ("申请被驳回", "An application was rejected"),
    "application_void": ("申请已失效,可重新提出", "An application is void: it may be made again"),
    "application_withdrawn": ("申请已撤回", "An application was withdrawn"),
    "application_carried_out": ("申请已办理", "An application was carried out"),
    "request_taken": ("您转交的诉求已被接办", "A request that you handed on was taken"),
    "request_declined": ("您转交的诉求未被接办,仍由您负责", "A request that you handed on was declined: it is yours"),
    "application_copied": ("抄送:提出了变更申请", "For your information: a change was requested"),
    "post_vacant": ("待签事项的岗位无人,请安排人员", "No one holds the post that must sign: appoint someone"),
}
"""What a staff notice says, by its kind."""
TASK_PAGES: dict[str, str] = {
    "application": "/applications/{subject_id}",
    "evidence": "/custody#p-{subject_id}",
    "mail": "/mails/{subject_id}",
    "leave": "/cover",
    "hand_in": "/custody#i-{subject_id}",
    "change_record": "/custody#r-{subject_id}",
    "request_hand": "/handed-requests#h-{subject_id}",
    "field_gap": "/completeness",
    **access_labels.PAGES,
    **card_labels.PAGES,
    **channel_labels.PAGES,
    **onboarding_labels.PAGES,
    **phone_labels.PAGES,
    **outage_labels.PAGES,
    **route_labels.PAGES,
    "export": "/exports#e-{subject_id}",
}
"""Where a task is worked on, by the kind of its subject; else on its customer's page."""


def task_page(subject_kind: str, subject_id: object, customer_id: object) -> str:
    """The page of a task."""
    pattern = TASK_PAGES.get(subject_kind.partition(" ")[0], "/customers/{customer_id}" if customer_id else "/")
    return pattern.format(subject_id=subject_id, customer_id=customer_id)
