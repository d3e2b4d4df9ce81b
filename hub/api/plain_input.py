"""Refuses text that cannot be stored, in one place for every route of API and console."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from hub.domain.plain_text import BROKEN, fault

from .problems import FORMS, NotJson

# Characters of one text; files have a limit of their own (the server's on the body). Far beyond any field, and short
# enough that looking at each character takes milliseconds.
LONGEST = 50_000
TOO_LONG = "string_too_long"
Place = tuple[str | int, ...]


async def plain_input(request: Request) -> None:
    """Raise RequestValidationError, naming fields and rules, for control characters, broken text, endless values.

    PostgreSQL cannot store NUL, and UTF-8 cannot encode half of a surrogate pair. Found here, either is the caller's
    422; found by the database, it would look like a fault of ours.
    """
    errors = [_error(place, rule) for place, text in _sent_in_address(request) if (rule := _rule(text))]
    try:
        errors += [_error(place, rule) async for place, text in _sent_in_body(request) if (rule := _rule(text))]
    except ValueError:
        errors.append(_error(("body",), BROKEN))  # a form that names a codec such as `undefined`, which decodes nothing
    if errors:
        raise RequestValidationError(errors)


async def known_questions(request: Request) -> None:
    """Raise RequestValidationError for a query parameter that the route does not have.

    FastAPI would ignore it, and the caller would believe that a misspelt filter was applied.
    """
    known = set(_questions(request.scope["route"].dependant))
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        raise RequestValidationError([_error(("query", name), "extra_forbidden") for name in unknown])


def _questions(dependant: Dependant) -> Iterator[str]:
    yield from (part.alias for part in dependant.query_params)
    # Parameters of dependencies (a limit, a cursor) are the route's as well.
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
    """Every text of a JSON value, names of fields too. A stack instead of recursion: depth is the caller's choice."""
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
