"""Forms made from operations: a posted form becomes an operation's inputs; what cannot be read is refused at its field."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from hub.domain.refusals import Refusal
from hub.operations.texts import read

from .rendering import act

Operation = Callable[..., Any]
Posted = dict[str, str]


async def posted(request: Request) -> Posted:
    """The texts of a posted form; files are read by the handlers that take them."""
    parts = (await request.form()).multi_items()
    return {name: part for name, part in parts if not isinstance(part, UploadFile) and name != "csrf"}


def post(
    router: APIRouter,
    path: str,
    operation: Operation,
    then: str | Callable[[Request], str],
    again: Callable[..., Response],
    *,
    prepare: Callable[[Posted], Mapping[str, Any]] = dict,
) -> None:
    """A form's way to an operation: afterwards the page `then`, or after a refusal the page that `again` makes with it.

    `then` may name parts of the path in braces; `again` is called with the request, the refusal, and the parts of the path.
    `prepare` makes the operation's texts of the form's, where the two differ.
    """

    def carry_out(request: Request, texts: Annotated[Posted, Depends(posted)]) -> Response:
        placed = request.path_params

        def refused(refusal: Refusal) -> Response:
            return again(request, refusal=refusal, **placed)

        def do(desk: Any) -> None:
            operation(desk, **read(operation, {**prepare(texts), **placed}))

        page = then(request) if callable(then) else then.format(**placed)
        return act(request, do, page, refused)

    carry_out.__doc__ = inspect.getdoc(operation)
    router.add_api_route(path, carry_out, methods=["POST"], name=operation.__name__)
