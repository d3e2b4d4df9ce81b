"""POST /callbacks/{channel}: where partners call. No session: the plugin's own verification is the lock."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.engine import callbacks as callback_engine
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import callbacks
from hub.ports import now

router = APIRouter()
ANSWERS = {"forged": 400, "not_understood": 500}


@router.post("/callbacks/{channel}", include_in_schema=False)
async def door(request: Request, channel: str) -> Response:
    """Keep, verify, hear, answer. A caller that is not proved to be the partner gets the same empty 400, whatever was wrong."""
    body = await request.body()
    return await run_in_threadpool(take, request.app.state.runtime, channel, body, dict(request.headers))


def take(runtime: WorkerRuntime, channel: str, body: bytes, headers: dict[str, str]) -> Response:
    """Take one message. Nothing is kept for a channel without a plugin; the partner calls again."""
    if channel not in runtime.partners:
        return Response(status_code=404)
    runtime.keep_up()
    ready = callback_engine.listening(runtime, channel)
    if ready is None:
        return Response(status_code=503)
    moment = now()
    kept = callbacks.keep(runtime.office, channel, body, headers)
    try:
        said = callback_engine.take(runtime, ready, kept, body, headers, moment)
    except callback_engine.Unheard as unheard:
        return Response(status_code=ANSWERS[unheard.outcome])
    return Response(said.answer, headers=dict(said.headers))
