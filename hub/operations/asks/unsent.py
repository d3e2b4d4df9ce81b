"""What was certainly not done: tried again under its serial after growing rests, then handed to a person (ADR 0011)."""

from datetime import timedelta
from typing import Any

from hub.domain.states import AskState
from hub.operations.desk import Desk
from hub.ports import jitter, now
from hub.registry.asks import ledger
from hub.registry.schema import Ask

from .outcomes import wait

# Delays after a busy answer, or a fault before anything left; the last one repeats.
BUSY_WAITS = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600))
# Busy for longer than this goes to a person.
BUSY_UNTIL = timedelta(hours=24)
# A partner's Retry-After is obeyed up to this.
LONGEST_WAIT = timedelta(hours=1)
# After this many faults of the plugin in a row a person takes over: a program breaks the same way each time.
FAULTS = 5
BUSY, FAULT = "partner_busy", "plugin_fault"


def turned_away(desk: Desk, ask: Ask, code: str, text: str, retry_after: timedelta | None) -> None:
    """The partner has no time now. It may ask for more than our delay, never for less."""
    _back(desk, ask)
    # A code lapses within minutes, so it is tried again after the shortest rest, even if the partner asks for more.
    exhausted = ask.input_sealed is None and now() - ask.asked_at > BUSY_UNTIL
    rest = BUSY_WAITS[0] if ask.input_sealed is not None else _rest(ask)
    least = timedelta() if ask.input_sealed is not None else min(retry_after or rest, LONGEST_WAIT)
    _later(desk, ask, BUSY, max(rest, least), exhausted, code, text)


def broke(desk: Desk, ask: Ask, code: str, text: str) -> None:
    """The plugin's own code broke before anything left; `code` and `text` name the fault, never the values in it."""
    _back(desk, ask)
    _later(desk, ask, FAULT, _rest(ask), ledger.faults_in_a_row(desk.tx, ask) >= FAULTS, code, text)


def _back(desk: Desk, ask: Ask) -> None:
    """Nothing was done, so a package's rows wait as before, too."""
    ledger.move_rows(desk.tx, ask.id, [AskState.SENDING], AskState.QUEUED)


def _rest(ask: Ask) -> timedelta:
    return BUSY_WAITS[min(max(ask.attempts - 1, 0), len(BUSY_WAITS) - 1)]


def _later(desk: Desk, ask: Ask, reason: str, rest: timedelta, exhausted: bool, code: str, text: str) -> None:
    noted: dict[str, Any] = {"partner_code": code or None, "partner_text": text or None}
    if exhausted:
        ledger.step(ask, AskState.PERSON, waits_for=f"person:{reason}", waits_until=None, **noted)
        return
    # An input belongs to a request that the partner has accepted already.
    ledger.step(ask, AskState.QUEUED if ask.input_sealed is None else AskState.ACCEPTED, **noted)
    wait(desk, ask, reason, now() + jitter(rest))
