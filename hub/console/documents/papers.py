"""A customer's papers: scans taken in and read, authorisations recorded and withdrawn."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from hub.console.customers.customers import customer_page
from hub.console.forms import post
from hub.console.rendering import act, desk
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

    def do(clerk: Desk) -> None:
        name, media = file.filename or "", file.content_type or ""
        evidence.add_evidence(clerk, customer_id, kind, name, media, content, custodian or clerk.actor.name)

    def again(refusal: Refusal) -> Response:
        return customer_page(request, customer_id, refusal)

    return act(request, do, f"/customers/{customer_id}?done=paper#papers", again)


@router.get("/evidence/{evidence_id}")
def read(request: Request, customer_id: UUID, evidence_id: UUID) -> Response:
    """A paper's content, as a download: a scan is never shown inside our own pages."""
    with desk(request) as reader:
        scan = evidence.read_evidence(reader, evidence_id)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(scan.title, safe='')}"}
    return Response(scan.content, media_type=scan.media_type, headers=headers)


CUSTOMER = "/customers/{customer_id}"
post(
    router,
    "/authorisations",
    authorisations.give_authorisation,
    CUSTOMER + "?done=authorised#rights",
    customer_page,
)
post(
    router,
    "/authorisations/{authorisation_id}/withdraw",
    authorisations.withdraw_authorisation,
    CUSTOMER + "?done=withdrawn#rights",
    customer_page,
)
