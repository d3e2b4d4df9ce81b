"""The door for partners' own messages: kept first, verified by the plugin, heard once (R7.7, R7.9, R8.4)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from hub.domain.facts import Fact
from hub.domain.people import HUB
from hub.ports import now
from hub.registry import callbacks
from hub.registry.twins import word_of

from .differences import compare
from .news import take_in
from .office import Office


def keep(office: Office, channel: str, body: bytes, headers: Mapping[str, str]) -> UUID:
    """Put a message away, sealed and committed, before anything looks into it."""
    with office.desk(HUB) as desk:
        return callbacks.keep(desk.tx, desk.vault, channel, body, headers, now())


def refuse(office: Office, callback_id: UUID, outcome: str, code: str) -> None:
    """It was not believed (forged), not understood, or could not be looked at; a person finds it on the channel's page."""
    with office.desk(HUB) as desk:
        callback = callbacks.get(desk.tx, callback_id)
        callbacks.settle(callback, outcome, now(), code=code)
        if outcome == "forged":
            callbacks.forget_forged(desk.tx, callback.channel)


def hear(office: Office, callback_id: UUID, event: str, told: Sequence[Fact]) -> bool:
    """Let a verified message have its effect, once for each of the partner's numbers; False when it was heard before."""
    with office.desk(HUB) as desk:
        callback = callbacks.get(desk.tx, callback_id)
        callbacks.one_at_a_time(desk.tx, callback.channel, event)
        if callbacks.heard(desk.tx, callback.channel, event):
            callbacks.settle(callback, "repeated", now())
            return False
        callback.event = event
        callbacks.settle(callback, "heard", now(), facts=len(told))
        take_in(desk, callback.channel, told, now())
        numbers = [word.number for word in map(word_of, told) if word is not None and word.kind != "binding"]
        compare(desk, callback.channel, sorted({fact.customer_code for fact in told}), numbers)
        return True
