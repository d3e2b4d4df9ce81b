"""Words of lists, their runs, whose word counts, and what partners are asked in turn, zh-CN and en."""

Titles = dict[str, tuple[str, str]]
JOB: Titles = {
    "list_bindings": ("读取协议清单", "Read bindings"),
    "list_devices": ("读取协议和设备清单", "Read agreements and devices"),
    "package": ("发送协议批次", "Send the package"),
    "digest": ("每日小结", "Daily digest"),
    "probe": ("连通测试", "Connection test"),
    "mail": ("内管日报邮件", "The day's mail"),
    "recheck": ("逐户向银行核实账户", "Ask the bank about its accounts in turn"),
}
MODE: Titles = {
    "changes": ("增量", "Changes"),
    "full": ("全量核对", "Whole list"),
    "afresh": ("每周从头全量核对", "Whole list from its first page"),
    "backfill": ("补读", "Read again from a day"),
}
CODE: Titles = {
    "behind": ("部分账户超过一周未得到银行确认", "Some accounts were not confirmed for a week"),
    "superseded": ("已有更新的同步", "A newer run has looked at everything"),
    "released": ("两人已解除制动", "Two people let it act"),
    "overtaken": ("已由另一次读取接手", "Another reader has it in hand"),
    "bad_cursor": ("对方的续读标记不正确", "The partner's cursor cannot be used"),
    "fault": ("读取程序出错", "A fault in reading"),
}
WHAT: Titles = {"list_unreadable": ("清单多次无法读取", "A list cannot be read")}
SUGGESTION: Titles = {
    "mend_list": (
        "联系对方和信息中心;读完一次后自动消失",
        "Ask the partner and the information centre; it goes once the list is read",
    ),
}
AUTHORITY: Titles = {
    "asked": ("以银行答复为准", "The bank's answer counts"),
    "followed": ("以运营商为准,我方跟随", "The carrier's word counts; ours follows"),
    "announced": ("以我方告知为准", "What we announced counts"),
    "customers": ("以客户实际为准", "What the customer has counts"),
}
"""Whose word counts for the field that a difference is about."""
