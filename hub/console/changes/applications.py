"""Applications: the list, one with its plan and signatures, and the decisions (I3, ADR 0007)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.operations.changes import applications, paper_forms
from hub.operations.changes.steps import barred
from hub.operations.desk import Desk

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/applications")
def listing(request: Request, state: str = "") -> Response:
    """Applications of the caller's units, newest first."""
    with desk(request) as found:
        rows = applications.list_applications(found, state or None)
        return render(request, "changes/applications.html", rows=rows, rules=RULES, state=state)


@router.get("/applications/{application_id}")
def show(request: Request, application_id: UUID) -> Response:
    """One application."""
    return _show(request, application_id)


def _show(request: Request, application_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = applications.show_application(found, application_id)
        row = view.row
        turn = Post(row.chain[row.step]) if row.state == "sent" else None
        mine = turn is not None and row.unit_code in found.covered_units(frozenset({turn}))
        rule = RULES.get(row.rule)
        return render(
            request,
            "changes/application.html",
            refusal.status if refusal else 200,
            view=view,
            rules=RULES,
            turn=turn,
            may_sign=mine and found.actor.user_id not in barred(row, view.signatures),
            may_do=rule is not None and row.unit_code in found.covered_units(frozenset({rule.carried_out_by})),
            may_ask=rule is not None and row.unit_code in found.covered_units(rule.asked_by),
            refusal=refusal,
        )


def _do(request: Request, application_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    def again(refusal: Refusal) -> Response:
        return _show(request, application_id, refusal)

    return act(request, do, f"/applications/{application_id}?done={done}", again)


@router.get("/applications/{application_id}/print")
def printed(request: Request, application_id: UUID) -> Response:
    """The form on paper."""
    with desk(request) as found:
        form = paper_forms.show_form(found, application_id)
        return render(request, "print/application.html", form=form, back=f"/applications/{application_id}")


@router.get("/customers/{customer_id}/changes/print")
def printed_empty(request: Request, customer_id: UUID, rule: str = "") -> Response:
    """An empty form for the customer to sign."""
    with desk(request) as found:
        form = paper_forms.show_empty_form(found, customer_id, rule)
        back = f"/customers/{customer_id}/changes?rule={form.rule.key}"
        return render(request, "print/application.html", form=form, back=back)


@router.post("/applications/{application_id}/decide")
def decide(
    request: Request,
    application_id: UUID,
    decision: Text = "",
    digest: Text = "",
    why: Text = "",
    step: Annotated[int | None, Form()] = None,
) -> Response:
    """Approve, send back or reject what is shown."""

    def do(found: Desk) -> None:
        applications.decide(found, application_id, decision, digest, why, step)

    return _do(request, application_id, do, "decided")


@router.post("/applications/{application_id}/withdraw")
def withdraw(request: Request, application_id: UUID, why: Text = "") -> Response:
    """Take it back."""
    return _do(request, application_id, lambda found: applications.withdraw(found, application_id, why), "withdrawn_it")


@router.post("/applications/{application_id}/carry-out")
def carry_out(request: Request, application_id: UUID) -> Response:
    """Do what was approved."""
    return _do(request, application_id, lambda found: applications.carry_out(found, application_id), "carried_out")
