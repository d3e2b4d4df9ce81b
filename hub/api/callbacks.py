"""POST /callbacks/{channel}: where partners call. No session: the plugin's own verification is the lock."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.domain.facts import Forged, Setback
from hub.engine.works import Works
from hub.logs import logger
from hub.operations import inbound
from hub.plugin import Heard
from hub.ports import now

router = APIRouter()
log = logger("callbacks")


@router.post("/callbacks/{channel}", include_in_schema=False)
async def door(request: Request, channel: str) -> Response:
    """Keep, verify, hear, answer. Who is not surely the partner gets the same empty 400, whatever was wrong."""
    body = await request.body()
    return await run_in_threadpool(take, request.app.state.works, channel, body, dict(request.headers))


def take(works: Works, channel: str, body: bytes, headers: dict[str, str]) -> Response:
    """One message."""
    if channel not in works.partners:
        return Response(status_code=404)
    works.take_up()
    kept = inbound.keep(works.office, channel, body, headers)
    ready = works.ready.get(channel)
    if ready is None or not ready.partner.listens:
        inbound.refuse(works.office, kept, "no_settings", "")
        return Response(status_code=503)
    try:
        said = ready.partner.call("receive", body=body, headers=headers, settings=ready.settings, now=now())
        if not isinstance(said, Heard) or not said.event:
            raise TypeError("receive says nothing")
    except Forged as forged:
        log.warning("callback.forged", channel=channel, code=forged.code)
        inbound.refuse(works.office, kept, "forged", forged.code)
        return Response(status_code=400)
    except Exception as error:  # noqa: BLE001 - a plugin's bug, or a message of tomorrow: kept for a person
        code = error.code if isinstance(error, Setback) else type(error).__name__
        log.warning("callback.not_understood", channel=channel, code=code)
        inbound.refuse(works.office, kept, "not_understood", code)
        return Response(status_code=500)
    inbound.hear(works.office, kept, said.event, said.facts)
    return Response(said.answer, headers=dict(said.headers))
