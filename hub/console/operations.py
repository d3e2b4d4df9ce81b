"""Forms made from the table alone, so that an operation without a page can still be found and carried out."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from hub.domain.refusals import NotFound, Refusal
from hub.operations.desk import Operation
from hub.operations.inputs import inputs_of
from hub.operations.operation import authorise, permits
from hub.operations.table import left_over_by
from hub.operations.texts import read
from hub.operations.views import plain

from .forms import Posted, posted
from .rendering import ChangePasswordFirst, SignInFirst, desk, local, render, signed

router = APIRouter()


@router.get("/operations")
def listing(request: Request) -> Response:
    """The operations that the caller's posts allow and that have no page of their own."""
    actor = signed(request).actor
    return render(
        request, "operations/list.html", rows=[operation for operation in _left_over() if permits(actor, operation)]
    )


@router.get("/operations/{name}")
def form(request: Request, name: str) -> Response:
    """The form of one operation."""
    return _form(request, _named(request, name))


@router.post("/operations/{name}")
def carry_out(request: Request, name: str, texts: Annotated[Posted, Depends(posted)]) -> Response:
    """Carry one operation out; the page shows what it returned."""
    operation = _named(request, name)
    try:
        with desk(request) as clerk:
            outcome = plain(operation.function(clerk, **read(operation.function, texts)), local)
    # They lead to another page, so they are not shown in this form.
    except (SignInFirst, ChangePasswordFirst):
        raise
    except Refusal as refusal:
        return _form(request, operation, texts, refusal=refusal)
    inputs = {known.name: known for known in inputs_of(operation.function)}
    return render(request, "operations/outcome.html", row=operation, outcome=outcome, inputs=inputs)


def _left_over() -> list[Operation]:
    return left_over_by("hub.console")


def _named(request: Request, name: str) -> Operation:
    """The row, if the caller's posts allow it. Raises NotFound or NotPermitted."""
    signed(request)
    operation = next((operation for operation in _left_over() if operation.name == name), None)
    if operation is None:
        raise NotFound(what="操作")
    with desk(request) as clerk:
        authorise(clerk, operation)
    return operation


def _form(request: Request, row: Operation, texts: Mapping[str, Any] | None = None, **more: Any) -> Response:
    refusal: Refusal | None = more.get("refusal")
    status = refusal.status if refusal is not None else 200
    inputs = inputs_of(row.function)
    return render(request, "operations/form.html", status, row=row, inputs=inputs, texts=texts, **more)
