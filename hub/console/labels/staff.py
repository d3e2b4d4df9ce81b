"""Words of posts: leave and cover, notices, the day's mail, custody, timeliness."""

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "hand_in": ("移交痕迹化资料原件", "Hand over the original"),
    "hand_in_record": ("移交变更维护记录", "Hand in the record of a change"),
    "confirm_hand_in": ("确认收到移交的痕迹化资料", "Confirm what was handed to you"),
    "mail_stuck": ("日报邮件未发出,请检查邮件设置", "The day's mail cannot be sent: check its settings"),
}
STAFF_NOTICE: Titles = {
    "task_due": ("事项即将到期", "Due soon"),
    "task_late": ("事项已逾期", "Late"),
    "address_failing": (
        "同一网络地址多次登录失败,请核实",
        "Repeated failed sign-ins from one network address: please check",
    ),
    "cover_begun": ("您开始顶岗", "You are covering for someone"),
    "cover_over": ("休假结束,请确认交接", "Leave over: please acknowledge the handover"),
    "cover_lost": ("顶岗人员已停用,请另行安排", "The covering colleague has left: find another"),
    "task_handed": ("一项工作已转交给您", "A task was handed to you"),
    "tasks_back": ("停用人员的事项已退回岗位", "Tasks of a user who left were returned to the post"),
    "customers_taken": ("离岗客户经理的客户已移交", "A leaver's customers were handed over"),
    "account_over": (
        "客户暂不采用电子结算,需重新告知客户",
        "A customer does not settle electronically for now: tell the customer again",
    ),
    "customers_left": ("客户经理离岗,其客户无人接管,请安排", "An account manager left; nobody can take the customers"),
    "mail_address_asked": ("提出更改日报收件地址,待另一人确认", "A new address for the day's mail was requested"),
    "mail_address_set": ("日报收件地址已更改", "The day's mail goes to another address"),
    "mail_address_rejected": ("日报收件地址的更改已退回", "A change of the mail address was rejected"),
    "change_done": ("变更已办理", "A change was carried out"),
    "change_returned": ("临时变更已恢复", "A temporary change returned"),
}
LEAVE: Titles = {
    "to_come": ("未开始", "To come"),
    "now": ("休假中", "Away"),
    "over": ("已结束", "Over"),
    "withdrawn": ("已取消", "Withdrawn"),
}
HANDOVER: Titles = {"out": ("交出", "Handed over"), "back": ("交回", "Handed back")}
MAIL: Titles = {
    "no_server": ("未设置邮件服务器", "no mail server is set"),
    "no_address": ("未设置收件地址", "no address is set"),
    "unreachable": ("邮件服务器连接不上", "the server cannot be reached"),
    "certificate": ("邮件服务器证书不可信", "the server's certificate is not trusted"),
    "no_tls": ("邮件服务器不支持加密", "the server offers no TLS"),
    "login_refused": ("邮件账号或密码不正确", "the server refused the login"),
    "address_refused": ("收件地址被拒", "the address was refused"),
    "refused": ("邮件服务器拒收", "the server refused the mail"),
    "broken_off": ("发送中断", "the connection broke"),
}
DONE: Titles = {
    "leave_entered": ("休假已登记,顶岗人员已确定。", "Entered; each post is covered."),
    "leave_ended": ("休假已结束。", "The leave is over."),
    "acknowledged": ("交接记录已确认。", "Acknowledged."),
    "seen": ("已标记为已阅。", "Marked as seen."),
    "address_asked": (
        "收件地址已提交,须由另一人确认后才生效。",
        "Submitted; it takes effect once another person confirms it.",
    ),
    "address_set": ("收件地址已确认并启用。", "The address was confirmed; mails now go there."),
    "address_rejected": ("收件地址的更改已退回,仍用原地址。", "Rejected; mails go to the previous address."),
    "handed_in": ("移交已登记,待保管人确认。", "Recorded; the custodian is to confirm it."),
    "hand_in_confirmed": ("已确认收到。", "Confirmed."),
    "hand_in_declined": ("已登记未收到,由移交人重新移交。", "Noted; it is to be handed in again."),
    "custodian_named": ("保管岗位已指定。", "The custodian was named."),
}
SCOPE: Titles = {
    "cover.*": ("休假与顶岗(查看)", "Leave and cover, reading"),
    "notices.*": ("提醒", "Notices"),
    "mails.*": ("日报邮件(查看)", "The day's mails, reading"),
    "custody.*": ("痕迹化资料移交", "Custody of papers"),
    "timeliness.*": ("及时性统计", "Timeliness"),
    "coverage.*": ("规定落实", "Regulation coverage"),
}
COLOURS: dict[str, str] = {"now": "orange", "to_come": "azure", "over": "secondary", "withdrawn": "secondary"}
