"""An ask's way as the page draws it, and a stamp of what the page shows."""

from dataclasses import dataclass

from hub.domain.capabilities import OURS
from hub.domain.states import AskState, final
from hub.operations.asks.views import AskPage, AskView

A = AskState
UNKNOWN = (A.IN_DOUBT, A.ASKED, A.PERSON)


@dataclass(frozen=True)
class Step:
    """A stop on the way: `done`, `now` or `ahead`."""

    state: AskState
    mark: str


def steps(ask: AskView) -> list[Step]:
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


def stamp(view: AskPage) -> str:
    """Differs as soon as something on the page differs."""
    return f"{hash(repr(view)) & 0xFFFFFFFFFFFF:x}"
