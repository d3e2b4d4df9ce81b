"""Applications: the list, one with its plan and signatures, and the decisions (I3, ADR 0007)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.changes import applications, paper_forms

router = APIRouter()


@router.get("/applications")
def listing(request: Request, state: str = "") -> Response:
    """Applications of the caller's units, newest first."""
    with desk(request) as reader:
        rows = applications.list_applications(reader, state or None, 100)
    return render(request, "changes/applications.html", rows=rows, rules=RULES, state=state)


@router.get("/applications/{application_id}")
def show(request: Request, application_id: UUID) -> Response:
    """One application."""
    return _show(request, application_id)


def _show(request: Request, application_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        page = applications.show_application(reader, application_id)
    status = refusal.status if refusal else 200
    return render(request, "changes/application.html", status, view=page, rules=RULES, refusal=refusal)


@router.get("/applications/{application_id}/print")
def printed(request: Request, application_id: UUID) -> Response:
    """The form on paper."""
    with desk(request) as reader:
        form = paper_forms.show_form(reader, application_id)
    return render(request, "print/application.html", form=form, back=f"/applications/{application_id}")


@router.get("/customers/{customer_id}/changes/print")
def printed_empty(request: Request, customer_id: UUID, rule: str = "") -> Response:
    """An empty form for the customer to sign."""
    with desk(request) as reader:
        form = paper_forms.show_empty_form(reader, customer_id, rule)
    back = f"/customers/{customer_id}/changes?rule={form.rule}"
    return render(request, "print/application.html", form=form, back=back)


_ONE = "/applications/{application_id}"
post(router, f"{_ONE}/decide", applications.decide, f"{_ONE}?done=decided", _show)
post(router, f"{_ONE}/withdraw", applications.withdraw, f"{_ONE}?done=withdrawn_it", _show)
post(router, f"{_ONE}/carry-out", applications.carry_out, f"{_ONE}?done=carried_out", _show)
