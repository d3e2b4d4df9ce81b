"""How the hub says no: article, row, reason, and what would be allowed.

Refusal                 the rules say no (409 unless stated)
├── NotPermitted        wrong post or unit (403)
├── NotFound            does not exist, or not in the caller's unit (404)
├── Stale               somebody else changed it meanwhile (409)
├── BadInput            a value is malformed (422)
└── one class per rule, beside the operation that applies it

Unusable is no refusal: the installation itself cannot be used.
"""

from typing import ClassVar

from .privacy.redaction import redact


class Unusable(Exception):
    """This installation cannot be used. `str` tells a person what is wrong and what to do; a command ends with 3."""


class Refusal(Exception):
    """An expected no. `says` and `then` are format strings over the keyword fields; what looks sensitive is masked."""

    article: ClassVar[str] = ""
    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    says: ClassVar[tuple[str, str]] = ("不予办理。", "Not allowed.")
    then: ClassVar[tuple[str, str]] = ("", "")
    hold: float = 0.0
    """Seconds for which the answer is delayed, after too many failures."""
    retry_after: int | None = None
    """Seconds after which a repetition would succeed, if that is known."""

    def __init__(self, **fields: object) -> None:
        self.fields = {name: redact(field) if isinstance(field, str) else field for name, field in fields.items()}
        super().__init__(self.sentence("en"))

    def __init_subclass__(cls) -> None:
        cls.code = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")

    def headers(self) -> dict[str, str]:
        """HTTP headers that tell a program more than the sentence."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def sentence(self, language: str = "zh") -> str:
        """What happened, in one sentence for the person at the screen."""
        return self.says[language != "zh"].format(**self.fields)

    def advice(self, language: str = "zh") -> str:
        """What the person can do next."""
        return self.then[language != "zh"].format(**self.fields)


class NotPermitted(Refusal):
    """The caller's posts do not include this action in this unit (R4.1); default deny."""

    article, status = "R4.1", 403
    says = ("您的岗位不能办理“{action}”。", "Your post may not do “{action_en}”.")
    then = ("可办理的岗位:{posts}。", "Posts that may: {posts_en}.")


NOUNS = {
    "交接记录": "handover record",
    "人员": "member of staff",
    "休假记录": "leave",
    "会议": "meeting",
    "保密协议": "confidentiality agreement",
    "停拨登记": "report of stopped calls",
    "停机": "outage",
    "停电提醒": "power cut warning",
    "共用电话": "shared phone",
    "共用电话备案": "filing of a shared phone",
    "共用电话申请": "application for a shared phone",
    "关注记录": "entry of the watch list",
    "内容": "content",
    "制动的同步": "braked run of a list",
    "单位": "unit",
    "单位代码": "unit code",
    "单位名称": "unit name",
    "卡(折)登记": "card case",
    "可以批量送协议的渠道": "channel that takes packages",
    "可以读取的清单": "list that can be read",
    "可登录的用户": "user who can sign in",
    "在用的用户": "active user",
    "地址核查": "address check",
    "培训": "training",
    "定时任务": "schedule",
    "客户": "customer",
    "导入名单": "imported list",
    "导出申请": "export",
    "差异": "difference",
    "待办事项": "task",
    "待复核的结案申请": "proposal to close that waits",
    "待确认的收件地址": "mail address that waits",
    "报文": "message",
    "授权": "authorisation",
    "授权书": "form of authorisation",
    "授权复核": "access request",
    "接口令牌": "API token",
    "提醒": "notice",
    "操作": "operation",
    "文件": "file",
    "新入网户": "new entrant",
    "日报邮件": "daily mail",
    "条款": "row of the regulation",
    "渠道": "channel",
    "用户": "user",
    "申请": "application",
    "电话号码": "phone number",
    "留取的订单": "kept order",
    "登记的日期": "entered day",
    "等级审核": "grade review",
    "等级评定": "grade evaluation",
    "线路": "route",
    "网上订货办理": "web ordering case",
    "计划停电": "planned power cut",
    "议题": "proposal",
    "记录": "record",
    "设置提案": "proposal of settings",
    "评定前复核": "review before the evaluation",
    "请求": "ask",
    "调整方案": "scenario",
    "账号": "login",
    "账户": "account",
    "资料": "paper",
    "退回名单": "list of returned lines",
    "通知": "note to a customer",
}
"""What a refusal speaks of, in English, by its zh-CN word: operations name the thing once, in the regulation's words."""


class AboutThing(Refusal):
    """A no about a thing, named by `what` in zh-CN; its English word comes from the nouns."""

    def __init__(self, *, what: str, **fields: object) -> None:
        super().__init__(what=what, what_en=NOUNS.get(what, what), **fields)


class NotFound(AboutThing):
    """No such thing, or it belongs to a unit that the caller may not see: the two look alike on purpose (R4.1)."""

    article, status = "R4.1", 404
    says = ("没有找到{what}。", "There is no such {what_en}.")
    then = ("请核对编号,或确认是否属于您的单位。", "Check the number, or whether it belongs to your unit.")


class Stale(AboutThing):
    """The record changed since the caller read it; nothing is overwritten (R4.1)."""

    article, status = "R4.1", 409
    says = ("{what}已被他人修改,您的修改没有保存。", "This {what_en} was changed by someone else; yours was not saved.")
    then = ("请刷新页面,核对后再提交。", "Reload, check, and submit again.")


class BadInput(Refusal):
    """A value is malformed. Names the field and the rule, never the value; English beside it as field_en and so on."""

    article, status = "G3", 422
    says = ("{field}:{problem}", "{field_en}: {problem_en}")
    then = ("{mend}", "{mend_en}")

    def __init__(self, **fields: object) -> None:
        both = {f"{name}_en": fields[name] for name in ("field", "problem", "mend") if name in fields}
        super().__init__(**both | fields)


class OwnApplication(Refusal):
    """Who asked never signs, and nobody signs twice (I3)."""

    article, status = "I3", 403
    says = ("不能审批自己提出的或自己已签过的申请。", "Nobody signs what they asked for, nor twice.")
    then = ("请由同岗位的其他人员审批,或转办。", "Let another holder of the post sign, or hand it on.")


class NotThisCustomer(Refusal):
    """The article is for customers of another kind (R9.2, R11.1, R12.1 …)."""

    article = "R9.1"
    says = ("此项不适用:{why}。", "This does not apply: {why_en}.")
    then = ("请选择适用的办理事项。", "Choose what applies to this customer.")

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.article = str(fields.get("article", self.article))  # type: ignore[misc]
