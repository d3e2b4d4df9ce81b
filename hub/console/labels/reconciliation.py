"""Words of lists and their runs, differences, partners' messages, and whose word counts, zh-CN and en."""

Titles = dict[str, tuple[str, str]]
WHAT: Titles = {
    "ended_there": ("银行已终止,我方仍生效", "Ended there, live here"),
    "other_card": ("双方卡(折)号不一致", "Another card there"),
    "unknown_here": ("银行有协议,我方没有", "In force there, not here"),
    "unknown_customer": ("对方有,客户不在册", "They hold it; we know no such customer"),
    "device_moved": ("设备登记在其他客户名下", "The device is another customer's there"),
    "old_remains": ("原银行尚未终止绑定", "The old bank has not ended it"),
    "not_announced": ("未能向通讯公司登记客户", "Could not be announced"),
    "not_compared": ("无法核对", "Could not be compared"),
    "event_reused": ("同一通知编号,内容不同", "One message number, two contents"),
    "braked": ("异动过多,同步已暂停", "A synchronisation was braked"),
    "list_unreadable": ("清单多次无法读取", "A list cannot be read"),
    "record_unreadable": ("对方清单中的一条记录无法读取", "A record of their list cannot be read"),
}
"""Kinds of difference."""
SUGGESTION: Titles = {
    "ask_bank_to_end": ("请银行终止;系统也会再次申请", "Have the bank end it; the hub asks again too"),
    "recheck": ("先向银行核实", "Ask the bank first"),
    "ask_customer": ("联系客户核对卡(折),再由一方改正", "Ask the customer, then correct one side"),
    "enter_or_end": ("补录账户,或请银行终止", "Enter the account, or have the bank end it"),
    "ask_partner": ("请对方核对客户代码", "Have the partner check the code"),
    "release_or_reread": ("核实后由两人解除,或重新读取清单", "Two people release it, or the list is read again"),
    "tell_centre": ("请信息中心查看日志", "Have the information centre look at the log"),
    "mend_and_announce": (
        "补齐所缺内容后自动登记",
        "Enter what is missing, and it is announced",
    ),
    "announce_again": ("按通讯公司的答复改正后点“登记”", "Correct what the carrier objects to, then press “Announce”"),
    "clerk_announces": (
        "由统计分析员按通讯公司的答复改正后登记",
        "The statistics clerk corrects what the carrier objects to, and announces",
    ),
    "mend_list": (
        "联系对方和信息中心;读完一次后自动消失",
        "Ask the partner and the information centre; it closes once the list is read",
    ),
    "mend_record": (
        "请对方核对这条记录,并告知信息中心;能读取后自动消失",
        "Have the partner check the record, and tell the information centre; it closes once it can be read",
    ),
}
SIDE: Titles = {
    "theirs": ("以对方为准", "Theirs"),
    "ours": ("以我方为准", "Ours"),
    "": ("核实后确定", "To be found out"),
}
"""The side that is usually right."""
SAID: Titles = {
    "callback": ("对方通知", "Partner's message"),
    "run": ("清单读取", "List read"),
    "ask": ("办理的答复", "Answer to an ask"),
}
"""The evidence that both sides differ."""
MISSING: Titles = {
    "comparison": ("核对结果", "The comparison"),
    "order_day": ("订货日", "Order day"),
    "not_authorised": ("客户授权", "The customer's authorisation"),
    "no_confidentiality": ("保密协议", "Confidentiality agreement"),
    "unreadable": ("加密内容(无法读取)", "A sealed value (cannot be read)"),
    "destroyed": ("加密资料(已销毁)", "Sealed values (destroyed)"),
    "too_much": ("插件索取的字段超出用途", "The plugin asks for too much"),
}
MESSAGE: Titles = {
    "heard": ("已生效", "Heard"),
    "repeated": ("重复", "A copy"),
    "contradicts": ("编号重复,内容不同", "Same number, other words"),
    "forged": ("验签未通过", "Not verified"),
    "not_understood": ("不能解析", "Not understood"),
    "waiting": ("等待处理", "To be looked into"),
}
"""What became of a partner's message."""
DONE: Titles = {
    "difference_confirmed": (
        "已复核;需要改正的一方改正后自动消失。",
        "Confirmed; it closes once the wrong side is corrected.",
    ),
    "message_again": ("已安排重新处理,稍后刷新查看。", "It is being processed again; refresh in a moment."),
    "announced": ("已提交登记,结果在“银行、通讯办理记录”里。", "Announced; see its progress under “Asks”."),
}
TASK: Titles = {"announce": ("向通讯公司登记客户代码和订货日", "Give the carrier code and order day")}
SCOPE: Titles = {
    "announcing.*": ("通讯公司登记", "Announcements"),
    "messages.*": ("收到的对方通知", "Kept messages"),
}
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
    "backfill": ("重新读取", "Read again from a day"),
}
CODE: Titles = {
    "behind": ("部分账户超过一周未得到银行确认", "Some accounts were not confirmed for a week"),
    "superseded": ("已有更新的同步", "A newer run has read everything"),
    "released": ("两人已确认恢复", "Two people let it act"),
    "overtaken": ("已由另一次读取接手", "Another reader has taken over"),
    "bad_cursor": ("对方的续读标记不正确", "The partner's cursor cannot be used"),
    "fault": ("读取程序出错", "A fault in reading"),
    "records_unread": (
        "已读完,部分记录无法读取,见“信息不一致”页面",
        "Read to its end, but for records on the differences page",
    ),
    "record": ("记录不完整或格式不符", "The record is not complete, or of another form"),
    "imei": ("手机串号(IMEI)格式不符", "The handset's number (IMEI) is odd"),
    "terminal": ("设备编号格式不符", "The device's number is odd"),
    "number": ("协议号或客户代码格式不符", "The agreement's number or the customer's code is odd"),
    "medium": ("卡(折)号格式不符", "The card's or passbook's number is odd"),
    "moment": ("时间格式不符", "The moment is odd"),
    "agreement_state": ("协议状态不认识", "An unknown state of the agreement"),
    "sign_status": ("协议状态不认识", "An unknown state of the agreement"),
    "device_state": ("设备状态不认识", "An unknown state of the device"),
    "terminal_status": ("设备状态不认识", "An unknown state of the device"),
    "bind_status": ("机卡状态不认识", "An unknown state of card and device"),
}
AUTHORITY: Titles = {
    "asked": ("以银行答复为准", "The bank's answer counts"),
    "followed": ("以通讯公司为准,我方跟随", "The carrier's word counts; ours follows"),
    "announced": ("以我方告知为准", "What we announced counts"),
    "customers": ("以客户实际为准", "What the customer has counts"),
}
"""Whose word counts for the field that a difference is about."""
