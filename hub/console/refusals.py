"""Refusals in words: no code words, and in English no Chinese title if its translation is known."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from fastapi.exceptions import RequestValidationError

from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.customers.input_problems import PROBLEMS
from hub.domain.plain_text import WORDS, NotPlain
from hub.domain.refusals import Refusal
from hub.operations.operation import OPERATIONS

from .labels import kinds as kind_labels
from .typography import typeset

# What a field is called that has no title here: its code word would tell a person nothing.
SOME = ("填写的内容", "What was entered")
# Titles of form fields that are not in the catalogue.
FORM: dict[str, tuple[str, str]] = {
    "login": ("账号", "Login"),
    "password": ("密码", "Password"),
    "old": ("原密码", "Present password"),
    "new": ("新密码", "New password"),
    "again": ("再输一次新密码", "New password once more"),
    "name": ("名称", "Name"),
    "why": ("原因", "Reason"),
    "words": ("查找内容", "Words"),
    "code": ("代码", "Code"),
    "file": ("文件", "File"),
    "version": ("页面版本", "The page's version"),
    "paper": ("痕迹化资料", "Paper"),
    "evidence_id": ("痕迹化资料", "Paper"),
    "due": ("期限", "Days"),
    "days": ("天数", "Days"),
    "reason": ("原因", "Reason"),
    "dates": ("日期", "Days"),
    "state": ("状态", "State"),
    "channel": ("渠道", "Channel"),
    "outcome": ("处理结果", "Outcome"),
    "kind": ("类别", "Kind"),
    "page": ("页码", "Page"),
    "since": ("起始日期", "From"),
    "until": ("截止日期", "To"),
}


@dataclass(frozen=True)
class Said:
    """Article, reason, and what would be allowed."""

    article: str
    reason: str
    advice: str


def _pairs() -> Iterator[tuple[str, str]]:
    for table in kind_labels.KINDS.values():
        yield from table.values()
    for words in PROBLEMS.values():
        yield from (words.problem, words.mend)
    for field in CATALOGUE:
        yield field.title
    for operation in OPERATIONS.values():
        yield operation.title


# Code words that an operation may name.
CODES = {**kind_labels.KINDS["post"], **kind_labels.KINDS["ask"]}


@cache
def _english() -> dict[str, str]:
    """{Chinese: English} of everything that has a title; made at first use, when all operations are registered."""
    return dict(_pairs())


def readable(value: object, tongue: int) -> object:
    """A value of a refusal in words."""
    if not isinstance(value, str):
        return value
    # Several code words travel in one value, joined the Chinese way.
    words = value.split("、")
    if all(word in CODES for word in words):
        return ("、", ", ")[tongue].join(CODES[word][tongue] for word in words)
    return _english().get(value, value) if tongue else value


def said(refusal: Refusal, tongue: int) -> Said:
    """The refusal in the reader's language."""
    fields = {name: readable(text, tongue) for name, text in refusal.fields_in(("zh", "en")[tongue]).items()}
    words = [part[tongue].format(**fields) for part in (refusal.says, refusal.then)]
    reason, advice = words if tongue else map(typeset, words)
    return Said(refusal.article, reason, advice)


class NotUnderstood(Refusal):
    """A form was not filled in as the page asks; names the fields, never their values."""

    article, status = "G3", 422
    says = (
        "“{field}”没有填写,或填写的内容不符合要求,未办理。",
        "“{field_en}” is missing or cannot be read; nothing was done.",
    )
    then = ("请返回上一页,改正后重新提交。", "Go back, correct it, and submit again.")


def not_understood(error: Exception) -> Refusal:
    """The refusal for malformed input in a form, path or query, in words for the person at the screen."""
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    rule, place = next(((str(error_of["type"]), tuple(error_of["loc"])) for error_of in errors), ("", ()))
    name = next((str(part) for part in place[1:]), "")
    if rule not in WORDS:
        return unreadable(name)
    field, field_en = _field(name)
    return NotPlain(field=field, field_en=field_en, problem=WORDS[rule][0], problem_en=WORDS[rule][1])


def unreadable(name: str) -> NotUnderstood:
    """The refusal of a field that does not hold what it should."""
    field, field_en = _field(name)
    return NotUnderstood(field=field, field_en=field_en)


class NotInList(Refusal):
    """A filter in the address that the page does not have. Ignoring it would show everything as if it had matched."""

    article, status = "G3", 422
    says = ("“{field}”没有这个选项,未查询。", "“{field_en}” has no such choice; nothing was looked up.")
    then = ("请从页面的列表中选择。", "Choose from the list on the page.")


def not_in_list(name: str) -> NotInList:
    """The refusal of a filter that a page does not have."""
    field, field_en = _field(name)
    return NotInList(field=field, field_en=field_en)


def _field(name: str) -> tuple[str, str]:
    return FORM.get(name) or kind_labels.KINDS["field"].get(name, SOME)
