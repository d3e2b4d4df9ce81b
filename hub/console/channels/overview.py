"""Channels: health, breaker, queue, pause and resume, their test, confidentiality agreement."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.rendering import act, desk, render
from hub.domain.refusals import Refusal
from hub.engine.runtime import Ready, read_ready
from hub.operations.asks import packages
from hub.operations.channels import control as channel_control
from hub.operations.channels.values import SettingsUnusable
from hub.operations.desk import Desk
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.operations.privacy import authorisations
from hub.ports import today

from .settings import partner_of, tested

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request) -> Response:
    """All channels."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = channel_control.list_channels(found)
        return render(
            request,
            "channels/list.html",
            refusal.status if refusal else 200,
            rows=rows,
            today=today().isoformat(),
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    own = request.query_params.get("at") == "page"
    then = f"/channels/{request.path_params['channel']}" if own else "/channels"
    return act(request, do, f"{then}?done={done}", lambda refusal: _list(request, refusal))


@router.post("/{channel}/pause")
def pause(request: Request, channel: str, why: Text = "") -> Response:
    """Let nothing more out."""
    return _do(request, lambda found: channel_control.pause(found, channel, why), "paused")


@router.post("/{channel}/resume")
def resume(request: Request, channel: str) -> Response:
    """Let asks out again."""
    return _do(request, lambda found: channel_control.resume(found, channel), "resumed")


@router.post("/{channel}/package")
def package(request: Request, channel: str) -> Response:
    """Send what waits for a package (R7.10)."""
    return _do(request, lambda found: packages.send_package(found, channel), "package")


@router.post("/{channel}/confidentiality")
def confidentiality(
    request: Request,
    channel: str,
    valid_from: Annotated[date, Form()],
    valid_until: Annotated[date, Form()],
    agreement_no: Text = "",
) -> Response:
    """Record a confidentiality agreement (G2)."""

    def do(found: Desk) -> None:
        authorisations.record_confidentiality(found, channel, agreement_no, valid_from, valid_until)

    return _do(request, do, "confidential")


@router.post("/{channel}/confidentiality/{agreement_id}/end")
def end_confidentiality(request: Request, channel: str, agreement_id: UUID) -> Response:
    """End a confidentiality agreement today."""
    return _do(request, lambda found: authorisations.end_confidentiality(found, agreement_id, today()), "ended")


def _ready(request: Request, channel: str) -> Ready:
    """The channel with the settings on file. Raises NotFound, SettingsUnusable."""
    with desk(request) as found:
        authorise(found, operation_of(channel_control.record_probe))
        partner = partner_of(request, channel)
        values = channel_control.settings_of(found.tx, found.vault, channel) or {}
    try:
        return read_ready(partner, values)
    except (ValueError, TypeError) as error:
        raise SettingsUnusable(faults=str(error), problems={}) from None


@router.post("/{channel}/probe")
async def probe(request: Request, channel: str) -> Response:
    """Test the settings on file; the legs appear on the channel's card."""
    try:
        ready = await run_in_threadpool(_ready, request, channel)
    except Refusal as refusal:
        return await run_in_threadpool(_list, request, refusal)
    legs = await tested(request, ready)
    return await run_in_threadpool(
        _do, request, lambda found: channel_control.record_probe(found, channel, legs), "probed"
    )
