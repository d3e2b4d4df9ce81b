"""A customer's papers: scans taken in and read, authorisations recorded and withdrawn."""

from datetime import date
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from hub.console.customers.customers import customer_page
from hub.console.rendering import act, desk
from hub.console.typed import id_of
from hub.domain.privacy.purposes import AUTHORISATION_TEXT
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.privacy import authorisations

router = APIRouter(prefix="/customers/{customer_id}")
Text = Annotated[str, Form()]


@router.post("/evidence")
def take(
    request: Request, customer_id: UUID, file: Annotated[UploadFile, File()], kind: Text = "", custodian: Text = ""
) -> Response:
    """Take a paper in."""
    content = file.file.read()

    def do(found: Desk) -> None:
        name, media = file.filename or "", file.content_type or ""
        evidence.add_evidence(found, customer_id, kind, name, media, content, custodian or found.actor.name)

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=paper#papers", again)


@router.get("/evidence/{evidence_id}")
def read(request: Request, customer_id: UUID, evidence_id: UUID) -> Response:
    """A paper's content, as a download: a scan is never shown inside our own pages."""
    with desk(request) as found:
        row, content = evidence.read_evidence(found, evidence_id)
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.title, safe='')}"}
        return Response(content, media_type=row.media_type, headers=headers)


@router.post("/authorisations")
def authorise(
    request: Request,
    customer_id: UUID,
    channel: Text = "",
    purpose: Text = "",
    way: Text = "paper",
    given_on: Annotated[date | None, Form()] = None,
    evidence_id: Text = "",
) -> Response:
    """Record an authorisation."""
    paper = id_of(evidence_id, "evidence_id")

    def do(found: Desk) -> None:
        authorisations.give_authorisation(
            found, customer_id, channel, purpose, AUTHORISATION_TEXT, way, given_on, evidence_id=paper
        )

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=authorised#rights", again)


@router.post("/authorisations/{authorisation_id}/withdraw")
def withdraw(request: Request, customer_id: UUID, authorisation_id: UUID, why: Text = "") -> Response:
    """Withdraw an authorisation."""

    def do(found: Desk) -> None:
        authorisations.withdraw_authorisation(found, authorisation_id, why)

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=withdrawn#rights", again)
