"""What operations show: typed views of codes and values, made of rows; never the rows themselves, never worded text."""

from collections.abc import Hashable, Iterable
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, InstanceOf, PlainSerializer, SerializationInfo

from hub.domain.plans import PlanLine
from hub.domain.refusals import Refusal

V = TypeVar("V")


@cache
def _names(shape: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(shape))


def view(shape: type[V], source: Any, **other: Any) -> V:
    """A view with the source's attributes of the same names, and the others as they are named here."""
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
"""A rule's no inside of a view: faces word it in the reader's language."""


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


Foreseen = Annotated[InstanceOf[PlanLine], PlainSerializer(_step, return_type=Step)]
"""A line of a plan: faces show it in the reader's language."""
Named = Annotated[tuple[str, str], PlainSerializer(_name, return_type=str)]
"""A name in both languages (zh-CN, en): faces show the reader's."""
