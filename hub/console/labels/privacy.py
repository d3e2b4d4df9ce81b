"""Words of exports."""

Titles = dict[str, tuple[str, str]]
STATE: Titles = {
    "asked_for": ("待审批", "To be decided"),
    "permitted": ("已批准", "Permitted"),
    "rejected": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "over": ("已过期", "Over"),
}
TASK: Titles = {"permit_export": ("审批数据导出", "Decide on an export")}
STAFF_NOTICE: Titles = {
    "export_permitted": ("一项数据导出已批准", "An export was permitted"),
    "export_rejected": ("一项数据导出未获批准", "An export was refused"),
}
DONE: Titles = {
    "export_asked": ("导出申请已提交,等待审批。", "Asked for; the section chief decides."),
    "export_decided": ("审批意见已记录。", "Recorded."),
    "export_withdrawn": ("导出申请已撤回。", "Taken back."),
}
SCOPE: Titles = {"exports.*": ("数据导出(查看)", "Exports, reading")}
