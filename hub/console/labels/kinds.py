"""Code words in the words of staff, zh-CN and en; no raw code word reaches a page."""

from hub.domain.changes import TABLE
from hub.domain.customers.catalogue import BANKS, ORDER_METHODS, SETTLEMENT_METHODS, STAGES
from hub.domain.privacy.purposes import FIELD_TITLES, PURPOSES
from hub.domain.settlement.accounts import EVIDENCE_KINDS, KIND_TITLES
from hub.domain.staff.posts import POST_TITLES

from . import access, channels, outages, phones, routes
from . import cards as card_labels
from . import list_runs as syncs
from . import onboarding as entrants
from . import power_cuts as cuts
from . import privacy as exports
from . import reconciliation as differences
from . import staff as posts
from . import tasks as work
from .tasks import APPLICATION, DECISION, VOID

Titles = dict[str, tuple[str, str]]
ASK: Titles = {
    "planned": ("待打包", "Planned"),
    "queued": ("排队", "Queued"),
    "sending": ("发送中", "Sending"),
    "accepted": ("对方已受理", "Accepted"),
    "done": ("双方均维护好", "Live on both sides"),
    "refused": ("对方不予办理", "Refused"),
    "in_doubt": ("结果不明", "In doubt"),
    "asked": ("查询中", "Being asked"),
    "person": ("待人工处理", "With a person"),
    "cancelled": ("已取消", "Cancelled"),
}
ENDED: Titles = {
    "unbind_card": ("已终止", "Ended"),
    "deliver_agreements": ("批次已办结", "Package settled"),
    "announce_customers": ("批次已办结", "Package settled"),
}
"""What the good end of an ask is called, where it is not that both sides are live."""
ACCOUNT: Titles = {
    "filed": ("已申报,等待银行", "Filed, bank pending"),
    "live": ("生效", "Live"),
    "refused": ("未予办理", "Refused"),
    "ending": ("正在终止", "Ending"),
    "ended": ("已终止", "Ended"),
}
AGREEMENT: Titles = {**ACCOUNT, "signed": ("已签订", "Signed"), "delivered": ("已送达", "Delivered")}
VERB: Titles = {
    "bind_card": ("绑定结算账户", "Bind an account"),
    "await_counter": ("等待客户到柜台办理", "Wait for the counter"),
    "recheck_binding": ("核实银行是否仍有效", "Is it still in force?"),
    "announce_customer": ("向运营商登记客户", "Announce a customer"),
    "announce_customers": ("向运营商批量登记客户", "Announce customers"),
    "query_announcement": ("查询登记结果", "Ask about an announcement"),
    "query_announcements": ("查询批量登记结果", "Ask about announcements"),
    "confirm_binding": ("提交验证码", "Hand in the code"),
    "list_devices": ("查询协议和设备清单", "List agreements and devices"),
    "query_device": ("查询单个协议或设备", "Ask about an agreement or device"),
    "query_binding": ("查询绑定结果", "Ask about a binding"),
    "unbind_card": ("终止结算账户", "End an account"),
    "query_unbinding": ("查询终止结果", "Ask about an ending"),
    "deliver_agreements": ("送协议批次", "Deliver agreements"),
    "query_delivery": ("查询批次结果", "Ask about a package"),
    "check_card": ("核验卡号", "Check a card"),
    "list_bindings": ("查询生效清单", "List what is in force"),
    "probe": ("连通测试", "Probe"),
}
WAIT: Titles = {
    "worker": ("等待后台处理", "a worker"),
    "package": ("等待随批次发送", "its package"),
    "rate": ("等待渠道限速", "the channel's rate"),
    "breaker": ("渠道熔断,等待恢复", "the channel's breaker"),
    "channel_paused": ("渠道已暂停", "the channel to be resumed"),
    "channel_busy": ("渠道并发已满", "a free place on the channel"),
    "partner_busy": ("对方忙,稍后重发", "the partner, who is busy"),
    "partner_answer": ("等待对方应答", "the partner's answer"),
    "counter": ("等待客户到银行柜台办理", "the customer at the bank's counter"),
    "partner_result": ("等待银行处理结果", "the bank's result"),
    "question": ("等待下一次查询", "the next question"),
    "plugin": ("渠道未配置", "the channel's settings"),
}
OUTCOME: Titles = {
    "answered": ("有应答", "Answered"),
    "refused": ("拒绝", "Refused"),
    "busy": ("忙", "Busy"),
    "unknown": ("不明", "Unknown"),
    "forged": ("验签失败", "Forged"),
    "fault": ("插件故障", "Plugin fault"),
    "worker_lost": ("后台中断", "Worker lost"),
}
SENT: Titles = {
    "no": ("未发出", "Not sent"),
    "maybe": ("可能已发出", "May have left"),
    "answered": ("已应答", "Answered"),
}
REASON: Titles = {
    "name_mismatch": ("户名不符", "Name differs"),
    "id_mismatch": ("证件不符", "ID differs"),
    "phone_mismatch": ("手机号不符", "Phone differs"),
    "agreement_exists": ("银行已有协议", "Agreement exists"),
    "no_agreement": ("银行无此协议", "No agreement"),
    "other_card": ("银行登记的是其他卡", "Another card at the bank"),
    "account_closed": ("账户已销户", "Account closed"),
    "limit": ("限额不符", "Limit"),
    "withdrawn_by_customer": ("客户已在银行解约", "Withdrawn by the customer"),
    "withdrawn_by_company": ("我方取消", "Withdrawn by us"),
    "cancelled": ("已取消", "Cancelled"),
    "given_up": ("客户放弃办理", "The customer gave up"),
    "bank_unknown": ("凭银行答复结案", "Closed by the bank's letter"),
    "other": ("其他原因", "Other"),
}
NOTICE: Titles = {"pay_electronically": ("可采用电子结算", "May pay electronically")}
IMPORT: Titles = {"previewed": ("待确认", "To be confirmed"), "applied": ("已导入", "Imported")}
BREAKER: Titles = {"closed": ("正常", "Normal"), "open": ("熔断", "Open")}
CHANNEL: Titles = {**BANKS, "telecom": ("中国电信", "Telecom"), "mobile": ("中国移动", "Mobile")}
WAY: Titles = {
    "phone": ("电话", "By phone"),
    "visit": ("走访", "By a visit"),
    "message": ("短信", "By message"),
    "paper": ("纸质签署", "On paper"),
    "online": ("网上确认", "Online"),
}
HOLDER: Titles = {"a": ("A 岗", "Holder A"), "b": ("B 岗", "Holder B")}
CODE: Titles = {
    **syncs.CODE,
    "too_many_ends": ("将终止的数量过多", "Too many would end"),
    "too_many_adds": ("将新增的数量过多", "Too many would be added"),
    "too_many_changes": ("将变更的数量过多", "Too many would change"),
    **channels.LEG_CODE,
    "no_answer": ("没有收到应答", "No answer came"),
    "deadline": ("超过时限", "Deadline passed"),
    "not_sent": ("未能发出", "Could not be sent"),
    "not_json": ("应答无法读取", "The answer cannot be read"),
    "not_an_object": ("应答无法读取", "The answer cannot be read"),
    "unreadable": ("保存的内容无法读取", "What was kept cannot be read"),
    "charset": ("应答字符集不符", "Wrong character set"),
    "empty": ("应答为空", "The answer is empty"),
    "unsigned": ("应答没有签名", "The answer is not signed"),
    "no_fact": ("应答没有说明结果", "The answer says nothing of it"),
    "no_return_code": ("应答没有返回码", "The answer has no code"),
    "row_missing": ("应答中缺少本行", "The answer lacks this row"),
    "probe_failed": ("测试未通过", "The test failed"),
    "begun_anew": ("已从头重新读取", "Begun anew from the first page"),
    "still_running": ("上一次还没有结束", "The run before had not ended"),
    "channel_away": ("渠道已暂停或未配置", "The channel is paused or has no settings"),
    "endless_list": ("清单没有结束", "The list does not end"),
    "worker_lost": ("后台处理中断", "The worker was lost"),
}
"""The hub's own words about an answer; a partner's codes are shown as they came."""
PERSON: Titles = {
    "doubt_too_old": ("长时间查不到结果,需要联系银行", "the outcome is unknown for too long: ask the bank"),
    "no_result": ("银行迟迟没有结果,需要联系银行", "the bank has no result: ask the bank"),
    "not_at_counter": ("客户迟迟没有到柜台办理,请联系客户", "the customer was not at the counter: call them"),
    "no_input": ("客户的短信验证码迟迟没有提交,请联系客户", "no SMS code was handed in: call the customer"),
    "unreadable": (
        "加密内容无法读取,未发送:请信息中心核对主密钥和备份后重新发送",
        "a sealed value cannot be read, nothing was sent: master key and backup are to be compared",
    ),
    "partner_busy": ("对方长时间不可用,需要人工决定", "the partner is out for long: decide"),
}
STAGE: Titles = dict(STAGES)
DAYS: Titles = {"every": ("每天", "Every day"), "working": ("仅工作日", "Working days")}
RUN: Titles = {
    "running": ("进行中", "Under way"),
    "done": ("完成", "Done"),
    "failed": ("未读完", "Broken off"),
    "braked": ("已制动", "Braked"),
    "skipped": ("未执行", "Not run"),
    "not_done": ("未完成", "Not finished"),
    "waiting": ("等待执行", "Waits for a worker"),
}
DONE: Titles = {
    "saved": ("修改已保存。", "Saved."),
    "told": ("已记录:客户已得到通知。", "Recorded: the customer was told."),
    "ending": ("已向银行申请终止账户。", "The bank was asked to end the account."),
    "paper": ("资料已收存。", "The paper was taken in."),
    "authorised": ("授权已登记。", "The authorisation was recorded."),
    "withdrawn": ("授权已撤回,此后不再向该合作方提供信息。", "Withdrawn: nothing more leaves for that partner."),
    "filed": ("已登记并提交,结果会在本页自动更新。", "Entered and filed; this page follows the outcome."),
    "replayed": ("已重新排队。", "Taken up again."),
    "cancelled": ("请求已取消,银行没有收到任何内容。", "Cancelled; nothing had left for the bank."),
    "asked": ("已安排立即查询。", "The question goes out now."),
    "schedule_paused": ("定时任务已暂停。", "Paused."),
    "schedule_resumed": ("定时任务已恢复。", "Resumed."),
    "read_again": ("已安排补读,稍后刷新查看执行记录。", "The list is read again; the history shows it in a moment."),
    "schedule_run": ("已安排立即执行,稍后刷新查看。", "It comes at once; look again in a moment."),
    "released": ("已确认;两人确认后生效。", "Noted; it acts when two people have agreed."),
    "code": ("验证码已提交,正在等待银行确认。", "Handed in; the bank confirms."),
    "given_up": ("已登记,正在向银行核实。", "Noted; the bank is being asked."),
    "code_again": ("已请银行重发短信。", "The bank sends another SMS."),
    "difference_proposed": ("处理意见已提交,等待另一人复核。", "Proposed; another person confirms."),
    "difference_closed": ("已复核,差异已处理。", "Confirmed; the difference is settled."),
    "sent_again": ("申请已补正并重新提交。", "Corrected and sent again."),
    "unit_rule_set": (
        "本单位规定已保存;按原规定提出的申请已失效。",
        "Saved; applications under the old rule are void.",
    ),
    "days_entered": ("日期已登记,未办结事项的期限已重新计算。", "Entered; open due moments were counted anew."),
    "day_withdrawn": ("登记已撤销。", "Withdrawn."),
    "carried_out": ("已办理。", "Carried out."),
    "handed_over": ("已转办。", "Handed on."),
    "ordered": ("订货已登记。", "Recorded."),
    "matter_taken": ("已登记,由您负责到办结。", "Taken; it is yours until it is finished."),
    "task_finished": ("已办结。", "Finished."),
    "proposed": ("结案申请已提交,等待另一人复核。", "Proposed; another person confirms."),
    "rejected": ("结案申请已退回,请求继续查询。", "Sent back; the ask stays in doubt."),
    "closed": ("已复核,凭银行答复结案。", "Confirmed, and closed by the bank's letter."),
    "paused": ("渠道已暂停。", "The channel is paused."),
    "resumed": ("渠道已恢复。", "The channel is resumed."),
    "probed": ("连通测试已完成,结果见渠道卡片。", "Tested; the legs are on the channel's card."),
    "package": ("协议批次已提交。", "The package was filed."),
    "confidential": ("保密协议已登记。", "The confidentiality agreement was recorded."),
    "ended": ("保密协议已终止,此后不再向该渠道发送任何内容。", "Ended: nothing more leaves for that channel."),
    "password": ("密码已修改。", "Your password was changed."),
    "granted": ("岗位已授予。", "The post was granted."),
    "revoked": ("岗位已收回。", "The post was taken back."),
    "deactivated": ("用户已停用,其会话已结束。", "The user is out, and their sessions ended."),
    "unlocked": ("登录锁定已解除。", "The lock was lifted."),
    "token_out": ("接口令牌已吊销,即刻失效。", "The API token was revoked; it opens nothing any more."),
    "service": ("服务账号已新增,请授予岗位并发放令牌。", "Added; grant it posts and issue a token."),
    "unit": ("单位已新增。", "The unit was added."),
    "off": ("字段已屏蔽,已存的内容不变。", "The field is off; what is stored stays."),
    "on": ("字段已启用。", "The field is on."),
}
TOKEN: Titles = {"live": ("有效", "Valid"), "expired": ("已过期", "Expired"), "revoked": ("已吊销", "Revoked")}
SCOPE: Titles = {
    "read": ("全部查看", "All reading"),
    "tasks.*": ("待办事项", "Tasks"),
    "workdays.*": ("工作日历", "Calendar of working days"),
    "returning.*": ("订货登记", "Orders"),
    "asks.*": ("渠道请求(全部操作)", "Asks, everything"),
    "audit.*": ("审计", "Audit"),
    "channel_desk.*": ("渠道(全部操作)", "Channels, everything"),
    "differences.*": ("双方差异", "Differences"),
    "schedules.*": ("定时任务", "Schedules"),
    "syncing.*": ("同步", "Synchronisation"),
    "handing_in.*": ("短信验证码", "SMS codes"),
    "customers.*": ("客户资料(全部操作)", "Customers, everything"),
    "evidence.*": ("资料(全部操作)", "Papers, everything"),
    "home.*": ("待办(全部操作)", "What is to be done"),
    "onboarding.*": ("新入网名单(全部操作)", "New entrants, everything"),
    "packages.*": ("协议批次(全部操作)", "Packages, everything"),
    "rights.*": ("授权与保密协议(全部操作)", "Authorisations, everything"),
    "settlement.*": ("结算账户(全部操作)", "Accounts, everything"),
    "staff.*": ("人员与单位(查看)", "Staff and units, reading"),
}
"""Groups of operations that an API token may be given; single operations have their own titles."""
AREAS = (access, card_labels, channels, cuts, differences, entrants, exports, outages, phones, posts, routes, work)
"""Modules with words of one area of work."""


