"""Binding a settlement account: form, plan, confirmation (R7.9–R7.13)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.rendering import back, desk, may, render
from hub.domain.customers.documents_shown import DOCUMENTS
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS, KIND_TITLES, NAME_EXCEPTION_PAPERS
from hub.operations.channels import control as channel_control
from hub.operations.customers import fields as customer_fields
from hub.operations.settlement import accounts, pending_bindings
from hub.operations.settlement.accounts import BindingPlan
from hub.ports import today

from .binding_form import FileRefused, Filled, read_form, request_of, take_in, values_of

router = APIRouter(prefix="/customers/{customer_id}/bind")


def _form(
    request: Request,
    customer_id: UUID,
    values: Mapping[str, str],
    refusals: Sequence[Refusal] = (),
    plan: BindingPlan | None = None,
) -> Response:
    with desk(request) as clerk:
        view = customer_fields.show_customer(clerk, customer_id)
        # Confidentiality agreements (G2) are shown only to those who may see them; the rule holds in any case.
        seen = channel_control.list_channels(clerk) if may(clerk.actor, "channel_desk.list_channels") else []
        filled = {"signed_on": today().isoformat(), "payer_name": view.customer.licence_holder, **values}
        return render(
            request,
            "settlement/form.html",
            refusals[0].status if refusals else 200,
            view=view,
            channels=[capability for capability in clerk.channels.values() if capability.kind == "bank"],
            agreed={channel.key: channel.confidentiality for channel in seen},
            authorised={known.channel: known for known in reversed(view.authorisations) if not known.withdrawn_at},
            kinds=KIND_TITLES,
            papers=EVIDENCE_KINDS,
            documents=DOCUMENTS,
            exceptions=sorted(NAME_EXCEPTION_PAPERS),
            values=filled,
            refusals=refusals,
            plan=plan,
        )


@router.get("")
def form(request: Request, customer_id: UUID) -> Response:
    """The form, with the papers on file."""
    return _form(request, customer_id, {})


@router.post("/plan")
async def plan(request: Request, customer_id: UUID) -> Response:
    """What would be done, what leaves for whom, what is missing. Uploaded papers are taken in first."""
    filled = await read_form(request)
    return await run_in_threadpool(_planned, request, customer_id, filled)


def _planned(request: Request, customer_id: UUID, filled: Filled) -> Response:
    kept = filled.kept
    bad: list[Refusal] = []
    # One transaction for each paper: it stays on file even if another one, or the plan that follows, is refused.
    for name in filled.files:
        try:
            with desk(request) as clerk:
                kept = kept | take_in(clerk, customer_id, filled, name)
        except FileRefused as refusal:
            bad.append(refusal)
    if bad:
        return _form(request, customer_id, kept, bad)
    try:
        with desk(request) as clerk:
            binding = request_of(customer_id, filled.texts | kept)
            shown = accounts.plan_binding(clerk, binding)
            if not shown.missing:
                # The card number stays with the hub, under a ticket: the page that asks for confirmation has none.
                ticket = pending_bindings.hold_binding(clerk, binding)
                view = customer_fields.show_customer(clerk, customer_id)
                return render(request, "settlement/plan.html", plan=shown, view=view, ticket=ticket)
    except Refusal as refusal:
        return _form(request, customer_id, kept, [refusal])
    return _form(request, customer_id, kept, shown.missing, shown)


@router.post("/again")
async def again(request: Request, customer_id: UUID) -> Response:
    """From the plan back to the form, with everything but the number."""
    ticket = str((await request.form()).get("ticket", ""))
    return await run_in_threadpool(_again, request, customer_id, ticket, [])


def _again(request: Request, customer_id: UUID, ticket: str, refusals: list[Refusal]) -> Response:
    try:
        with desk(request) as clerk:
            values = values_of(pending_bindings.take_binding(clerk, ticket))
    except Refusal as refusal:
        return _form(request, customer_id, {}, refusals or [refusal])
    return _form(request, customer_id, values, refusals)


@router.post("/confirm")
async def confirm(request: Request, customer_id: UUID) -> Response:
    """File what the plan showed; if anything has changed since, nothing is filed.

    A refusal rolls the taking of the ticket back, so the form can still be filled from it.
    """
    texts = await request.form()
    ticket, digest = str(texts.get("ticket", "")), str(texts.get("digest", ""))
    return await run_in_threadpool(_confirmed, request, customer_id, ticket, digest)


def _confirmed(request: Request, customer_id: UUID, ticket: str, digest: str) -> Response:
    try:
        with desk(request) as clerk:
            binding = pending_bindings.take_binding(clerk, ticket)
            ask_id = accounts.bind_account(clerk, binding, digest)
    except Refusal as refusal:
        return _again(request, customer_id, ticket, [refusal])
    return back(f"/asks/{ask_id}?done=filed")
