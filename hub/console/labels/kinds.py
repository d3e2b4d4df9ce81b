"""Code words in the language of staff, zh-CN and en; no raw code word reaches a page."""

from hub.domain.changes import TABLE
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.choices import ORDER_METHODS, SETTLEMENT_METHODS, STAGES
from hub.domain.customers.documents_shown import DOCUMENTS
from hub.domain.privacy.purposes import FIELD_TITLES, PURPOSES
from hub.domain.settlement.accounts import KEPT_KINDS, KIND_TITLES
from hub.domain.staff.posts import POST_TITLES
from hub.domain.wording import settings as setting_words
from hub.operations.oversight.spot_checks import SOURCES

from . import access, channels, outages, phones, routes
from . import cards as card_labels
from . import onboarding as entrants
from . import privacy as exports
from . import reconciliation as differences
from . import staff as posts
from . import tasks as work
from .asks import ASK, ENDED, OUTCOME, REASON, SENT, VERB, WAIT
from .settlement import ACCOUNT, AGREEMENT
from .tasks import APPLICATION, DECISION, HAND, VOID

Titles = dict[str, tuple[str, str]]
NOTICE: Titles = {
    "pay_electronically": ("可采用电子结算", "May pay electronically"),
    "not_electronically": ("暂不采用电子结算", "Do not pay electronically for now"),
    "account_manager": ("客户经理已更换", "Another account manager"),
}
IMPORT: Titles = {"previewed": ("待确认", "To be confirmed"), "applied": ("已导入", "Imported")}
BREAKER: Titles = {"closed": ("正常", "Normal"), "open": ("暂时中断", "Open")}
WAY: Titles = {
    "phone": ("电话", "By phone"),
    "visit": ("走访", "By a visit"),
    "message": ("短信", "By message"),
    "paper": ("纸质签署", "On paper"),
    "online": ("网上确认", "Online"),
}
HOLDER: Titles = {"a": ("A 岗", "Holder A"), "b": ("B 岗", "Holder B")}
CODE: Titles = {
    **differences.CODE,
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
    "begun_anew": ("已从头重新读取", "Started again from the first page"),
    "still_running": ("上一次还没有结束", "The previous run had not ended"),
    "channel_away": ("渠道已暂停或未配置", "The channel is paused or has no settings"),
    "endless_list": ("清单没有结束", "The list does not end"),
    "worker_lost": ("后台处理中断", "The worker was lost"),
    "not_at_counter": ("客户还没有到柜台办理", "The customer was not at the counter yet"),
    "other_passbook": ("柜台登记的是另一本存折", "The counter has another passbook"),
    "not_in_force_yet": ("已办理,尚未生效", "Done, not in force yet"),
}
"""The hub's own words about an answer; a partner's codes are shown as they came."""
PERSON: Titles = {
    "doubt_too_old": ("长时间查不到结果,需要联系对方", "the outcome has been unknown for too long: ask the partner"),
    "no_result": ("对方迟迟没有结果,需要联系对方", "the partner has no result: ask them"),
    "not_at_counter": ("客户迟迟没有到柜台办理,请联系客户", "the customer was not at the counter: call them"),
    "no_input": ("客户的短信验证码迟迟没有提交,请联系客户", "no SMS code was handed in: call the customer"),
    "unreadable": (
        "加密内容无法读取,未发送:请信息中心核对主密钥和备份后重新发送",
        "a sealed value cannot be read, nothing was sent: compare master key and backup",
    ),
    "partner_busy": ("对方长时间不可用,需要人工决定", "the partner has been unavailable for long: decide"),
    "plugin_fault": (
        "对接程序出错,没有发出,请信息中心处理",
        "the plugin broke and nothing left: the information centre must repair it",
    ),
}
STAGE: Titles = dict(STAGES)
RUN: Titles = {
    "running": ("进行中", "Under way"),
    "done": ("完成", "Done"),
    "failed": ("未读完", "Broken off"),
    "braked": ("异动过多已暂停", "Braked"),
    "skipped": ("未执行", "Not run"),
    "not_done": ("未完成", "Not finished"),
    "waiting": ("等待执行", "Waits for a worker"),
}
DONE: Titles = {
    "saved": ("修改已保存。", "Saved."),
    "unchanged": ("没有改动,没有需要保存的内容。", "Nothing was changed, so nothing was saved."),
    "told": ("已记录:客户已得到通知。", "Recorded: the customer was told."),
    "ending": ("已向银行申请终止账户。", "The bank was asked to end the account."),
    "paper": ("痕迹化资料已收存。", "The paper was taken in."),
    "authorised": ("授权已登记。", "The authorisation was recorded."),
    "withdrawn": ("授权已撤回,此后不再向该合作方提供信息。", "Withdrawn: nothing more leaves for that partner."),
    "filed": ("已登记并提交,结果会在本页自动更新。", "Entered and filed; this page follows the outcome."),
    "replayed": ("已重新排队。", "Taken up again."),
    "cancelled": ("办理已取消,对方没有收到任何内容。", "Cancelled; nothing had left for the partner."),
    "asked": ("已安排立即查询。", "The partner is being asked now."),
    "schedule_paused": ("定时任务已暂停。", "Paused."),
    "schedule_resumed": ("定时任务已恢复。", "Resumed."),
    "read_again": (
        "已安排重新读取,稍后刷新查看执行记录。",
        "The list is being read again; the history shows it in a moment.",
    ),
    "schedule_run": ("已安排立即执行,稍后刷新查看。", "It runs now; refresh in a moment."),
    "released": ("已确认;两人确认后生效。", "Confirmed; it takes effect once two people have."),
    "given_up": ("已登记,正在向银行核实。", "Noted; the bank is being asked."),
    "code_again": ("已转请银行重发短信,结果见本页。", "The bank is asked for another SMS; this page follows."),
    "difference_proposed": ("处理意见已提交,等待另一人复核。", "Proposed; another person confirms."),
    "difference_closed": ("已复核,不一致的信息已处理。", "Confirmed; the difference is settled."),
    "sent_again": ("申请已补正并重新提交。", "Corrected and sent again."),
    "unit_rule_set": (
        "本单位规定已保存;按原规定提出的申请已失效。",
        "Saved; applications under the old rule are void.",
    ),
    "list_entered": ("已登记到清单,现在可以选用。", "Entered; it can be chosen now."),
    "list_withdrawn": ("已停用;已使用的客户保留不变。", "Withdrawn; customers who have it keep it."),
    "days_entered": ("日期已登记,未办结事项的期限已重新计算。", "Entered; open deadlines were recalculated."),
    "day_withdrawn": ("登记已撤销。", "Withdrawn."),
    "carried_out": ("已办理。", "Carried out."),
    "handed_over": ("已转办。", "Handed on."),
    "ordered": ("订货已登记。", "Recorded."),
    "matter_taken": ("已登记,由您负责到办结。", "Recorded; it is yours until it is finished."),
    "task_finished": ("已办结。", "Finished."),
    "proposed": ("人工确认申请已提交,等待另一人复核。", "Proposed; another person confirms."),
    "rejected": ("人工确认申请已退回,系统继续查询。", "Sent back; the ask stays in doubt."),
    "closed": ("已复核,凭对方书面答复确认结果。", "Confirmed, and closed by the partner's letter."),
    "paused": ("渠道已暂停。", "The channel is paused."),
    "resumed": ("渠道已恢复。", "The channel is resumed."),
    "probed": ("连通测试已完成,结果见渠道卡片。", "Tested; the results are on the channel's card."),
    "package": ("协议批次已提交。", "The package was filed."),
    "confidential": ("保密协议已登记。", "The confidentiality agreement was recorded."),
    "ended": ("保密协议已终止,此后不再向该渠道发送任何内容。", "Ended: nothing more leaves for that channel."),
    "password": ("密码已修改。", "Your password was changed."),
    "granted": ("岗位已授予。", "The post was granted."),
    "revoked": ("岗位已收回。", "The post was taken back."),
    "deactivated": ("用户已停用,其会话已结束。", "The user was deactivated and their sessions ended."),
    "unlocked": ("登录锁定已解除。", "The lock was lifted."),
    "token_out": ("接口令牌已吊销,即刻失效。", "The API token was revoked and no longer works."),
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
    "asks.*": ("银行、通讯办理记录(全部操作)", "Asks, everything"),
    "audit.*": ("审计", "Audit"),
    "channel_desk.*": ("渠道(全部操作)", "Channels, everything"),
    "differences.*": ("信息不一致", "Differences"),
    "schedules.*": ("定时任务", "Schedules"),
    "syncing.*": ("同步", "Synchronisation"),
    "handing_in.*": ("短信验证码", "SMS codes"),
    "customers.*": ("客户资料(全部操作)", "Customers, everything"),
    "evidence.*": ("痕迹化资料(全部操作)", "Papers, everything"),
    "home.*": ("待办(全部操作)", "What is to be done"),
    "onboarding.*": ("新入网名单(全部操作)", "New entrants, everything"),
    "packages.*": ("协议批次(全部操作)", "Packages, everything"),
    "rights.*": ("授权与保密协议(全部操作)", "Authorisations, everything"),
    "settlement.*": ("结算账户(全部操作)", "Accounts, everything"),
    "staff.*": ("人员与单位(查看)", "Staff and units, reading"),
}
"""Groups of operations that an API token may be given; single operations have their own titles."""
AREAS = (access, card_labels, channels, differences, entrants, exports, outages, phones, posts, routes, work)
"""Modules with words of one area of work."""


