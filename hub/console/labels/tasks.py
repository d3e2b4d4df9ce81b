"""Words of the staff's work: applications, tasks, what the posts are told."""

from . import access as acces_labels
from . import cards as card_labels
from . import channels as channel_labels
from . import onboarding as onboarding_labels
from . import outages as outage_labels
from . import phones as phone_labels
from . import power_cuts as power_cut_labels
from . import routes as route_labels

Titles = dict[str, tuple[str, str]]
APPLICATION: Titles = {
    "sent": ("审批中", "Being signed"),
    "sent_back": ("已退回", "Sent back"),
    "approved": ("已批准,待办理", "Approved"),
    "carried_out": ("已办理", "Carried out"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "void": ("已失效", "Void"),
}
DECISION: Titles = {"approve": ("同意", "Approved"), "send_back": ("退回", "Sent back"), "reject": ("驳回", "Rejected")}
VOID: Titles = {
    "rule_changed": ("规定已修改", "the rule changed"),
    "record_moved": ("客户记录已变化", "the record moved"),
}
TASK: Titles = {
    "sign": ("审批变更申请", "Sign an application"),
    "carry_out": ("办理已批准的变更", "Carry a change out"),
    "mend": ("补正被退回的申请", "Correct what was sent back"),
    "file": ("备案", "File it"),
    "matter": ("答复客户来访事项", "Answer a customer's request"),
    "no_order": ("订货日未订货,临时变更已恢复,请联系客户", "No order on the order day: ask the customer"),
    "unreadable_before": (
        "变更前的内容无法读取,未自动恢复,请报信息中心并人工恢复",
        "The previous value cannot be read and was not restored: tell the information centre and restore it by hand",
    ),
    "audit_broken": (
        "审计链不完整,请立即核验并报告",
        "The audit trail is not intact: verify it and tell the management",
    ),
    "not_returned": ("临时变更期间另有修改,未自动恢复,请核对", "Changed meanwhile and not restored: please check"),
}
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
    "unit_rule_set": (
        "本单位规定已保存;按原规定提出的申请已失效。",
        "Saved; applications under the old rule are void.",
    ),
}
SCOPE: Titles = {
    "orders.*": ("登记订货", "Recording orders"),
    "matters.*": ("来访事项", "Customers' requests"),
    "applications.*": ("变更申请(全部操作)", "Applications, everything"),
    "unit_rules.*": ("本单位规定(查看)", "Units' rules, reading"),
}
STAFF_NOTICE: Titles = {
    "application_sent_back": ("申请被退回,请补正后重新提交", "Sent back: correct it and send it again"),
    "application_rejected": ("申请被驳回", "An application was rejected"),
    "application_void": ("申请已失效,可重新提出", "An application is void: it may be made again"),
    "application_withdrawn": ("申请已撤回", "An application was withdrawn"),
    "application_carried_out": ("申请已办理", "An application was carried out"),
    "application_copied": ("抄送:提出了变更申请", "For your information: a change was requested"),
    "post_vacant": ("待签事项的岗位无人,请安排人员", "No one holds the post that must sign: appoint someone"),
}
"""What a staff notice says, by its kind."""
TASK_PAGES: dict[str, str] = {
    "application": "/applications/{subject_id}",
    "evidence": "/custody#p-{subject_id}",
    "mail": "/mails/{subject_id}",
    "leave": "/cover",
    **acces_labels.PAGES,
    **card_labels.PAGES,
    **channel_labels.PAGES,
    **onboarding_labels.PAGES,
    **phone_labels.PAGES,
    **power_cut_labels.PAGES,
    **route_labels.PAGES,
    "export": "/exports#e-{subject_id}",
    **outage_labels.PAGES,
}
"""Where a task is worked on, by the kind of its subject; else on its customer's page."""


def task_page(subject_kind: str, subject_id: object, customer_id: object) -> str:
    """The page of a task."""
    pattern = TASK_PAGES.get(subject_kind.partition(" ")[0], "/customers/{customer_id}" if customer_id else "/")
    return pattern.format(subject_id=subject_id, customer_id=customer_id)
