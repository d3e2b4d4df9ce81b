"""Binding a settlement account: form, plan, confirmation (R7.9–R7.13)."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.people import Actor
from hub.domain.privacy import Secret
from hub.domain.refusals import BadInput, Refusal
from hub.domain.settlement import KIND_TITLES, NAME_EXCEPTION_PAPERS, needed_evidence
from hub.operations import customers, evidence, settlement
from hub.operations.binding_rules import BindingRequest
from hub.operations.desk import Desk
from hub.ports import new_token, now, today

from .pages import back, desk, render, signed

router = APIRouter(prefix="/customers/{customer_id}/bind")
HELD_FOR = 900
"""Seconds that a number waits between plan and confirmation, in this process's memory alone: never in a page."""


@dataclass
class Held:
    """Requests between plan and confirmation."""

    waiting: dict[str, tuple[float, Actor, BindingRequest]] = field(default_factory=dict)

    def put(self, actor: Actor, request: BindingRequest) -> str:
        """Keep a request; returns the ticket that the plan page carries."""
        moment = now().timestamp()
        self.waiting = {key: each for key, each in self.waiting.items() if moment - each[0] < HELD_FOR}
        ticket = new_token(16)
        self.waiting[ticket] = (moment, actor, request)
        return ticket

    def take(self, ticket: str, actor: Actor) -> BindingRequest:
        """Give the request back to whom it belongs, once. Raises BadInput when it is gone."""
        found = self.waiting.pop(ticket, None)
        if found is None or found[1].user_id != actor.user_id:
            raise BadInput(field="办理方案", problem="已过期或已提交", mend="请重新填写。")
        return found[2]


held = Held()


def _form(
    request: Request, found: Desk, customer_id: UUID, values: dict[str, Any], refusal: Refusal | None
) -> Response:
    view = customers.show_customer(found, customer_id)
    channels = [each for each in found.channels.values() if each.can("bind_card")]
    given = {"signed_on": today().isoformat(), "payer_name": view.customer.licence_holder} | values
    return render(
        request,
        "bind.html",
        refusal.status if refusal else 200,
        view=view,
        channels=channels,
        kinds=KIND_TITLES,
        exceptions=NAME_EXCEPTION_PAPERS,
        values=given,
        refusal=refusal,
    )


@router.get("")
def form(request: Request, customer_id: UUID) -> Response:
    """The form, with the papers on file."""
    with desk(request) as found:
        return _form(request, found, customer_id, {}, None)


@router.post("/plan")
async def plan(request: Request, customer_id: UUID) -> Response:
    """What would be done, what leaves for whom, what is missing. Uploaded papers are taken in first."""
    caller = signed(request)
    given = await request.form()
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    uploads = {
        name: (value.filename, await value.read()) for name, value in given.items() if not isinstance(value, str)
    }
    kept = {name: value for name, value in texts.items() if name not in ("number", "csrf")}
    try:
        with desk(request) as found:
            kept |= _take_in(found, customer_id, texts, uploads)
        with desk(request) as found:
            wanted = _request(customer_id, texts | kept)
            shown = settlement.plan_binding(found, wanted)
            view = customers.show_customer(found, customer_id)
    except Refusal as refusal:
        with desk(request) as found:
            return _form(request, found, customer_id, kept, refusal)
    if shown.missing:
        with desk(request) as found:
            return _form(request, found, customer_id, kept | {"missing": shown.missing}, shown.missing[0])
    ticket = held.put(caller.actor, wanted)
    return render(request, "plan.html", plan=shown, view=view, ticket=ticket)


PAPERS = {"evidence": "evidence_id", "agreement": "agreement_evidence_id", "exception": "exception_evidence_id"}


def _take_in(
    found: Desk, customer_id: UUID, texts: dict[str, str], uploads: dict[str, tuple[str | None, bytes]]
) -> dict[str, str]:
    """Uploaded papers into the registry: {field of the request: id}."""
    kinds = {
        "evidence": needed_evidence(texts.get("channel", ""), texts.get("kind", "")),
        "agreement": "tri_party_agreement",
        "exception": texts.get("exception_kind", "authorisation_letter"),
    }
    taken: dict[str, str] = {}
    for name, (file_name, content) in uploads.items():
        if name in PAPERS and content:
            paper = evidence.add_evidence(
                found,
                customer_id,
                kinds[name],
                file_name or "",
                "",
                content,
                texts.get("custodian") or found.actor.name,
            )
            taken[PAPERS[name]] = str(paper)
    return taken


def _request(customer_id: UUID, texts: dict[str, str]) -> BindingRequest:
    def paper(name: str) -> UUID | None:
        return UUID(texts[name]) if texts.get(name) else None

    try:
        return BindingRequest(
            customer_id=customer_id,
            version=int(texts.get("version") or 0),
            channel=texts.get("channel", ""),
            kind=texts.get("kind", ""),
            number=Secret(texts.get("number", "").replace(" ", "")),
            payer_name=texts.get("payer_name", ""),
            agreement_no=texts.get("agreement_no", ""),
            signed_on=date.fromisoformat(texts.get("signed_on", "")),
            evidence_id=paper("evidence_id"),
            agreement_evidence_id=paper("agreement_evidence_id"),
            exception_evidence_id=paper("exception_evidence_id"),
            with_package=texts.get("way") == "package",
        )
    except ValueError:
        raise BadInput(field="签订日期", problem="不是日期", mend="请重新选择。") from None


@router.post("/confirm")
async def confirm(request: Request, customer_id: UUID) -> Response:
    """File what the plan showed; anything moved since voids it."""
    caller = signed(request)
    given = await request.form()
    wanted = held.take(str(given.get("ticket", "")), caller.actor)
    try:
        with desk(request) as found:
            ask_id = settlement.bind_account(found, wanted, str(given.get("digest", "")))
    except Refusal as refusal:
        with desk(request) as found:
            return _form(request, found, customer_id, {}, refusal)
    return back(f"/asks/{ask_id}")
