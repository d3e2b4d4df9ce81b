"""Drives a talk, and holds the retry rules, here and nowhere else (ADR 0011).

Busy or not sent: retry under the same key. Unknown: never resend a change. Refused: never retry.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Protocol

import tenacity

from hub.plugin import Answer, Busy, Conversation, Forged, Refused, Reply, Request, Unknown

from .transport import Answered, Doubtful, Exchanges, NotSent

# Where the hub's own code and the interpreter's libraries lie: a fault is named by the last line outside them.
OURS = (str(Path(__file__).resolve().parents[1]), str(Path(asyncio.__file__).parents[1]))
# Sendings in one attempt, while surely nothing was done.
TRIES = 3
# Seconds between tries within an attempt, spread at random so that a fleet's calls do not return together.
SHORT = tenacity.wait_random_exponential(multiplier=0.05, max=1.0)
# A partner that asks for a longer wait than this gets it: the engine comes back with a new attempt.
PATIENCE = timedelta(seconds=1)

Ending = Literal["answered", "refused", "busy", "unknown", "forged", "fault"]


@dataclass
class Record:
    """What the journal keeps of one exchange."""

    exchange_id: str
    tries: int = 0
    sent: Literal["no", "maybe", "answered"] = "no"
    reply: Reply | None = None
    elapsed_ms: int | None = None


@dataclass(frozen=True)
class Outcome:
    """How a talk ended, with the record of its last exchange (earlier ones are in the journal already)."""

    ending: Ending
    record: Record
    facts: Sequence[Answer] = ()
    code: str = ""
    text: str = ""
    retry_after: timedelta | None = None


class Tongue(Protocol):
    """The plugin's envelope, bound to settings and key."""

    def seal(self, request: Request, exchange: str) -> Request:
        """Sign and frame with the present moment."""

    def unseal(self, reply: Reply) -> Any:
        """Verify and decode, or raise a Setback."""


# Commits the answer of the last exchange and the mark of the next, waits for its turn; returns its record.
Mark = Callable[[Request, Record], Awaitable[Record]]
# Waits until a call may leave at the channel's rate.
Turn = Callable[[], Awaitable[None]]


async def at_once() -> None:
    """No rate is kept."""


@dataclass
class Talk:
    """One attempt: a conversation before its first request, which is already marked in the journal."""

    line: Exchanges
    tongue: Tongue
    conversation: Conversation
    request: Request
    record: Record
    mark: Mark
    turn: Turn = at_once
    """Awaited before a request is sent again; its first sending has had its turn."""
    final: bool = False
    """Whether the partner's first answer to a serial is final: an answered "busy" is then not retried."""

    async def run(self) -> Outcome:
        """Drive the conversation to its end; never raises for anything that partner or plugin does."""
        try:
            while True:
                step = await self._one()
                if isinstance(step, Outcome):
                    return step
                self.record = await self.mark(step, self.record)
                self.request = step
        except Unknown as setback:
            return self._ended("unknown", setback.code, setback.text)
        except Forged as setback:
            return self._ended("forged", setback.code, setback.text)
        except Refused as setback:
            return self._ended("refused", setback.code, setback.text)
        except Busy as setback:
            return self._ended("busy", setback.code, setback.text, setback.retry_after)
        except Exception as error:  # noqa: BLE001  a plugin's bug must not take the worker down, and decides nothing
            return self._ended("fault", type(error).__name__, place_of(error))

    def _ended(self, ending: Ending, code: str, text: str, rest: timedelta | None = None) -> Outcome:
        return Outcome(ending, self.record, code=code, text=text, retry_after=rest)

    async def _one(self) -> Request | Outcome:
        """One exchange, its answer handed to the conversation: the next request, or the end."""
        refused: Refused | None = None
        content = None
        try:
            content = await self.send()
        except Refused as no:
            refused = no
        except (Unknown, Forged) as setback:
            # A prelude (taking a token) only opens the door: whatever became of it, nothing of the ask was done.
            if self.request.prelude:
                raise Busy(f"prelude {setback.code}"[:80], setback.text) from None
            raise
        try:
            return self.conversation.throw(refused) if refused else self.conversation.send(content)
        except StopIteration as end:
            facts = tuple(end.value or ())
            # Nothing learnt is no success: the ask is queried again instead of hanging.
            if not facts:
                return self._ended("unknown", "no_facts", "")
            return Outcome("answered", self.record, facts)

    async def send(self) -> Any:
        """Send until something other than "surely not done" comes back: at most TRIES times, within one deadline."""
        try:
            # A second more than the line gives itself, so that its own verdict, NotSent or Doubtful, comes first.
            async with asyncio.timeout(self.line.deadline + 1):
                return await self._insist()
        except TimeoutError:
            if self.record.sent == "maybe":
                raise Unknown("no_answer", "deadline") from None
            raise Busy("deadline") from None

    async def _insist(self) -> Any:
        async for attempt in tenacity.AsyncRetrying(
            stop=tenacity.stop_after_attempt(TRIES),
            wait=SHORT,
            retry=tenacity.retry_if_exception(self._worth_another),
            reraise=True,
        ):
            with attempt:
                return await self._try()
        raise AssertionError("tenacity ended without an answer")

    def _worth_another(self, error: BaseException) -> bool:
        stored = self.final and self.record.sent == "answered" and not self.request.prelude
        return worth_another(error) and not stored

    async def _try(self) -> Any:
        record = self.record
        record.tries += 1
        if record.tries > 1:
            await self.turn()
        # Sealed for each try, because the moment is signed too; before the mark, because nothing leaves if it fails.
        sealed = self.tongue.seal(self.request, f"{record.exchange_id}{record.tries:02d}")
        # Before the call, and taken back after it: a time-out in between must find it doubtful.
        record.sent = "maybe"
        try:
            answered: Answered = await self.line.exchange(sealed)
        except NotSent as error:
            record.sent = "no"
            raise Busy("not_sent", str(error)) from None
        except Doubtful as error:
            raise Unknown("no_answer", str(error)) from None
        record.sent, record.reply, record.elapsed_ms = "answered", answered.reply, answered.elapsed_ms
        return self.tongue.unseal(answered.reply)


def place_of(error: BaseException) -> str:
    """Where a plugin broke: file and line, without the error's own words, which may hold what is secret."""
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if not frame.filename.startswith(OURS)] or frames
    return f"{Path(*Path(theirs[-1].filename).parts[-2:])}:{theirs[-1].lineno}" if theirs else ""


def worth_another(error: BaseException) -> bool:
    """Whether to retry within the attempt: surely nothing was done, and the partner asked for no longer wait."""
    return isinstance(error, Busy) and (error.retry_after is None or error.retry_after <= PATIENCE)
