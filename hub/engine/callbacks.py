"""Verifies a stored callback with its plugin: on receipt, and again if processing did not finish."""

from datetime import datetime
from uuid import UUID

from hub.domain.facts import Forged, Setback
from hub.logs import logger
from hub.operations.reconciliation import callbacks
from hub.plugin import Heard
from hub.registry.vault import Unreadable

from .runtime import Ready, WorkerRuntime

log = logger("callbacks")


class Unheard(Exception):
    """The message was refused; its outcome is stored."""

    def __init__(self, outcome: str) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def listening(runtime: WorkerRuntime, channel: str) -> Ready | None:
    """The channel, if its plugin takes callbacks and has settings."""
    ready = runtime.ready.get(channel)
    return ready if ready is not None and ready.partner.listens else None


def take(
    runtime: WorkerRuntime, ready: Ready, callback_id: UUID, body: bytes, headers: dict[str, str], moment: datetime
) -> Heard:
    """Verify a stored message and apply it. Raises Unheard.

    `moment` is when it was received: a message that is processed again is judged as fresh as it was then.
    """
    channel = ready.partner.channel.key
    try:
        heard = ready.partner.call("receive", body=body, headers=headers, settings=ready.settings, now=moment)
        if not isinstance(heard, Heard) or not heard.event:
            raise TypeError("receive returned no Heard with an event")
    except Forged as forged:
        log.warning("callback.forged", channel=channel, code=forged.code)
        callbacks.refuse(runtime.office, callback_id, "forged", forged.code)
        raise Unheard("forged") from None
    except Exception as error:  # noqa: BLE001 - a plugin's bug, or a message kind it does not know yet: kept for a person
        code = error.code if isinstance(error, Setback) else type(error).__name__
        log.warning("callback.not_understood", channel=channel, code=code)
        callbacks.refuse(runtime.office, callback_id, "not_understood", code)
        raise Unheard("not_understood") from None
    # Outside the try: a fault of the hub's own must leave the callback unsettled, so that `hear_left` takes it again.
    callbacks.hear(runtime.office, channel, callback_id, heard.event, heard.facts)
    return heard


def hear_left(runtime: WorkerRuntime) -> int:
    """Process messages that were not finished, or that a person wants processed again; returns how many."""
    # A channel that has no settings keeps its messages, however many; they must not stand before everybody else's.
    left = callbacks.unsettled(runtime.office, [key for key in runtime.ready if listening(runtime, key)])
    for callback_id in left:
        _hear_again(runtime, callback_id)
    # Here, because this job comes round every few seconds: old messages are deleted a batch at a time.
    callbacks.forget(runtime.office)
    return len(left)


def _hear_again(runtime: WorkerRuntime, callback_id: UUID) -> None:
    try:
        kept = callbacks.kept(runtime.office, callback_id)
    except Unreadable:
        callbacks.refuse(runtime.office, callback_id, "not_understood", "unreadable")
        return
    if kept is None:
        return
    callback, raw = kept
    ready = listening(runtime, callback.channel)
    # Left unsettled: a later run processes it once the channel has settings again.
    if ready is None:
        return
    try:
        take(runtime, ready, callback_id, raw.body, raw.headers, callback.received_at)
    except Unheard as unheard:
        log.warning("callback.unheard", channel=callback.channel, outcome=unheard.outcome)
        return
    log.info("callback.heard_again", channel=callback.channel)


__all__ = ["Unheard", "hear_left", "listening", "take"]
