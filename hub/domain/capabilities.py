"""What a channel can do and which fields each of its verbs receives, as read from its plugin."""

from collections.abc import Mapping
from dataclasses import dataclass, field

AT_COUNTER = "await_counter"
"""What is left for a bank that takes no agreement from us: the customer goes to its counter, and we ask (R7.9)."""
RECHECK = "recheck_binding"
"""What is left when a bank seems to have ended what we hold: it is asked before anything is believed."""
ASKS_DEVICE = "query_device"
"""A carrier that can be asked about one agreement or device: what its lists do not show is asked about before it ends."""
OURS = frozenset({AT_COUNTER, RECHECK})
"""Verbs of the hub's own: nothing is sent for them but their question."""


@dataclass(frozen=True)
class Verb:
    """One thing a channel can be asked: its name, the customer's fields that leave with it, its question verb."""

    name: str
    fields: frozenset[str]
    question: str | None = None
    batch: bool = False


@dataclass(frozen=True)
class Capability:
    """A channel as operations, console and API see it."""

    key: str
    kind: str
    title: str
    verbs: Mapping[str, Verb] = field(default_factory=dict)
    accounts: frozenset[str] = frozenset()
    batch: int = 1
    held: Mapping[str, str] = field(default_factory=dict)
    """Settings that stay as they are while what was sent is open, because they decide where it is asked about; with their defaults."""
    replaces: str = "after_end"
    """How a card is replaced there: agreements side by side, one that ends first, or one whose number is changed."""
    quarantined: str | None = None
    """Why the plugin is not in use; None: it is."""

    def can(self, verb: str) -> bool:
        """Whether the plugin implements the verb and is in use."""
        return self.quarantined is None and verb in self.verbs

    @property
    def binding(self) -> str | None:
        """How an account comes to be bound there: by our call, at the counter, or not at all."""
        return next((verb for verb in ("bind_card", AT_COUNTER) if self.can(verb)), None)
