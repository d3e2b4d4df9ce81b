"""Words of power cuts and of help for web customers."""

Titles = dict[str, tuple[str, str]]
CUT: Titles = {"planned": ("未开始", "To come"), "begun": ("已开始", "Begun"), "called_off": ("已取消", "Called off")}
TASK: Titles = {"warn_power_cut": ("提醒客户做好停电订货准备", "Warn customers of a power cut")}
STAFF_NOTICE: Titles = {"cut_unwarned": ("停电已开始,仍有客户未提醒", "The cut has begun; somebody was not warned")}
DONE: Titles = {
    "cut_entered": ("停电已登记,客户经理已收到提醒名单。", "Entered; account managers have the list."),
    "cut_warned": ("提醒情况已登记。", "Recorded."),
    "cut_off": ("停电记录已取消。", "Called off."),
    "helped": ("协助订货已登记。", "Recorded."),
}
SCOPE: Titles = {
    "power_cuts.*": ("计划停电", "Power cuts"),
    "helping.*": ("协助订货", "Help for web customers"),
}
PAGES = {"power_cut": "/power-cuts/{subject_id}"}
