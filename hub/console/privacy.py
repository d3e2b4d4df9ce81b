"""Exports: what may be asked for, what waits for a decision, what was taken (R18.1)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.customers.catalogue import FIELDS
from hub.operations.privacy import exports
from hub.registry.privacy.exports import FILTERS

from .forms import Posted, post, several
from .pages import page
from .rendering import desk

router = APIRouter(prefix="/exports")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_page = page(
    router,
    "",
    "privacy/exports.html",
    {"page": exports.list_exports},
    most=exports.MOST,
    filters=[FIELDS[key] for key in FILTERS],
    catalogue=FIELDS,
)


def _wanted(texts: Posted) -> Posted:
    """The form has a box for each field, and a text for each filter."""
    return texts | {"fields": several(texts.get("field", [])), "filters": {key: texts.get(key, "") for key in FILTERS}}


@router.post("/{export_id}/file")
def take(request: Request, export_id: UUID) -> Response:
    """The workbook."""
    with desk(request) as reader:
        file = exports.take_export(reader, export_id)
    name = f'attachment; filename="{file.name}"'
    # `no-store`: the workbook holds personal data and must not stay in a browser's or proxy's cache.
    return Response(
        file.content, media_type=WORKBOOK, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )


post(router, "", exports.ask_export, "/exports?done=export_asked", _page, prepare=_wanted)
post(router, "/{export_id}/decision", exports.decide_export, "/exports?done=export_decided", _page)
post(router, "/{export_id}/withdrawal", exports.withdraw_export, "/exports?done=export_withdrawn", _page)
