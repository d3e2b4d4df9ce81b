"""Papers behind a change (R7.13, R16.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Response, UploadFile

from hub.api.resource import Resource
from hub.api.shapes import Made
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.documents import evidence

resource = Resource("evidence")


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


@resource.download("/evidence/{evidence_id}", evidence.read_evidence, "application/octet-stream")
def read(desk: Desk, evidence_id: UUID) -> Response:
    """The scan itself."""
    scan = evidence.read_evidence(desk, evidence_id)
    # Downloaded, never displayed; sandboxed should a browser display it all the same, since strangers made the file.
    # The name is ours, since the uploaded one could hold quotes or a path.
    headers = {"Content-Disposition": f'attachment; filename="{evidence_id}"', "Content-Security-Policy": "sandbox"}
    return Response(scan.content, headers=headers, media_type=scan.media_type)


resource.shows("/customers/{customer_id}/evidence", evidence.list_evidence, "list_them")
