"""Forms made from operations: a posted form becomes an operation's inputs; what cannot be read is refused at its field."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from hub.domain.refusals import Refusal
from hub.operations.inputs import inputs_of
from hub.operations.texts import read

from .rendering import act

Operation = Callable[..., Any]
# A field's text; a list of texts where the form holds the field more than once.
Posted = dict[str, Any]


async def posted(request: Request) -> Posted:
    """The texts of a posted form; files are read by the handlers that take them. Browsers end a line with CR LF."""
    texts: Posted = {}
    for name, part in (await request.form()).multi_items():
        if not isinstance(part, UploadFile) and name != "csrf":
            text = part.replace("\r\n", "\n")
            texts[name] = [*_several(texts[name]), text] if name in texts else text
    return texts


def _several(text: Any) -> list[Any]:
    return text if isinstance(text, list) else [text]


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
