"""Exports: what may be asked for, what waits for a decision, what was taken (R18.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest
from hub.registry.privacy.exports import FILTERS

from .rendering import act, desk, render

router = APIRouter(prefix="/exports")
Text = Annotated[str, Form()]
Many = Annotated[list[str], Form()]
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("")
def listing(request: Request) -> Response:
    """The form, and all exports of the reader's units."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        page = exports.list_exports(found)
        status, me = refusal.status if refusal else 200, found.actor.user_id
        more: dict[str, object] = {
            "filters": [FIELDS[key] for key in FILTERS],
            "titles": {key: field.title for key, field in FIELDS.items()},
            "me": me,
            "refusal": refusal,
        }
        more["units"] = [(unit.code, unit.name) for unit in page.units]
        return render(request, "privacy/exports.html", status, page=page, most=exports.MOST, **more)


@router.post("")
def ask(
    request: Request,
    unit_code: Text = "",
    field: Many = [],  # noqa: B006 - read only
    purpose: Text = "",
    stage: Text = "",
    settlement_method: Text = "",
    order_method: Text = "",
    delivery_route: Text = "",
    visit_batch: Text = "",
    customer_grade: Text = "",
) -> Response:
    """Ask for an export."""
    values = (stage, settlement_method, order_method, delivery_route, visit_batch, customer_grade)
    wanted = ExportRequest(unit_code, field, dict(zip(FILTERS, values, strict=True)), purpose)
    return act(
        request,
        lambda found: exports.ask_export(found, wanted),
        "/exports?done=export_asked",
        lambda refusal: _page(request, refusal),
    )


@router.post("/{export_id}/decision")
def decide(request: Request, export_id: UUID, shown: Text = "", why: Text = "", permit: Text = "") -> Response:
    """Permit or refuse it."""
    return act(
        request,
        lambda found: exports.decide_export(found, export_id, permit == "yes", why, shown),
        "/exports?done=export_decided",
        lambda refusal: _page(request, refusal),
    )


@router.post("/{export_id}/withdrawal")
def withdraw(request: Request, export_id: UUID) -> Response:
    """Take it back."""
    return act(
        request,
        lambda found: exports.withdraw_export(found, export_id),
        "/exports?done=export_withdrawn",
        lambda refusal: _page(request, refusal),
    )


@router.post("/{export_id}/file")
def take(request: Request, export_id: UUID) -> Response:
    """The workbook."""
    with desk(request) as found:
        file = exports.take_export(found, export_id)
    name = f'attachment; filename="{file.name}"'
    return Response(
        file.content, media_type=WORKBOOK, headers={"Content-Disposition": name, "Cache-Control": "no-store"}
    )
