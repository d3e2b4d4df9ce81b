"""Channels: health, breaker, queue, pause and resume, settings, confidentiality agreement."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.channels.settings_form import describe_settings
from hub.domain.refusals import Refusal
from hub.operations import channel_desk, packages, rights

from .pages import back, desk, may, render, signed

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = channel_desk.list_channels(found)
        return render(request, "channels.html", refusal.status if refusal else 200, rows=rows, refusal=refusal)


@router.get("")
def listing(request: Request) -> Response:
    """All channels."""
    return _list(request)


@router.post("/{channel}/pause")
def pause(request: Request, channel: str, why: Text) -> Response:
    """Let nothing more out."""
    with desk(request) as found:
        channel_desk.pause(found, channel, why)
    return back("/channels")


@router.post("/{channel}/resume")
def resume(request: Request, channel: str) -> Response:
    """Let asks out again."""
    with desk(request) as found:
        channel_desk.resume(found, channel)
    return back("/channels")


@router.post("/{channel}/package")
def package(request: Request, channel: str) -> Response:
    """Send what waits for a package (R7.10)."""
    with desk(request) as found:
        packages.send_package(found, channel)
    return back("/asks")


@router.post("/{channel}/confidentiality")
def confidentiality(
    request: Request,
    channel: str,
    agreement_no: Text,
    valid_from: Annotated[date, Form()],
    valid_until: Annotated[date, Form()],
) -> Response:
    """Record a confidentiality agreement (G2)."""
    try:
        with desk(request) as found:
            rights.record_confidentiality(found, channel, agreement_no, valid_from, valid_until)
    except Refusal as refusal:
        return _list(request, refusal)
    return back("/channels")


@router.get("/{channel}/settings")
def settings(request: Request, channel: str) -> Response:
    """The settings form, made from the plugin's typed settings; secrets are write-only."""
    caller = signed(request)
    if not may(caller.actor, "channel_desk.save_settings"):
        with desk(request) as found:
            channel_desk.save_settings(found, channel, {})
    partner = request.app.state.hub.partners.partners.get(channel)
    fields = describe_settings(partner) if partner else []
    return render(request, "settings.html", channel=channel, fields=fields)


@router.post("/{channel}/settings")
async def save(request: Request, channel: str) -> Response:
    """Keep the settings; workers take them up at their next start."""
    form = {name: str(value) for name, value in (await request.form()).items() if name != "csrf"}
    with desk(request) as found:
        channel_desk.save_settings(found, channel, form)
    return back("/channels")
