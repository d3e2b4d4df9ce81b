"""What operations show: typed views of codes and values, made of rows; never the rows themselves, never worded text."""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel, InstanceOf, PlainSerializer, SerializationInfo

from hub.domain.plans import PlanLine
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.registry import rows

V = TypeVar("V")
# A view with one of these names its customer; the first that is there goes into the audit.
OF_A_CUSTOMER = ("customer_code", "code", "customer_id")
# A customer's code, where a list names customers by nothing else.
CODE = re.compile("[0-9]{12}")


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


def view(shape: type[V], source: Any, **other: Any) -> V:
    """A view with the source's attributes of the same names; those given by keyword take precedence."""
    names = _names(cast(Hashable, shape))
    return shape(**{name: other[name] if name in other else getattr(source, name) for name in names})


def views(shape: type[V], sources: Iterable[Any]) -> list[V]:
    """A view of each."""
    return [view(shape, source) for source in sources]


class Lack(BaseModel):
    """Something that a plan still needs."""

    code: str
    article: str
    detail: str
    advice: str


def _lack(refusal: Refusal, info: SerializationInfo) -> Lack:
    language = "en" if _english(info) else "zh"
    detail, advice = refusal.sentence(language), refusal.advice(language)
    return Lack(code=refusal.code, article=refusal.article, detail=detail, advice=advice)


Hindrance = Annotated[InstanceOf[Refusal], PlainSerializer(_lack, return_type=Lack)]
"""A refusal inside a view: faces word it in the reader's language."""


class Step(BaseModel):
    """One thing that will happen, and the article behind it."""

    text: str
    article: str


def _english(info: SerializationInfo) -> bool:
    return bool((info.context or {}).get("language", "zh") != "zh")


def _step(line: PlanLine, info: SerializationInfo) -> Step:
    return Step(text=line.en if _english(info) else line.zh, article=line.article)


def _name(names: tuple[str, str], info: SerializationInfo) -> str:
    return names[_english(info)]


@dataclass(frozen=True)
class WaitsFor:
    """Another person without whom nothing happens: `second_person` who confirms, or `collection` by somebody else."""

    what: str
    request_id: UUID
    until: datetime | None = None


Revealed = Annotated[InstanceOf[Secret], PlainSerializer(Secret.reveal, return_type=str)]
"""A secret that the answer is meant to show; no other answer holds one."""
Foreseen = Annotated[InstanceOf[PlanLine], PlainSerializer(_step, return_type=Step)]
"""A line of a plan: faces show it in the reader's language."""
Named = Annotated[tuple[str, str], PlainSerializer(_name, return_type=str)]
"""A name in both languages (zh-CN, en): faces show the reader's."""


def plain(value: Any, when: Callable[[date], str] = str) -> Any:
    """What an operation returned as JSON has it: rows by their columns without sealed ones, anything secret as dots.

    `when` writes days and moments.
    """
    # A StrEnum is a str as well, and is written by its value further down.
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, date):
        return when(value)
    if isinstance(value, UUID | Enum):
        return str(value.value if isinstance(value, Enum) else value)
    if (columns := rows.columns(value)) is not None:
        return plain(columns, when)
    if isinstance(value, Mapping):
        return {str(key): plain(inner, when) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner, when) for inner in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name), when) for field in fields(value)}
    # A type that is not known here may be secret: never its repr.
    return "••••••"


def customers_in(outcome: object) -> Iterator[str]:
    """The customers in what an operation returns, in order, by code where there is one."""
    if isinstance(outcome, str):
        if CODE.fullmatch(outcome):
            yield outcome
        return
    if isinstance(outcome, list | tuple | set | frozenset):
        for part in outcome:
            yield from customers_in(part)
        return
    parts = _parts(outcome)
    numbers = ((name, str(parts[name])) for name in OF_A_CUSTOMER if parts.get(name))
    # Units and refusals have codes, too: only twelve digits are a customer's.
    number = next((text for name, text in numbers if name != "code" or CODE.fullmatch(text)), "")
    if number:
        # Not looked into further: what a customer's view holds is about the same customer.
        yield number
        return
    for part in parts.values():
        yield from customers_in(part)


def _parts(outcome: object) -> Mapping[str, object]:
    """A view's fields by name, or a mapping as it is; empty for anything without parts."""
    if isinstance(outcome, Mapping):
        return outcome
    if is_dataclass(outcome) and not isinstance(outcome, type):
        return {field.name: getattr(outcome, field.name) for field in fields(outcome)}
    return {}