def of_areas(name: str) -> Titles:
    """One table of words, merged from the areas that have it."""
    return {key: words for area in AREAS for key, words in getattr(area, name, {}).items()}


KINDS: dict[str, Titles] = {
    "scope": {**SCOPE, **of_areas("SCOPE")},
    **outages.KINDS,
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
    "kind": KIND_TITLES,
    "evidence": KEPT_KINDS,
    "document": DOCUMENTS,
    "field": {key: known.title for key, known in FIELDS.items()} | FIELD_TITLES,
    "catalogue": {key: field.title for key, field in FIELDS.items()},
    "purpose": PURPOSES,
    "post": {str(post): words for post, words in POST_TITLES.items()},
    "settlement": {"": ("结算方式未定", "Settlement not settled"), **SETTLEMENT_METHODS},
    "order": dict(ORDER_METHODS),
    "way": WAY,
    "code": CODE,
    "person": PERSON,
    "holder": HOLDER,
    "stage": STAGE,
    "done": {**DONE, **of_areas("DONE")},
    "leg": channels.LEG,
    "fault": setting_words.FAULT,
    "proposal": channels.PROPOSAL,
    "environment": channels.ENVIRONMENT,
    "product": channels.PRODUCT,
    "what": differences.WHAT,
    "side": differences.SIDE,
    "said": differences.SAID,
    "missing": {**REASON, **differences.MISSING},
    "message": differences.MESSAGE,
    "job": differences.JOB,
    "authority": differences.AUTHORITY,
    "mode": differences.MODE,
    "run": RUN,
    "suggestion": differences.SUGGESTION,
    "ended": ENDED,
    "application": APPLICATION,
    "decision": DECISION,
    "hand": HAND,
    "void": VOID,
    "export": exports.STATE,
    "access": access.STATE,
    "access_kind": access.KIND,
    "permit": phones.STATE,
    "check_source": dict(SOURCES),
    "check_way": phones.CHECK_WAY,
    "watch_level": phones.WATCH_LEVEL,
    "meeting": routes.MEETING,
    "route_decision": routes.ROUTE_DECISION,
    "scenario": routes.SCENARIO,
    "trigger": routes.TRIGGER,
    "criterion": routes.CRITERION,
    "scenario_record": routes.SCENARIO_RECORD,
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
    "list": entrants.LIST,
    "web": entrants.WEB,
    "leave": posts.LEAVE,
    "handover": posts.HANDOVER,
    "mail": posts.MAIL,
}
AS_THEY_ARE = frozenset({"code", "leg", "environment", "fault"})
"""Kinds whose unknown words are others' names: a partner's codes, a plugin's objections."""
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
        # How a talk ended and the partner's code, in one text: each half has its own table.
        outcome, _, code = key.partition(" ")
        return f"{title('outcome', outcome, language)} {title('code', code, language)}".strip()
    found = KINDS[kind].get(key)
    if found is not None:
        return found[language]
    if not key:
        return ""
    if kind in AS_THEY_ARE:
        # Others' words are shown as they came: they have no table, and "other" would hide what support needs.
        return key.replace("http_", "HTTP ")
    return _by_beginning(key)[language]


def _by_beginning(key: str) -> tuple[str, str]:
    """Words of a code with a colon, such as "person:…" and "gate:…", by its parts."""
    # The most specific first: these endings also begin like the ones below.
    if key.endswith(("gate:unreadable", "gate:destroyed")):
        return work.NOT_OPENED[key.rpartition(":")[2]]
    if key.endswith("gate:cannot_be_asked"):
        return ("本系统不能向该合作方办理,请直接联系", "the hub cannot ask this partner: settle it with them")
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
