"""A customer's papers: scans taken in and read, authorisations recorded, grade certificates issued and printed."""

from typing import Annotated
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from hub.console.customers.customers import customer_page
from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import act, desk
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.grades import certificates
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
        return customer_page(request, refusal, customer_id=customer_id)

    return act(request, do, f"/customers/{customer_id}?done=paper#papers", again)


@router.get("/evidence/{evidence_id}")
def read(request: Request, customer_id: UUID, evidence_id: UUID) -> Response:
    """A paper's content, as a download: a scan is never shown inside our own pages."""
    with desk(request) as reader:
        scan = evidence.read_evidence(reader, evidence_id)
    # RFC 6266: the title may be Chinese, which a plain filename cannot hold.
    name = f"attachment; filename*=UTF-8''{quote(scan.title, safe='')}"
    headers = {"Content-Disposition": name, "Content-Security-Policy": "sandbox"}
    return Response(scan.content, media_type=scan.media_type, headers=headers)


RIGHTS, WITHDRAW = "/customers/{customer_id}?done=%s#rights", "/authorisations/{authorisation_id}/withdraw"
post(router, "/authorisations", authorisations.give_authorisation, RIGHTS % "authorised", customer_page)
post(router, WITHDRAW, authorisations.withdraw_authorisation, RIGHTS % "withdrawn", customer_page)
CERTIFICATES = "/grade-certificates"
ISSUED = "/customers/{customer_id}?done=certificate_issued#certificates"
post(router, CERTIFICATES, certificates.issue_certificate, ISSUED, customer_page)
page(
    router,
    CERTIFICATES + "/{certificate_id}/print",
    "print/certificate.html",
    {"view": certificates.show_certificate},
)
