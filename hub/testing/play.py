"""A talk without a network: answers are fed by hand, as the hub's driver would feed them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.plugin import Answer, Busy, Conversation, Forged, Listing, Page, Refused, Reply, Request, Unknown, UnreadRecord

# HTTP status and body.
Sample = tuple[int, bytes]
# Exchanges after which a talk counts as endless; the longest list of the samples needs a small part of them.
MOST = 1000
_END = object()


class OutOfAnswers(AssertionError):
    """The conversation asks for more answers than were given."""


class Endless(AssertionError):
    """The conversation does not come to an end."""


@dataclass(frozen=True)
class Played:
    """What a conversation asked and what it stated in the end."""

    facts: tuple[Answer, ...]
    requests: tuple[Request, ...]
    unread: tuple[UnreadRecord, ...] = ()
    """The records of a listing's Pages that the plugin does not understand."""


def play(conversation: Conversation, answers: Iterable[object]) -> Played:
    """Feed contents to a conversation until it ends; setbacks among them are raised, as the driver would."""
    replies = iter(answers)

    def answer(request: Request) -> object:
        content = next(replies, _END)
        if content is _END:
            raise OutOfAnswers(f"no answer is left for {request.method} {request.path}")
        if isinstance(content, Exception):
            raise content
        return content

    return drive(conversation, answer)


# Kept like the hub's own driver: before a prelude is answered nothing of the ask has left, so a lost answer there is
# Busy; and the talk is closed in any case, since the hub may abandon it at any yield.
def drive(conversation: Conversation | Listing, answer: Callable[[Request], object]) -> Played:
    """Carry a conversation to its end; a Refused is raised at its yield, all other setbacks end it.

    The facts of a listing's Pages come before those that it returns.
    """
    requests: list[Request] = []
    listed: list[Answer] = []
    unread: list[UnreadRecord] = []
    try:
        request = next(conversation)
        while len(requests) < MOST:
            if isinstance(request, Page):
                listed += request.facts
                unread += request.unread
                request = conversation.send(None)
                continue
            requests.append(request)
            try:
                content = answer(request)
            except Refused as no:
                request = conversation.throw(no)
            except (Unknown, Forged) as setback:
                raise Busy(setback.code) if request.prelude else setback from None
            else:
                request = conversation.send(content)
    except StopIteration as end:
        return Played((*listed, *(end.value or ())), tuple(requests), tuple(unread))
    finally:
        conversation.close()
    raise Endless(f"after {MOST} exchanges")


def as_reply(sample: Sample) -> Reply:
    """A sample as a reply of the partner."""
    return Reply(sample[0], {}, sample[1])


def numbered(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Rows with their numbers, from 1."""
    return [{**fields, "row_no": str(number)} for number, fields in enumerate(rows, start=1)]


def always_no(_: Request) -> Any:
    """A partner that says no to everything."""
    raise Refused("0", "no")


def written(request: Request) -> str:
    """A request as a log would show it, without its bytes."""
    return repr((request.path, request.content, request.params, request.headers))


def shown(sample: Sample) -> str:
    """A sample in a message."""
    return f"HTTP {sample[0]} {sample[1][:60]!r}"
