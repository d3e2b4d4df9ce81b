"""The interface between the wire and a simulated partner."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .books import Books
from .scenarios import Script


class Drop(Exception):
    """Raised to cut the connection now, without an answer."""


@dataclass(frozen=True)
class Call:
    """A request as received; header names in lower case; `fault` is what will go wrong with it."""

    number: int
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    at: float
    """Seconds since the epoch, by the machine's clock."""
    fault: str | None = None


@dataclass(frozen=True)
class Said:
    """An answer."""

    body: bytes = b""
    status: int = 200
    kind: str = "application/json; charset=UTF-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Simulated(ABC):
    """A partner: subclass it, give it books and a script, and answer calls.

    Normal business is in `answer`; faults of the wire are played around it, the partner's own faults inside it.
    """

    def __init__(self, books: Books, script: Script) -> None:
        self.books, self.script = books, script
        # By how much the partner's clock is wrong; the machine's is never touched.
        self.offset = timedelta()

    def now(self) -> datetime:
        """The partner's clock."""
        return datetime.now(UTC) + self.offset

    def interface(self, call: Call) -> str:
        """The name by which faults are set for an interface; the last part of the path unless overridden."""
        return call.path.rstrip("/").rsplit("/", 1)[-1]

    def customers(self, call: Call) -> Iterable[str]:
        """The customers that a call names, for faults by customer."""
        return ()

    @abstractmethod
    def answer(self, call: Call) -> Said:
        """Do the work and answer; raises Drop to cut the connection."""

    def ripen(self, at: float) -> None:
        """Process what is due by now; nothing unless overridden. Called with each call, so that no timer is needed."""
        return

    @abstractmethod
    def report(self) -> dict[str, Any]:
        """The whole ledger, for a comparison; cards by their last four."""

    def command(self, name: str, values: dict[str, Any], at: float) -> None:
        """A command of the control surface that is this partner's own; raises ValueError for an unknown one."""
        raise ValueError(f"there is no command {name}")

    @abstractmethod
    def page(self, at: float) -> str:
        """The clerk's page as HTML."""

    def act(self, path: str, fields: Mapping[str, str], at: float) -> None:
        """What the clerk pressed on the page; raises ValueError if it makes no sense, as any button does here."""
        raise ValueError(f"there is no button {path}")