def of_areas(name: str) -> Titles:
    """One table of words, as all areas have it."""
    return {key: words for area in AREAS for key, words in getattr(area, name, {}).items()}


KINDS: dict[str, Titles] = {
    "scope": {**SCOPE, **of_areas("SCOPE")},
    **cuts.KINDS,
    "token": TOKEN,
    "ask": ASK,
    "account": ACCOUNT,
    "agreement": AGREEMENT,
    "verb": VERB,
    "wait": WAIT,
    "outcome": OUTCOME,
    "rule": {rule.key: rule.title for rule in TABLE},
    "sent": SENT,
    "reason": {**REASON, **card_labels.REASON},
    "notice": NOTICE,
    "import": IMPORT,
    "breaker": BREAKER,
    "channel": CHANNEL,
    "kind": KIND_TITLES,
    "evidence": EVIDENCE_KINDS,
    "field": FIELD_TITLES,
    "purpose": PURPOSES,
    "post": {str(post): words for post, words in POST_TITLES.items()},
    "settlement": dict(SETTLEMENT_METHODS),
    "order": dict(ORDER_METHODS),
    "way": WAY,
    "code": CODE,
    "person": PERSON,
    "holder": HOLDER,
    "stage": STAGE,
    "done": {**DONE, **of_areas("DONE")},
    "leg": channels.LEG,
    "fault": channels.FAULT,
    "proposal": channels.PROPOSAL,
    "environment": channels.ENVIRONMENT,
    "product": channels.PRODUCT,
    "what": {**syncs.WHAT, **differences.WHAT},
    "side": differences.SIDE,
    "said": differences.SAID,
    "missing": {**REASON, **differences.MISSING},
    "message": differences.MESSAGE,
    "job": syncs.JOB,
    "authority": syncs.AUTHORITY,
    "mode": syncs.MODE,
    "days": DAYS,
    "run": RUN,
    "suggestion": {**syncs.SUGGESTION, **differences.SUGGESTION},
    "setting": channels.SETTING,
    "ended": ENDED,
    "application": APPLICATION,
    "decision": DECISION,
    "void": VOID,
    "export": exports.STATE,
    "access": access.STATE,
    "access_kind": access.KIND,
    "permit": phones.STATE,
    "meeting": routes.MEETING,
    "route_decision": routes.ROUTE_DECISION,
    "scenario": routes.SCENARIO,
    "method": routes.METHOD,
    "route_field": routes.ROUTE_FIELD,
    "scenario_failed": routes.SCENARIO_FAILED,
    "task": of_areas("TASK"),
    "staff_notice": of_areas("STAFF_NOTICE"),
    "outage": outages.STATE,
    "outage_customer": outages.CUSTOMER,
    "outage_why": outages.WHY,
    "outage_return": outages.RETURN,
    "step": entrants.STEP,
    "web": entrants.WEB,
    "leave": posts.LEAVE,
    "handover": posts.HANDOVER,
    "mail": posts.MAIL,
}
AS_THEY_ARE = frozenset({"setting", "code", "leg", "environment", "fault"})
"""Kinds whose unknown words are somebody else's names: a plugin's settings, a partner's codes."""
COLOURS = {
    **access.COLOURS,
    **posts.COLOURS,
    **outages.COLOURS,
    "live": "green",
    "done": "green",
    "approve": "green",
    "carried_out": "green",
    "approved": "azure",
    "sent": "azure",
    "sent_back": "orange",
    "send_back": "orange",
    "rejected": "red",
    "reject": "red",
    "applied": "green",
    "closed": "green",
    "refused": "red",
    "open": "red",
    "in_doubt": "orange",
    "asked": "orange",
    "person": "red",
    "accepted": "azure",
    "sending": "azure",
    "filed": "azure",
    "ending": "orange",
    "signed": "azure",
    "delivered": "azure",
    "previewed": "azure",
    "queued": "azure",
    "planned": "azure",
}


def title(kind: str, key: str, language: int) -> str:
    """A code word in words."""
    if kind == "setback":
        outcome, _, code = key.partition(" ")
        return f"{title('outcome', outcome, language)} {title('code', code, language)}".strip()
    found = KINDS[kind].get(key)
    if found is not None:
        return found[language]
    if not key:
        return ""
    if kind in AS_THEY_ARE:
        return key.replace("http_", "HTTP ")
    return _by_beginning(key)[language]


def _by_beginning(key: str) -> tuple[str, str]:
    """ "person:…" and "gate:…" by what stands before and after the colon."""
    if key.endswith(("gate:unreadable", "gate:destroyed")):
        return work.NOT_OPENED[key.rpartition(":")[2]]
    if key.startswith(("person:gate", "gate:")):
        return ("授权或保密协议失效,未发送", "authorisation or agreement lapsed: nothing was sent")
    if key.startswith("input:"):
        return ("等待客户的短信验证码", "the customer's SMS code")
    if key.startswith("person:"):
        return PERSON.get(key.partition(":")[2], ("需要人工处理", "a person"))
    return ("其他", "Other")


def colour(key: str) -> str:
    """A state's colour."""
    return COLOURS.get(key, "secondary")
