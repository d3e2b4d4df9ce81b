"""Forms made from operations: a posted form becomes an operation's inputs; what cannot be read is refused at its field."""

import inspect
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import ConfigDict, TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.operations.inputs import Input, arguments_from, inputs_of

from .rendering import act

Operation = Callable[..., Any]
Posted = dict[str, str]
MENDS = {
    date: ("不是日期", "请按 2026-01-31 的格式填写或从日历中选择。"),
    int: ("不是整数", "请只填写数字。"),
    bool: ("不是是或否", "请重新选择。"),
}
"""What is wrong when a text is no value of the type, and what to do."""


async def posted(request: Request) -> Posted:
    """The texts of a posted form; files are read by the handlers that take them. Browsers end a line with CR LF."""
    parts = (await request.form()).multi_items()
    texts = ((name, part) for name, part in parts if not isinstance(part, UploadFile) and name != "csrf")
    return {name: text.replace("\r\n", "\n") for name, text in texts}


@cache
def _adapter(annotation: Any) -> TypeAdapter[Any]:
    return TypeAdapter(annotation, config=ConfigDict(hide_input_in_errors=True, arbitrary_types_allowed=True))


def read(operation: Operation, texts: Mapping[str, Any]) -> dict[str, Any]:
    """The operation's keyword arguments from the texts of a form. Raises BadInput naming the field, never its value."""
    values = {}
    for known in inputs_of(operation):
        text = texts.get(known.name, "")
        if text == "" and not known.required:
            continue
        values[known.name] = _value(known, text)
    return arguments_from(operation, values)


def _value(known: Input, text: Any) -> Any:
    label = known.label[0]
    if text == "" and known.kind is not bool:
        raise BadInput(field=label, problem="没有填写", mend="请填写后再提交。", at=known.name)
    if known.secret:
        return Secret(text)
    try:
        return _adapter(known.annotation).validate_python(text if text != "" else False)
    except ValidationError as error:
        problem, mend = _wrong(known, error)
        raise BadInput(field=label, problem=problem, mend=mend, at=known.name) from None


def _wrong(known: Input, error: ValidationError) -> tuple[str, str]:
    first = error.errors(include_input=False, include_url=False)[0]
    if first["type"] == "string_too_long":
        return f"超过 {first['ctx']['max_length']} 个字", "请写得简短一些。"
    return MENDS.get(known.kind, ("格式不正确", "请核对后重新填写。"))


def post(
    router: APIRouter,
    path: str,
    operation: Operation,
    then: str,
    again: Callable[..., Response],
    *,
    prepare: Callable[[Posted], Mapping[str, Any]] = dict,
) -> None:
    """A form's way to an operation: afterwards the page `then`, or after a refusal the page that `again` makes with it.

    `then` may name parts of the path in braces, and what the operation returned as `{made}`; `again` is called with the
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

        return act(request, do, lambda made: then.format(**placed, made=made), refused)

    carry_out.__doc__ = inspect.getdoc(operation)
    router.add_api_route(path, carry_out, methods=["POST"], name=operation.__name__)


def _repeatable(operation: Operation, texts: Posted) -> Posted:
    """What was typed and may stand in the form again: no secret goes back to a page."""
    secret = {known.name for known in inputs_of(operation) if known.secret}
    return {name: text for name, text in texts.items() if name not in secret}
