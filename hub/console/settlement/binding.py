"""Binding a settlement account: form, plan, confirmation (R7.9–R7.13)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.rendering import back, desk, may, render, signed
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS, KIND_TITLES, NAME_EXCEPTION_PAPERS
from hub.operations.channels import control as channel_control
from hub.operations.customers import fields as customer_fields
from hub.operations.settlement import accounts
from hub.operations.settlement.accounts import BindingPlan
from hub.ports import today

from .binding_form import read_form, take_in, values_of, wanted
from .pending_bindings import held

router = APIRouter(prefix="/customers/{customer_id}/bind")


def _form(
    request: Request,
    customer_id: UUID,
    values: Mapping[str, str],
    refusals: Sequence[Refusal] = (),
    plan: BindingPlan | None = None,
) -> Response:
    with desk(request) as found:
        view = customer_fields.show_customer(found, customer_id)
        seen = channel_control.list_channels(found) if may(found.actor, "channel_desk.list_channels") else []
        given = {"signed_on": today().isoformat(), "payer_name": view.customer.licence_holder, **values}
        return render(
            request,
            "settlement/form.html",
            refusals[0].status if refusals else 200,
            view=view,
            channels=[each for each in found.channels.values() if each.kind == "bank"],
            agreed={known.key: known.confidentiality for known in seen},
            authorised={each.channel: each for each in reversed(view.authorisations) if not each.withdrawn_at},
            kinds=KIND_TITLES,
            papers=EVIDENCE_KINDS,
            exceptions=sorted(NAME_EXCEPTION_PAPERS),
            values=given,
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
    caller = signed(request)
    filled = await read_form(request)
    kept = filled.kept
    try:
        with desk(request) as found:
            kept = kept | take_in(found, customer_id, filled)
        with desk(request) as found:
            asked = wanted(customer_id, filled.texts | kept)
            shown = accounts.plan_binding(found, asked)
            view = customer_fields.show_customer(found, customer_id)
    except Refusal as refusal:
        return _form(request, customer_id, kept, [refusal])
    if shown.missing:
        return _form(request, customer_id, kept, shown.missing, shown)
    ticket = held.put(caller.actor, asked)
    return render(request, "settlement/plan.html", plan=shown, view=view, ticket=ticket)


@router.post("/again")
async def again(request: Request, customer_id: UUID) -> Response:
    """From the plan back to the form, with all but the number."""
    ticket = str((await request.form()).get("ticket", ""))
    try:
        return _form(request, customer_id, values_of(held.take(ticket, signed(request).actor)))
    except Refusal as refusal:
        return _form(request, customer_id, {}, [refusal])


@router.post("/confirm")
async def confirm(request: Request, customer_id: UUID) -> Response:
    """File what the plan showed; anything moved since voids it."""
    given = await request.form()
    values: dict[str, str] = {}
    try:
        asked = held.take(str(given.get("ticket", "")), signed(request).actor)
        values = values_of(asked)
        with desk(request) as found:
            ask_id = accounts.bind_account(found, asked, str(given.get("digest", "")))
    except Refusal as refusal:
        return _form(request, customer_id, values, [refusal])
    return back(f"/asks/{ask_id}?done=filed")
