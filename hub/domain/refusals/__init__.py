"""How the hub says no: article, row, reason, and what would be allowed.

Refusal                 the rules say no (409 unless stated)
├── NotPermitted        wrong post or unit (403)
├── NotFound            does not exist, or not in the caller's unit (404)
├── Stale               somebody else changed it meanwhile (409)
├── BadInput            a value is malformed (422)
└── one class per rule, beside the operation that applies it

Unusable is no refusal: the installation itself cannot be used.
"""

from enum import StrEnum
from typing import ClassVar

from hub.domain.privacy.redaction import redact
from hub.domain.wording.states import words_of

from .phrases import ENGLISH


class Unusable(Exception):
    """This installation cannot be used. `str` tells a person what is wrong and what to do; a command ends with 3."""


class Refusal(Exception):
    """An expected no. `says` and `then` are format strings over the keyword fields; what looks sensitive is masked.

    A field that is worded is a pair, zh-CN and English; a state or post is given as it is and worded here.
    """

    article: ClassVar[str] = ""
    status: ClassVar[int] = 409
    code: ClassVar[str] = "refused"
    says: ClassVar[tuple[str, str]] = ("不予办理。", "Not allowed.")
    then: ClassVar[tuple[str, str]] = ("", "")
    elsewhere: ClassVar[tuple[str, str]] = ("", "")
    """What to do next for callers without a page (API, command line), where `then` speaks of one."""
    hold: float = 0.0
    """Seconds for which the answer is delayed, after too many failures."""
    retry_after: int | None = None
    """Seconds after which a repetition would succeed, if that is known."""

    def __init__(self, **fields: object) -> None:
        # Masked here, at the one door: sentences go to pages, logs and answers of the API.
        self.fields = {name: _masked(field) for name, field in fields.items()}
        super().__init__(self.sentence("en"))

    # NoCardInUse → no_card_in_use: programs know a refusal by its class's name, so renaming one changes the API.
    def __init_subclass__(cls) -> None:
        cls.code = "".join(f"_{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("_")

    def headers(self) -> dict[str, str]:
        """HTTP headers that tell a program more than the sentence."""
        return {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}

    def sentence(self, language: str = "zh") -> str:
        """What happened, in one sentence for the person at the screen."""
        return self.says[language != "zh"].format(**self.fields_in(language))

    def advice(self, language: str = "zh") -> str:
        """What the caller of API or command line can do next; pages say `then`."""
        advice = self.elsewhere if any(self.elsewhere) else self.then
        return advice[language != "zh"].format(**self.fields_in(language))

    def fields_in(self, language: str) -> dict[str, object]:
        """The fields for a sentence: of a pair the half in this language; a zh-CN phrase by its entry in `ENGLISH`."""
        if language == "zh":
            return {name: field[0] if isinstance(field, tuple) else field for name, field in self.fields.items()}
        return {name: _in_english(field) for name, field in self.fields.items()}


def _in_english(field: object) -> object:
    if isinstance(field, tuple):
        return field[1]
    return ENGLISH.get(field, field) if isinstance(field, str) else field


def _masked(field: object) -> object:
    if isinstance(field, StrEnum):
        return words_of(field)
    if isinstance(field, tuple):
        return tuple(_masked(half) for half in field)
    return redact(field) if isinstance(field, str) else field


class NotPermitted(Refusal):
    """The caller's posts do not include this action in this unit (R4.1); default deny."""

    article, status = "R4.1", 403
    says = ("您的岗位不能办理“{action}”。", "Your post may not do “{action_en}”.")
    then = ("可办理的岗位:{posts}。", "Posts that may: {posts_en}.")


class OnlyDuringLeave(NotPermitted):
    """Holder B has the post, and acts at it only while A is on leave (R5.1)."""

    article = "R5.1"
    says = (
        "您是{post}的 B 岗,A 岗({holders})休假期间才能办理“{action}”。",
        "You are holder B ({post_en}): “{action_en}” is yours only while A ({holders}) is on leave.",
    )
    then = (
        "请由 A 岗办理;A 岗休假的,登记休假、交接生效后由您办理。",
        "Let A do it; once A's leave is entered and has begun, you do.",
    )


# Programs recognise a refusal for the post by this code, whichever holder is meant.
OnlyDuringLeave.code = NotPermitted.code


class AboutThing(Refusal):
    """A no about a thing, named by `what` in zh-CN only; the English word comes from `phrases.THINGS`."""

    def __init__(self, *, what: str, **fields: object) -> None:
        super().__init__(what=what, what_en=what, **fields)


class NotFound(AboutThing):
    """No such thing, or it belongs to a unit that the caller may not see: both look the same on purpose (R4.1)."""

    article, status = "R4.1", 404
    says = ("没有找到{what}。", "There is no such {what_en}.")
    then = ("请核对编号,或确认是否属于您的单位。", "Check the number, or whether it belongs to your unit.")


class Stale(AboutThing):
    """The record changed since the caller read it; nothing is overwritten (R4.1)."""

    article, status = "R4.1", 409
    says = (
        "{what}在您读取之后已有改动,您的修改没有保存。",
        "This {what_en} has changed since you read it; your change was not saved.",
    )
    then = ("请重新查看,核对后再提交。", "Look at it again, check, and submit again.")
    elsewhere = (
        "请重新读取,核对后以新的 version 再提交。",
        "Read it again, check, and send the change with its new version.",
    )


class BadInput(Refusal):
    """A value is malformed. Names the field and the rule, never the value; English beside it as field_en and so on."""

    article, status = "G3", 422
    says = ("{field}:{problem}", "{field_en}: {problem_en}")
    then = ("{mend}", "{mend_en}")

    def __init__(self, **fields: object) -> None:
        # Said once it stands for both languages: a pair brings both, and a phrase of ours is found in `ENGLISH`.
        both = {f"{name}_en": fields[name] for name in ("field", "problem", "mend") if name in fields}
        super().__init__(**both | fields)


class OwnApplication(Refusal):
    """The asker never signs, and no one signs twice (I3)."""

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
        self.article = str(fields.get("article", self.article))  # type: ignore[misc]  # the class names one, an instance may have its own
