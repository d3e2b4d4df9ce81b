"""What a channel can do and which fields each of its verbs receives, as read from its plugin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .reconciliation.brakes import SETTINGS

# For a bank that takes no agreements from us: the customer goes to its counter, and we query (R7.9).
AT_COUNTER = "await_counter"
# When a bank seems to have ended what we hold: it is queried before anything is believed.
RECHECK = "recheck_binding"
# For a carrier that can be queried about one agreement or device: what its lists do not show is queried before it ends.
ASKS_DEVICE = "query_device"
# Verbs of the hub's own: nothing is sent for them but their question.
OURS = frozenset({AT_COUNTER, RECHECK})


@dataclass(frozen=True)
class Verb:
    """One thing that a channel can be asked: its name, the customer's fields that leave with it, the verb that asks how it ended."""

    name: str
    fields: frozenset[str]
    question: str | None = None
    batch: bool = False


@dataclass(frozen=True)
class Setting:
    """How a channel's setting is treated; by default it is a secret that two people change.

    `harmless`: one person may change it, because neither the address, nor the identity, nor what is believed depends on it.
    `usual`: the value while nothing is on file.
    """

    secret: bool = True
    harmless: bool = False
    usual: str = ""


UNDECLARED = Setting()
# The hub's own limits of a channel. Two people change the brakes, and the time after which an ask counts as lost: they
# protect customers.
OWN_SETTINGS: Mapping[str, Setting] = {
    **{f"hub.{name}": Setting(secret=False, harmless=True) for name in ("rate", "concurrency", "deadline", "batch")},
    **{f"hub.{name}": Setting(secret=False, harmless=True) for name in ("result_after", "counter_days")},
    **dict.fromkeys(("hub.settles_within", *SETTINGS), Setting(secret=False)),
}


def nothing_wrong(values: Mapping[str, str]) -> Mapping[str, str]:
    """The faults of settings that no plugin checks: none."""
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
    """Settings, with their defaults, that may not change while asks are open, because they decide where those are queried."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    """How each of the plugin's settings is treated."""
    faults: Callable[[Mapping[str, str]], Mapping[str, str]] = field(default=nothing_wrong, compare=False)
    """What would be wrong with these settings, in words, by name; "" for the settings as a whole."""
    replaces: str = "after_end"
    """How a card is replaced there: agreements side by side, the old one ending first, or one whose number changes."""
    quarantined: str | None = None
    """Why the plugin is not in use; None if it is."""

    def can(self, verb: str) -> bool:
        """Whether the plugin implements the verb and is in use."""
        return self.quarantined is None and verb in self.verbs

    def setting(self, name: str) -> Setting:
        """How a setting is treated, by its name on file."""
        return self.settings.get(name) or OWN_SETTINGS.get(name, UNDECLARED)

    @property
    def binding(self) -> str | None:
        """How an account is bound there: by our call, at the counter, or not at all."""
        return next((verb for verb in ("bind_card", AT_COUNTER) if self.can(verb)), None)
