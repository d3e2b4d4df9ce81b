"""An ask's progress as the page draws it, and a stamp of what the page shows."""

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
    """The steps that this ask has taken, the present one, and those ahead if nothing goes wrong."""
    at = AskState(ask.state)
    start = [A.PLANNED] if ask.package_id or at == A.PLANNED else []
    way = [*start, A.QUEUED, A.SENDING, A.ACCEPTED, A.DONE]
    # These verbs are ours alone and nothing is sent for them, so the way has two stops.
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


# What the moment means until which an ask waits: the next question, the next try, or the end of our patience with a
# call. A reason that is not listed has no moment worth showing.
QUESTION, TRY, CALL = ("下次查询", "asked next at"), ("下次尝试", "tried next at"), ("最长等到", "until")
MOMENTS = {
    "counter": QUESTION,
    "partner_result": QUESTION,
    "question": QUESTION,
    "partner_busy": TRY,
    "plugin_fault": TRY,
    "rate": TRY,
    "breaker": TRY,
    "plugin": TRY,
    "partner_answer": CALL,
}


def moment_of(ask: AskView) -> tuple[str, str] | None:
    """What the page calls the moment that an ask waits for; None where it would tell a person nothing."""
    waits_for = ask.waits_for or ""
    return QUESTION if waits_for.startswith("input:") else MOMENTS.get(waits_for)
