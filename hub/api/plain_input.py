"""Refuses text that cannot be stored, in one place for every route of API and console."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from hub.domain.plain_text import BROKEN, fault

from .problems import FORMS, NotJson

# Characters of one value; a file is not one.
LONGEST = 50_000
TOO_LONG = "string_too_long"
Place = tuple[str | int, ...]


async def plain_input(request: Request) -> None:
    """Raise RequestValidationError, naming fields and rules, for control characters, broken text, endless values.

    PostgreSQL holds no NUL, UTF-8 no half of a pair: found here, each is the caller's 422; found later, our fault.
    """
    errors = [_error(place, rule) for place, text in _sent_in_address(request) if (rule := _rule(text))]
    try:
        errors += [_error(place, rule) async for place, text in _sent_in_body(request) if (rule := _rule(text))]
    except ValueError:
        errors.append(_error(("body",), BROKEN))  # a codec such as `undefined`, by which nothing can be read
    if errors:
        raise RequestValidationError(errors)


async def known_questions(request: Request) -> None:
    """Raise RequestValidationError for a query parameter that the route does not have: ignored, it would seem obeyed."""
    known = set(_questions(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([_error(("query", name), "extra_forbidden") for name in unknown])


def _questions(dependant: Dependant) -> Iterator[str]:
    yield from (part.alias for part in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _questions(inner)


def _rule(text: str) -> str | None:
    return TOO_LONG if len(text) > LONGEST else fault(text)


def _error(place: Place, rule: str) -> dict[str, Any]:
    return {"type": rule, "loc": place, "ctx": {"max_length": LONGEST}}


def _sent_in_address(request: Request) -> Iterator[tuple[Place, str]]:
    for name, text in request.path_params.items():
        yield ("path", name), str(text)
    for name, text in request.query_params.multi_items():
        yield ("query", name), name
        yield ("query", name), text


async def _sent_in_body(request: Request) -> AsyncIterator[tuple[Place, str]]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in FORMS:
        for name, part in (await request.form()).multi_items():
            yield ("body", name), name
            yield ("body", name), (part.filename or "") if isinstance(part, UploadFile) else part
    elif media_type.endswith("json") and await request.body():
        try:
            sent = await request.json()
        except (ValueError, RecursionError):
            raise NotJson from None
        for place, text in _texts(sent):
            yield ("body", *place), text


def _texts(sent: Any) -> Iterator[tuple[Place, str]]:
    """Every text of a JSON value, names of fields too; without recursion, however deep it is."""
    ahead: list[tuple[Place, Any]] = [((), sent)]
    while ahead:
        place, part = ahead.pop()
        if isinstance(part, str):
            yield place, part
        elif isinstance(part, dict):
            yield from ((place, name) for name in part)
            ahead += [((*place, name), inner) for name, inner in part.items()]
        elif isinstance(part, list):
            ahead += [((*place, number), inner) for number, inner in enumerate(part)]
