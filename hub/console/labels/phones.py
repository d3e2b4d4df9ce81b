"""Words of order phones: the watch list, shared phones."""

from hub.operations.phones.checks import WAYS

Titles = dict[str, tuple[str, str]]
STATE: Titles = {
    "asked_for": ("待科长签字", "With the section chief"),
    "chief_signed": ("待副经理签字", "With the deputy manager"),
    "permitted": ("已批准", "Permitted"),
    "rejected": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "ended": ("已终止", "Ended"),
}
CHECK_WAY: Titles = dict(WAYS)
WATCH_LEVEL: Titles = {"changed": ("关注", "Watched"), "often": ("重点关注", "Watched closely")}
TASK: Titles = {
    "check_watched": ("核查电话变更客户", "Check a customer whose phone was changed"),
    "sign_permit": ("签批共用订货电话", "Sign for a shared phone"),
    "file_permit": ("共用电话备案", "File a shared phone"),
    "permit_reason": ("写明您的客户共用订货电话的理由", "Write why your customer shares a phone"),
    "permit_visit": ("走访共用电话客户", "Visit: shared phone"),
}
STAFF_NOTICE: Titles = {
    "watched": ("一月内两次变更订货电话,已列入重点关注", "Two phone changes within a month: on the watch list"),
    "duplicate_reported": (
        "临时电话与其他客户重号,请视情况决定",
        "A temporary number is shared with another customer: please decide",
    ),
    "phone_shared": ("有客户申请共用订货电话", "A shared order phone was requested"),
    "permit_over": ("共用电话期限已满,请核对", "A shared phone's permit is over"),
    "phones_shared": ("本周电话查重结果", "This week's check for shared phones"),
}
DONE: Titles = {
    "watch_cleared": ("已解除关注,记录保留。", "Cleared; the entry stays on file."),
    "watch_checked": ("核查情况已登记。", "Recorded."),
    "watch_term_set": ("关注天数已保存,此后的变更按新天数关注。", "Saved; it holds for changes from now on."),
    "permit_asked": (
        "共用电话申请已提交,科长和内管科已收到通知。",
        "Sent; section chief and internal control were told.",
    ),
    "permit_signed": ("意见已记录。", "Recorded."),
    "permit_filed": ("已备案。", "Filed."),
    "permit_reason": ("理由已写明。", "Recorded."),
    "permit_ended": ("已终止或撤回。", "Ended."),
    "permit_visited": ("走访已登记,下次走访已排定。", "Recorded; the next visit is set."),
}
SCOPE: Titles = {
    "watching.*": ("重点关注名单", "Watch list"),
    "phone_permits.*": ("共用订货电话(查看)", "Shared phones, reading"),
}
PAGES = {
    "watch": "/phones/watch-list/{subject_id}",
    "phone_permit": "/phones#p-{subject_id}",
    "permit_visit": "/phones#permits",
    "permit_reason": "/phones#permits",
}
