"""The list of customers and a customer's page."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from hub.domain.fields import GROUP_TITLES
from hub.domain.purposes import PURPOSES
from hub.domain.refusals import Refusal
from hub.domain.settlement import EVIDENCE_KINDS
from hub.operations import customers, evidence, rights, settlement

from .pages import back, desk, render

router = APIRouter(prefix="/customers")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request, words: str = "", after: str = "") -> Response:
    """Customers by code; found by code, licence, name, or a whole phone or ID number."""
    with desk(request) as found:
        rows = customers.list_customers(found, words, after, 50)
        return render(request, "customers.html", rows=rows, words=words, after=after)


def _page(request: Request, customer_id: UUID, *, refusal: Refusal | None = None, clear: str = "") -> Response:
    with desk(request) as found:
        view = customers.show_customer(found, customer_id)
        channels = [each for each in found.channels.values() if each.kind == "bank" and not each.quarantined]
        return render(
            request,
            "customer.html",
            refusal.status if refusal else 200,
            view=view,
            groups=GROUP_TITLES,
            kinds=EVIDENCE_KINDS,
            purposes=PURPOSES,
            channels=channels,
            refusal=refusal,
            clear=clear,
        )


@router.get("/{customer_id}")
def page(request: Request, customer_id: UUID) -> Response:
    """All about a customer."""
    return _page(request, customer_id)


@router.post("/{customer_id}/fields")
async def change(request: Request, customer_id: UUID) -> Response:
    """Change fields; a refusal is shown on the page."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    version, why = int(form.pop("version", "0") or 0), form.pop("why", "") or "日常维护"
    form.pop("csrf", None)
    changed = {name: value for name, value in form.items() if value != ""}
    try:
        with desk(request) as found:
            customers.change_fields(found, customer_id, version, changed, why)
    except Refusal as refusal:
        return _page(request, customer_id, refusal=refusal)
    return back(f"/customers/{customer_id}")


@router.post("/{customer_id}/reveal")
def reveal(request: Request, customer_id: UUID, field: Text, reason: Text) -> Response:
    """A sensitive value in clear, once, with its reason."""
    try:
        with desk(request) as found:
            clear = customers.reveal_field(found, customer_id, field, reason).reveal()
    except Refusal as refusal:
        return _page(request, customer_id, refusal=refusal)
    return _page(request, customer_id, clear=clear)


@router.post("/{customer_id}/evidence")
def take(
    request: Request, customer_id: UUID, kind: Text, custodian: Text, file: Annotated[UploadFile, File()]
) -> Response:
    """Take a paper in."""
    try:
        with desk(request) as found:
            content = file.file.read()
            evidence.add_evidence(
                found, customer_id, kind, file.filename or "", file.content_type or "", content, custodian
            )
    except Refusal as refusal:
        return _page(request, customer_id, refusal=refusal)
    return back(f"/customers/{customer_id}#papers")


@router.get("/{customer_id}/evidence/{evidence_id}")
def read(request: Request, customer_id: UUID, evidence_id: UUID) -> Response:
    """A paper's content, as a download."""
    with desk(request) as found:
        row, content = evidence.read_evidence(found, evidence_id)
        headers = {"Content-Disposition": "attachment"}
        return Response(content, media_type=row.media_type, headers=headers)


@router.post("/{customer_id}/authorisations")
def authorise(request: Request, customer_id: UUID, channel: Text, purpose: Text) -> Response:
    """Record an authorisation."""
    try:
        with desk(request) as found:
            rights.give_authorisation(found, customer_id, channel, purpose)
    except Refusal as refusal:
        return _page(request, customer_id, refusal=refusal)
    return back(f"/customers/{customer_id}#papers")


@router.post("/{customer_id}/authorisations/{authorisation_id}/withdraw")
def withdraw(request: Request, customer_id: UUID, authorisation_id: UUID, why: Text) -> Response:
    """Withdraw an authorisation."""
    with desk(request) as found:
        rights.withdraw_authorisation(found, authorisation_id, why)
    return back(f"/customers/{customer_id}#papers")


@router.post("/{customer_id}/notices/{notice_id}")
def told(request: Request, customer_id: UUID, notice_id: UUID, way: Text) -> Response:
    """The customer was told (R7.9)."""
    with desk(request) as found:
        settlement.tell_customer(found, notice_id, way)
    return back(f"/customers/{customer_id}")


@router.post("/{customer_id}/accounts/{account_id}/end")
def end(request: Request, customer_id: UUID, account_id: UUID, version: Annotated[int, Form()], why: Text) -> Response:
    """Ask the bank to end an account."""
    try:
        with desk(request) as found:
            ask_id = settlement.unbind_account(found, account_id, version, why)
    except Refusal as refusal:
        return _page(request, customer_id, refusal=refusal)
    return back(f"/asks/{ask_id}")
