"""Forms made from operations: a posted form becomes an operation's inputs; unreadable input is refused at its field."""

import inspect
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from hub.domain.refusals import Refusal
from hub.operations.inputs import inputs_of
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.operations.texts import read

from .rendering import act

Operation = Callable[..., Any]
# A field's text, or a list of texts if the form holds the field more than once.
Posted = dict[str, Any]


async def posted(request: Request) -> Posted:
    """The texts of a posted form; files are read by the handlers that take them.

    Browsers send line ends as CR LF; texts are stored with LF, or the same text would differ by where it was typed.
    """
    texts: Posted = {}
    for name, part in (await request.form()).multi_items():
        if not isinstance(part, UploadFile) and name != "csrf":
            text = part.replace("\r\n", "\n")
            # A list only from the second text on: most fields occur once, and handlers read them as plain texts.
            texts[name] = [*several(texts[name]), text] if name in texts else text
    return texts


def several(text: Any) -> list[Any]:
    """A field's texts, whether the form holds it once or more often."""
    return text if isinstance(text, list) else [text]


def post(
    router: APIRouter,
    path: str,
    operation: Operation,
    then: str | Callable[[Any], str | Mapping[str, Any]],
    again: Callable[..., Response],
    *,
    prepare: Callable[[Posted], Mapping[str, Any]] = dict,
) -> None:
    """Route a form to an operation; then go on to the page `then`, or after a refusal show the page that `again` makes.

    `then` is an address that may name parts of the path in braces, and what the operation returned as `{made}`; or a
    function of what it returned, giving an address, or values that the page `again` shows this once (as `also`).
    `again` is called with the request, the refusal and the parts of the path; its template finds the input in `typed`.
    `prepare` turns the form's texts into the operation's where the two differ.
    """

    def carry_out(request: Request, texts: Annotated[Posted, Depends(posted)]) -> Response:
        placed = request.path_params
        # Before the operation runs, so that a refusal at any point finds it.
        request.state.typed = _repeatable(operation, texts)

        def refused(refusal: Refusal) -> Response:
            return again(request, refusal=refusal, **placed)

        def do(desk: Any) -> Any:
            # Permission first: whoever may not do this learns nothing about its fields.
            authorise(desk, operation_of(operation))
            return operation(desk, **read(operation, {**prepare(texts), **placed}))

        def after(made: Any) -> str | Response:
            outcome = then.format(**placed, made=made) if isinstance(then, str) else then(made)
            return outcome if isinstance(outcome, str) else again(request, also=outcome, **placed)

        return act(request, do, after, refused)

    carry_out.__doc__ = inspect.getdoc(operation)
    carry_out.carries_out = operation  # type: ignore[attr-defined]  # read by the tests of forms
    router.add_api_route(path, carry_out, methods=["POST"], name=operation.__name__)


def _repeatable(operation: Operation, texts: Posted) -> Posted:
    """What was typed and may be shown in the form again; a secret never goes back to a page."""
    secret = {known.name for known in inputs_of(operation) if known.secret}
    return {name: text for name, text in texts.items() if name not in secret}
