"""Words of the staff's work: applications, tasks, what the posts are told."""

from . import card_titles, onboarding_titles, outage_titles, phone_titles, power_cut_titles, route_titles

Titles = dict[str, tuple[str, str]]
APPLICATION: Titles = {
    "sent": ("审批中", "Being signed"),
    "sent_back": ("已退回", "Sent back"),
    "approved": ("已批准,待办理", "Approved"),
    "carried_out": ("已办理", "Carried out"),
    "rejected": ("已驳回", "Rejected"),
    "withdrawn": ("已撤回", "Taken back"),
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
    "mend": ("补正被退回的申请", "Mend what was sent back"),
    "file": ("备案", "File it"),
    "matter": ("答复客户来访事项", "Answer what a customer brought"),
    "no_order": ("订货日未订货,临时变更已恢复,请联系客户", "No order on the order day: ask the customer"),
    "not_returned": ("临时变更期间另有修改,未自动恢复,请核对", "Changed meanwhile and not returned: look"),
}
STAFF_NOTICE: Titles = {}
"""What a staff notice says, by its kind."""
TASK_PAGES: dict[str, str] = {
    "application": "/applications/{subject_id}",
    "evidence": "/custody#p-{subject_id}",
    "mail": "/mails/{subject_id}",
    "leave": "/cover",
    **card_titles.PAGES,
    **onboarding_titles.PAGES,
    **phone_titles.PAGES,
    **power_cut_titles.PAGES,
    **route_titles.PAGES,
    "export": "/exports#e-{subject_id}",
    **outage_titles.PAGES,
}
"""Where a task is worked on, by the kind of its subject; else on its customer's page."""


def task_page(subject_kind: str, subject_id: object, customer_id: object) -> str:
    """The page of a task."""
    pattern = TASK_PAGES.get(subject_kind.partition(" ")[0], "/customers/{customer_id}" if customer_id else "/")
    return pattern.format(subject_id=subject_id, customer_id=customer_id)
