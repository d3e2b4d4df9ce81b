"""POST /callbacks/{channel}: where partners call. There is no session: the plugin's verification is the protection."""

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.engine import callbacks as callback_engine
from hub.engine.runtime import WorkerRuntime
from hub.operations.reconciliation import callbacks
from hub.ports import now

router = APIRouter()
# `not_understood` is a 500 so that the partner sends again: by then the plugin may have been corrected.
ANSWERS = {"forged": 400, "not_understood": 500}


@router.post("/callbacks/{channel}", include_in_schema=False)
async def door(request: Request, channel: str) -> Response:
    """Keep, verify, process, answer. A caller not proved to be the partner always gets the same empty 400."""
    body = await request.body()
    # Verifying and the database block, so not on the event loop.
    return await run_in_threadpool(take, request.app.state.runtime, channel, body, dict(request.headers))


def take(runtime: WorkerRuntime, channel: str, body: bytes, headers: dict[str, str]) -> Response:
    """Take one message. Nothing is kept for a channel without a plugin; the partner calls again."""
    if channel not in runtime.partners:
        return Response(status_code=404)
    runtime.keep_up()
    ready = callback_engine.listening(runtime, channel)
    if ready is None:
        # No usable settings, or a plugin that takes no callbacks: nothing can be verified. Partners repeat after a 5xx.
        return Response(status_code=503)
    moment = now()
    # Stored before anything reads it: a message that our code trips over can be processed again later.
    kept = callbacks.keep(runtime.office, channel, body, headers)
    try:
        said = callback_engine.take(runtime, ready, kept, body, headers, moment)
    except callback_engine.Unheard as unheard:
        return Response(status_code=ANSWERS[unheard.outcome])
    return Response(said.answer, headers=dict(said.headers))
