"""Exports: asked for, permitted, taken (R18.1)."""

from uuid import UUID

from fastapi import Response

from hub.api.resource import Resource
from hub.operations.desk import Desk
from hub.operations.privacy import exports

resource = Resource("exports")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
resource.shows("/exports", exports.list_exports, "listing", pick="exports")
resource.does("POST", "/exports", exports.ask_export, "ask", status=201)
resource.does("POST", "/exports/{export_id}/decision", exports.decide_export, "decide")
resource.does("POST", "/exports/{export_id}/withdrawal", exports.withdraw_export, "withdraw")


# A GET could be prefetched or repeated by a browser, and each would stand in the record of who took the data.
@resource.download("/exports/{export_id}/file", exports.take_export, WORKBOOK, "POST")
def take(desk: Desk, export_id: UUID) -> Response:
    """The workbook; posted, because each taking is recorded."""
    file = exports.take_export(desk, export_id)
    name = f'attachment; filename="{file.name}"'
    return Response(file.content, media_type=WORKBOOK, headers={"Content-Disposition": name})
