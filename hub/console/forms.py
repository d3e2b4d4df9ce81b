"""Forms made from operations: a posted form becomes an operation's inputs; what cannot be read is refused at its field."""

import inspect
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, get_args, get_origin

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ConfigDict, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.operations.inputs import Input, arguments_from, bare, inputs_of

from .rendering import act
from .typed import day, moment

Operation = Callable[..., Any]
Posted = dict[str, Any]
"""A field's text; a list of texts where the form holds the field more than once."""
MENDS = {
    date: ("不是日期", "请按 2026-01-31 的格式填写或从日历中选择。"),
    datetime: ("不是时间", "请按 2026-01-31 08:00 的格式填写或从日历中选择。"),
    int: ("不是整数", "请只填写数字。"),
    bool: ("不是是或否", "请重新选择。"),
}
"""What is wrong when a text is no value of the type, and what to do."""


READ_BY: Mapping[Any, Callable[[str], Any]] = {date: day, datetime: moment, Secret: Secret}
"""How texts of these types are read: in Beijing time and years that an office's calendar has, never as seconds."""


async def posted(request: Request) -> Posted:
    """The texts of a posted form; files are read by the handlers that take them."""
    texts: Posted = {}
    for name, part in (await request.form()).multi_items():
        if not isinstance(part, UploadFile) and name != "csrf":
            texts[name] = [*_several(texts[name]), part] if name in texts else part
    return texts


def _several(text: Any) -> list[Any]:
    return text if isinstance(text, list) else [text]


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation, config=ConfigDict(hide_input_in_errors=True, arbitrary_types_allowed=True))


def read(operation: Operation, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The operation's keyword arguments from the texts of a form. Raises BadInput naming the field, never its value."""
    values = {}
    for known in inputs_of(operation):
        text = texts.get(known.name, "")
        if known.kind is str and isinstance(text, str):
            text = text.strip()
        if text == "" and not known.required:
            continue
        values[known.name] = _value(known, text)
    return arguments_from(operation, values)


def _value(known: Input, text: Any) -> Any:
    if text == "" and known.kind is not bool:
        raise _refusal(known, ("没有填写", "请填写后再提交。"))
    if known.kind in READ_BY:
        return _read_by(known, known.kind, text)
    if get_origin(known.kind) in (list, tuple):
        return _values(known, _several(text))
    return _validated(known, text or False)


def _values(known: Input, texts: list[Any]) -> Any:
    kind = bare(get_args(known.kind)[0])
    return _validated(known, [_read_by(known, kind, text) for text in texts] if kind in READ_BY else texts)


def _read_by(known: Input, kind: Any, text: Any) -> Any:
    typed = READ_BY[kind](text)
    if typed is None:
        raise _refusal(known, MENDS[kind])
    return typed


def _validated(known: Input, given: Any) -> Any:
    try:
        return _adapter(known.annotation).validate_python(given)
    except ValidationError as error:
        raise _refusal(known, _wrong(known, error)) from None


def _refusal(known: Input, words: tuple[str, str]) -> BadInput:
    return BadInput(field=known.label[0], problem=words[0], mend=words[1], at=known.name)


def _wrong(known: Input, error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "string_too_long":
        return f"超过 {first['ctx']['max_length']} 个字", "请写得简短一些。"
    return MENDS.get(known.kind, ("格式不正确", "请核对后重新填写。"))


def post(
    router: APIRouter,
    path: str,
    operation: Operation,
    then: str | Callable[[Any], str],
    again: Callable[..., Response],
    *,
    prepare: Callable[[Posted], Mapping[str, Any]] = dict,
) -> None:
    """A form's way to an operation: afterwards the page `then`, or after a refusal the page that `again` makes with it.

    `then` may name parts of the path in braces, and what the operation returned as `{made}`, or is made of that; `again` is called with the
    request, the refusal, and the parts of the path, and its template has what was typed as `typed`.
    `prepare` makes the operation's texts of the form's, where the two differ.
    """

    def carry_out(request: Request, texts: Annotated[Posted, Depends(posted)]) -> Response:
        placed = request.path_params
        request.state.typed = _repeatable(operation, texts)

        def refused(refusal: Refusal) -> Response:
            return again(request, refusal=refusal, **placed)

        def do(desk: Any) -> Any:
            return operation(desk, **read(operation, {**prepare(texts), **placed}))

        def after(made: Any) -> str:
            return then.format(**placed, made=made) if isinstance(then, str) else then(made)

        return act(request, do, after, refused)

    carry_out.__doc__ = inspect.getdoc(operation)
    carry_out.carries_out = operation  # type: ignore[attr-defined]
    router.add_api_route(path, carry_out, methods=["POST"], name=operation.__name__)


def _repeatable(operation: Operation, texts: Posted) -> Posted:
    """What was typed and may stand in the form again: no secret goes back to a page."""
    secret = {known.name for known in inputs_of(operation) if known.secret}
    return {name: text for name, text in texts.items() if name not in secret}
