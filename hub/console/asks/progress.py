"""An ask's way as the page draws it, and which buttons its state offers."""

from dataclasses import dataclass

from hub.domain.capabilities import OURS
from hub.domain.states import AskState, final
from hub.operations.asks.requested_input import awaited, lapsed
from hub.operations.asks.steering import AskView, cancellable
from hub.registry.schema import Ask

A = AskState
UNKNOWN = (A.IN_DOUBT, A.ASKED, A.PERSON)


@dataclass(frozen=True)
class Step:
    """A stop on the way: `done`, `now` or `ahead`."""

    state: AskState
    mark: str


def steps(ask: Ask) -> list[Step]:
    """The way that this ask has gone, where it is, and what is ahead if nothing goes wrong."""
    at = AskState(ask.state)
    start = [A.PLANNED] if ask.package_id or at == A.PLANNED else []
    way = [*start, A.QUEUED, A.SENDING, A.ACCEPTED, A.DONE]
    if ask.verb in OURS:
        way = [at, A.DONE] if not final(at) else [A.ACCEPTED, at]
        return [Step(way[0], "done" if final(at) else "now"), Step(way[1], "done" if final(at) else "ahead")]
    if at in UNKNOWN:
        way = [*start, A.QUEUED, A.SENDING, at, A.DONE]
    elif at == A.REFUSED:
        way = [*start, A.QUEUED, *([A.SENDING] if ask.sent_at else []), A.REFUSED]
    elif at == A.CANCELLED:
        way = [*start, A.QUEUED, A.CANCELLED]
    place = way.index(at)
    marks = ["done"] * place + ["done" if final(at) else "now"] + ["ahead"] * (len(way) - place - 1)
    return [Step(state, mark) for state, mark in zip(way, marks, strict=True)]


def choices(view: AskView) -> frozenset[str]:
    """Buttons worth showing; the operations themselves decide."""
    ask = view.ask
    at, busy = AskState(ask.state), ask.lease_until is not None
    found = {
        "question": at in (A.ACCEPTED, *UNKNOWN) and not busy and not ask.package_id,
        "replay": at in (A.QUEUED, A.PERSON) and not ask.package_id,
        "cancel": at in cancellable(ask) and not ask.sent_at and not ask.row_no,
        "code": at is A.ACCEPTED and awaited(ask) and not lapsed(ask),
        "sms": awaited(ask),
        "close": at in UNKNOWN and not busy and view.closing is None,
    }
    return frozenset(name for name, worth in found.items() if worth)


def stamp(view: AskView) -> str:
    """Differs as soon as something on the page differs."""
    ask = view.ask
    talks = [(each.attempt.outcome, [(x.sent, x.status) for x in each.exchanges]) for each in view.attempts]
    rows = [row.state for row in view.rows]
    closing = view.closing.id if view.closing else None
    seen = (
        closing,
        ask.state,
        ask.waits_for,
        ask.waits_until,
        ask.reason,
        ask.partner_code,
        talks,
        rows,
        choices(view),
    )
    return f"{hash(repr(seen)) & 0xFFFFFFFFFFFF:x}"
