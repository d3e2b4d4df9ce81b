"""Refuses text that cannot be stored, once for every route of API and console."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import UploadFile

from hub.domain.plain_text import BROKEN, fault

# Characters of one value; a file is not one.
LONGEST = 50_000
TOO_LONG = "string_too_long"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
Place = tuple[str | int, ...]


async def plain_input(request: Request) -> None:
    """Raise RequestValidationError, naming fields and rules, for control characters, broken text, endless values.

    PostgreSQL holds no NUL, UTF-8 no half of a pair: found here, each is the caller's 422; found later, our fault.
    """
    errors = [_error(place, rule) for place, text in _sent_in_address(request) if (rule := _rule(text))]
    try:
        errors += [_error(place, rule) async for place, text in _sent_in_body(request) if (rule := _rule(text))]
    except ValueError:
        errors.append(_error(("body",), BROKEN))  # an encoding that says of itself that nothing can be read by it
    if errors:
        raise RequestValidationError(errors)


def _rule(text: str) -> str | None:
    return TOO_LONG if len(text) > LONGEST else fault(text)


def _error(place: Place, rule: str) -> dict[str, Any]:
    return {"type": rule, "loc": place}


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
            return  # the route says that it is no JSON
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
