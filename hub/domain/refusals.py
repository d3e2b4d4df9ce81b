"""How the hub says no: article, row, reason, and what would be allowed.

Refusal                 the rules say no (409 unless stated)
├── NotPermitted        wrong post or unit (403)
├── NotFound            does not exist, or not in the caller's unit (404)
├── Stale               somebody else changed it meanwhile (409)
├── BadInput            a value is malformed (422)
└── one class per rule, beside the operation that applies it
"""

from typing import ClassVar

from .privacy.redaction import redact


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
    says = ("您的岗位不能办理“{action}”。", "Your post may not do “{action}”.")
    then = ("可办理的岗位:{posts}。", "Posts that may: {posts}.")


class NotFound(Refusal):
    """No such thing, or it belongs to a unit that the caller may not see: the two look alike on purpose (R4.1)."""

    article, status = "R4.1", 404
    says = ("没有找到{what}。", "There is no such {what}.")
    then = ("请核对编号,或确认是否属于您的单位。", "Check the number, or whether it belongs to your unit.")


class Stale(Refusal):
    """The record changed since the caller read it; nothing is overwritten (R4.1)."""

    article, status = "R4.1", 409
    says = ("{what}已被他人修改,您的修改没有保存。", "{what} was changed by someone else; yours was not saved.")
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
