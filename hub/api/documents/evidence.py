"""Papers behind a change (R7.13, R16.1)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Response, UploadFile

from hub.api.resource import Resource
from hub.api.shapes import Made, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.documents import evidence

resource = Resource("evidence")


class EvidenceShown(Shown):
    """A paper, without its content."""

    id: UUID
    kind: str
    title: str
    media_type: str
    size: int
    custodian: str
    taken_by: str
    taken_at: datetime


@resource.change("POST", "/customers/{customer_id}/evidence", evidence.add_evidence, status=201)
def add(
    desk: Desk,
    customer_id: UUID,
    kind: Annotated[Code, Form()],
    title: Annotated[Text, Form()],
    custodian: Annotated[Text, Form()],
    file: Annotated[UploadFile, File()],
) -> Made:
    """A scan (PDF, JPEG, PNG up to 10 MB), what it is, and who keeps the original."""
    content = file.file.read()
    made = evidence.add_evidence(desk, customer_id, kind, title, file.content_type or "", content, custodian)
    return Made(id=made)


@resource.get("/customers/{customer_id}/evidence", evidence.evidence_of)
def list_them(desk: Desk, customer_id: UUID) -> list[EvidenceShown]:
    """The customer's papers."""
    return [EvidenceShown.model_validate(paper) for paper in evidence.evidence_of(desk, customer_id)]


@resource.download("/evidence/{evidence_id}", evidence.read_evidence, "application/octet-stream")
def read(desk: Desk, evidence_id: UUID) -> Response:
    """The scan itself."""
    paper, content = evidence.read_evidence(desk, evidence_id)
    headers = {"Content-Disposition": f'attachment; filename="{evidence_id}"', "Content-Security-Policy": "sandbox"}
    return Response(content, headers=headers, media_type=paper.media_type)
