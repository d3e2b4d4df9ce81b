"""Words of power cuts, of help for web customers, of the timeline."""

from hub.domain.helping import HELP
from hub.domain.power_cuts import ARRANGED, SCOPES

Titles = dict[str, tuple[str, str]]
KINDS: dict[str, Titles] = {
    "power_cut": {
        "planned": ("计划停电", "Planned"),
        "called_off": ("已取消", "Called off"),
        "over": ("已结束", "Over"),
    },
    "cut_scope": dict(SCOPES),
    "arranged": dict(ARRANGED),
    "help": dict(HELP),
}
TASK: Titles = {"warn_of_cut": ("停电前提醒网上客户做好订货准备", "Warn web customers of a power cut")}
STAFF_NOTICE: Titles = {
    "cut_moved": ("停电时间已变更,请重新提醒已通知的客户", "A power cut was moved: tell those whom you warned anew"),
    "cut_called_off": ("计划停电已取消,请告知已提醒的客户", "A power cut was called off: tell those whom you warned"),
    "cut_unwarned": ("停电已开始,仍有网上客户没有提醒", "A power cut has begun, and web customers were not warned"),
}
DONE: Titles = {
    "cut_entered": ("已登记,客户经理已收到提醒名单。", "Entered; the account managers have their lists."),
    "cut_is_moved": ("停电时间已变更,已提醒的客户需重新告知。", "Moved; who was warned is to be told anew."),
    "cut_off": ("计划停电已取消。", "Called off."),
    "cut_warned": ("提醒情况已登记。", "Recorded."),
    "helped": ("帮助情况和订货已登记。", "The help and the order were recorded."),
}
SCOPE: Titles = {
    "power_cuts.*": ("计划停电(全部操作)", "Power cuts, everything"),
    "forms.*": ("打印申请表", "Printed forms"),
    "help_records.*": ("帮助订货登记", "Help records"),
}
PAGES = {"power_cut": "/power-cuts/{subject_id}", "power_cut_list": "/power-cuts/{subject_id}"}
