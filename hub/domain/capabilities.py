"""What a channel can do and which fields each of its verbs receives, as read from its plugin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .reconciliation.brakes import SETTINGS

# What is left for a bank that takes no agreement from us: the customer goes to its counter, and we ask (R7.9).
AT_COUNTER = "await_counter"
# What is left when a bank seems to have ended what we hold: it is asked before anything is believed.
RECHECK = "recheck_binding"
# A carrier that can be asked about one agreement or device: what its lists do not show is asked about before it ends.
ASKS_DEVICE = "query_device"
# Verbs of the hub's own: nothing is sent for them but their question.
OURS = frozenset({AT_COUNTER, RECHECK})


@dataclass(frozen=True)
class Verb:
    """One thing a channel can be asked: its name, the customer's fields that leave with it, its question verb."""

    name: str
    fields: frozenset[str]
    question: str | None = None
    batch: bool = False


@dataclass(frozen=True)
class Setting:
    """How a channel's setting is treated; what nobody declared is a secret that two people change.

    `harmless`: one person may change it; neither where the hub talks nor as whom hangs on it, nor what it believes.
    `usual`: what counts while nothing is on file.
    """

    secret: bool = True
    harmless: bool = False
    usual: str = ""


UNDECLARED = Setting()
# The hub's own limits of a channel. The brakes and when an ask may be believed lost protect customers: two people.
OWN_SETTINGS: Mapping[str, Setting] = {
    **{f"hub.{name}": Setting(secret=False, harmless=True) for name in ("rate", "concurrency", "deadline", "batch")},
    **{f"hub.{name}": Setting(secret=False, harmless=True) for name in ("result_after", "counter_days")},
    **dict.fromkeys(("hub.settles_within", *SETTINGS), Setting(secret=False)),
}


def nothing_wrong(values: Mapping[str, str]) -> Mapping[str, str]:
    """The faults of settings where no plugin looks at them: none."""
    return {}


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
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """How each of the plugin's settings is treated."""
    faults: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=nothing_wrong, compare=False)
    """What is wrong with settings as they would be on file: in words, by the setting's name, "" for all together."""
    replaces: str = "after_end"
    """How a card is replaced there: agreements side by side, one that ends first, or one whose number is changed."""
    quarantined: str | None = None
    """Why the plugin is not in use; None: it is."""

    def can(self, verb: str) -> bool:
        """Whether the plugin implements the verb and is in use."""
        return self.quarantined is None and verb in self.verbs

    def setting(self, name: str) -> Setting:
        """How a setting is treated, by its name on file."""
        return self.settings.get(name) or OWN_SETTINGS.get(name, UNDECLARED)

    @property
    def binding(self) -> str | None:
        """How an account comes to be bound there: by our call, at the counter, or not at all."""
        return next((verb for verb in ("bind_card", AT_COUNTER) if self.can(verb)), None)
