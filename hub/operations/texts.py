"""An operation's arguments from texts, as a form posts or a command line gives them; a refusal names the field."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError

from hub.domain.inputs import LONGEST, in_calendar
from hub.domain.plain_text import refuse_unwritable
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.ports import SHANGHAI

from .inputs import Input, arguments_from, inputs_of, needs_hub

Wrong = tuple[str, str, str, str]
"""A problem and what to do about it, zh-CN and English."""
MISSING: Wrong = ("没有填写", "not filled in", "请填写后再提交。", "Fill it in and submit again.")
ODD: Wrong = ("格式不正确", "cannot be read", "请核对后重新填写。", "Check it and enter it again.")
BY_KIND: dict[Any, Wrong] = {
    date: (
        "不是日期",
        "not a date",
        "请按 2026-01-31 的格式填写或从日历中选择。",
        "Write it like 2026-01-31, or pick it.",
    ),
    datetime: (
        "不是时间",
        "not a date and time",
        "请按 2026-01-31T08:30 的格式填写。",
        "Write it like 2026-01-31T08:30.",
    ),
    int: ("不是整数", "not a whole number", "请只填写数字。", "Use digits only."),
    bool: ("不是是或否", "neither yes nor no", "请重新选择。", "Choose again."),
}
PLAIN_KINDS = (str, int, float, bool, date, datetime, Secret)


class OnlyWithinHub(Refusal):
    """Part of what the operation records is determined by the hub itself (G9): no caller may claim it."""

    article, status = "G9", 403
    says = ("此项由系统测得的内容不能自行填写。", "What this records is measured by the hub and cannot be given.")
    then = ("请使用该事项专门的页面或命令。", "Use the page or command made for it.")


def read(operation: Callable[..., Any], texts: Mapping[str, Any], *, by_label: bool = True) -> dict[str, Any]:
    """The operation's keyword arguments; names that it does not take are left out, empty texts keep the default.

    Raises BadInput or NotPlain naming the field by its label or by its own name, never its value; OnlyWithinHub.
    """
    if needs_hub(operation):
        raise OnlyWithinHub()
    values = {}
    for known in inputs_of(operation):
        text = texts.get(known.name, "")
        if known.kind is str and isinstance(text, str):
            text = text.strip()
        # An empty field keeps the default; a required one goes on, to be refused by its label.
        if text != "" or known.required:
            values[known.name] = _value(known, text, known.label if by_label else (known.name, known.name))
    return arguments_from(operation, values)


def _value(known: Input, text: Any, label: tuple[str, str]) -> Any:
    # What is said if the next step fails; the value itself is never repeated.
    words = MISSING
    try:
        if text == "" and known.kind is not bool:
            raise ValueError
        words = BY_KIND.get(known.kind, ODD)
        written = _structured(known, text) if isinstance(text, str) else text
        # Before pydantic: the database could not store such a text, and would fail far from the field.
        for part in _parts(written):
            refuse_unwritable(label, part)
        return _within_calendar(_adapter(known.annotation).validate_python(_wrapped(known, written)))
    except ValidationError as error:
        words = _wrong(known, error)
    except ValueError:
        pass  # not of a kind that pydantic knows: `words` is set already
    problem, problem_en, mend, mend_en = words
    named = {"field": label[0], "field_en": label[1], "at": known.name}
    raise BadInput(problem=problem, problem_en=problem_en, mend=mend, mend_en=mend_en, **named)


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    config = ConfigDict(hide_input_in_errors=True, arbitrary_types_allowed=True)
    try:
        return TypeAdapter(annotation, config=config)
    except TypeError:  # a dataclass or model brings its own configuration
        return TypeAdapter(annotation)


def _wrapped(known: Input, written: Any) -> Any:
    """What pydantic would not read as people mean it: secrets, days and moments, a box that is not ticked."""
    if isinstance(written, str) and known.secret:
        if len(written) > LONGEST or not written.isprintable():
            raise ValueError("no secret that a form would take")
        return Secret(written)
    if isinstance(written, str) and known.kind in (date, datetime):
        return known.kind.fromisoformat(written.strip())  # pydantic would take a number for seconds
    if known.many is list and not isinstance(written, list):
        return [written]
    return False if written == "" else written


def _structured(known: Input, text: str) -> Any:
    """A list has one entry per line, a mapping one `name=value`; both, and what has parts, may be JSON."""
    if known.kind in PLAIN_KINDS:
        return text
    if text[:1] in ("{", "["):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if known.many is dict:
        return {name.strip(): value.strip() for name, _, value in (line.partition("=") for line in lines)}
    return lines if known.many is list else text


def _within_calendar(value: Any) -> Any:
    """Days of an office's calendar; a moment without a zone is Beijing's."""
    if isinstance(value, datetime) and value.tzinfo is None:
        value = value.replace(tzinfo=SHANGHAI)
    return in_calendar(value) if isinstance(value, date) else value


def _wrong(known: Input, error: ValidationError) -> Wrong:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] in ("string_too_long", "too_long") and known.kind is str:
        most = first["ctx"]["max_length"]
        return (f"超过 {most} 个字", f"longer than {most} characters", "请写得简短一些。", "Make it shorter.")
    if first["type"] in ("greater_than_equal", "less_than_equal"):
        lowest, highest, _ = known.bounds
        words = (f"须在 {lowest} 至 {highest} 之间", f"not between {lowest} and {highest}")
        return (*words, "请重新填写。", "Enter it again.")
    return BY_KIND.get(known.kind, ODD)


def _parts(written: Any) -> Iterator[str]:
    """Every text in a value, a mapping's keys included."""
    if isinstance(written, str):
        yield written
    elif isinstance(written, Mapping):
        yield from (part for pair in written.items() for inner in pair for part in _parts(inner))
    elif isinstance(written, list):
        yield from (part for inner in written for part in _parts(inner))
