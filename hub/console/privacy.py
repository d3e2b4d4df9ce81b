"""Exports: what may be asked for, what waits for a decision, what was taken (R18.1)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest
from hub.registry.privacy.exports import FILTERS

from .forms import post
from .rendering import act, desk, render

router = APIRouter(prefix="/exports")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def listing(request: Request) -> Response:
    """The form, and all exports of the reader's units."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        page, me = exports.list_exports(reader), reader.actor.user_id
    return render(
        request,
        "privacy/exports.html",
        refusal.status if refusal else 200,
        page=page,
        most=exports.MOST,
        filters=[FIELDS[key] for key in FILTERS],
        catalogue=FIELDS,
        me=me,
        refusal=refusal,
    )


@router.post("")
async def ask(request: Request) -> Response:
    """Ask for an export: the form has a box for each field, and a text for each filter."""
    parts = await request.form()
    filters = {key: str(parts.get(key, "")) for key in FILTERS}
    fields = [str(key) for key in parts.getlist("field")]
    wanted = ExportRequest(str(parts.get("unit_code", "")), fields, filters, str(parts.get("purpose", "")))
    return act(
        request,
        lambda reader: exports.ask_export(reader, wanted),
        "/exports?done=export_asked",
        lambda refusal: _page(request, refusal),
    )


@router.post("/{export_id}/file")
def take(request: Request, export_id: UUID) -> Response:
    """The workbook."""
    with desk(request) as reader:
        file = exports.take_export(reader, export_id)
    name = f'attachment; filename="{file.name}"'
    return Response(
        file.content, media_type=WORKBOOK, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )


post(router, "/{export_id}/decision", exports.decide_export, "/exports?done=export_decided", _page)
post(router, "/{export_id}/withdrawal", exports.withdraw_export, "/exports?done=export_withdrawn", _page)
