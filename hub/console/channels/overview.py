"""Channels: health, breaker, queue, pause and resume, their test, confidentiality agreement."""

from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.console.rendering import act, desk
from hub.domain.refusals import Refusal
from hub.engine.runtime import Ready, read_ready
from hub.operations.asks import packages
from hub.operations.channels import control
from hub.operations.channels.values import SettingsUnusable
from hub.operations.desk import Desk
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.operations.privacy import authorisations
from hub.ports import today

from .settings import partner_of, tested

router = APIRouter(prefix="/channels")


def _channels(reader: Desk) -> dict[str, object]:
    """All channels."""
    return {"rows": control.list_channels(reader), "today": today().isoformat()}


def _until_today(texts: Posted) -> Posted:
    # The form has a button only: it ends the agreement today.
    return texts | {"ended_on": today().isoformat()}


_list = page(router, "", "channels/list.html", _channels)
CONFIDENTIALITY = "/{channel}/confidentiality"
# The same two buttons stand on the list and on the channel's own page, and each returns to where it was pressed.
for _form, _page in (("/{channel}", "/channels"), ("/{channel}/here", "/channels/{channel}")):
    post(router, f"{_form}/pause", control.pause, f"{_page}?done=paused", _list)
    post(router, f"{_form}/resume", control.resume, f"{_page}?done=resumed", _list)
post(router, "/{channel}/package", packages.send_package, "/channels?done=package", _list)
post(router, CONFIDENTIALITY, authorisations.record_confidentiality, "/channels?done=confidential", _list)
post(
    router,
    CONFIDENTIALITY + "/{confidentiality_id}/end",
    authorisations.end_confidentiality,
    "/channels?done=ended",
    _list,
    prepare=_until_today,
)


def _ready(request: Request, channel: str) -> Ready:
    """The channel with the settings on file. Raises NotFound, SettingsUnusable."""
    with desk(request) as clerk:
        authorise(clerk, operation_of(control.record_probe))
        partner = partner_of(request, channel)
        values = control.settings_of(clerk.tx, clerk.vault, channel) or {}
    try:
        return read_ready(partner, values)
    except (ValueError, TypeError) as error:
        raise SettingsUnusable(faults=str(error), problems={}) from None


@router.post("/{channel}/probe")
async def probe(request: Request, channel: str) -> Response:
    """Test the settings on file; the legs appear on the channel's card.

    In three steps, so that no transaction is open while the partner is waited for.
    """
    try:
        ready = await run_in_threadpool(_ready, request, channel)
    except Refusal as refusal:
        return await run_in_threadpool(_list, request, refusal)
    legs = await tested(request, ready)
    return await run_in_threadpool(
        act,
        request,
        lambda clerk: control.record_probe(clerk, channel, legs),
        f"/channels{'/' + channel if request.query_params.get('at') == 'page' else ''}?done=probed",
        partial(_list, request),
    )
