"""What operations show: typed views of codes and values, made of rows; never the rows themselves, never worded text."""

from collections.abc import Hashable, Iterable
from dataclasses import fields
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import BaseModel, InstanceOf, PlainSerializer, SerializationInfo

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
    language = (info.context or {}).get("language", "zh")
    detail, advice = refusal.sentence(language), refusal.advice(language)
    return Lack(code=refusal.code, article=refusal.article, detail=detail, advice=advice)


Hindrance = Annotated[InstanceOf[Refusal], PlainSerializer(_lack, return_type=Lack)]
"""A rule's no inside of a view: faces word it in the reader's language."""
