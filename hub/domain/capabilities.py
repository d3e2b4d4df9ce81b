"""What a channel can do and which fields each of its verbs receives, as read from its plugin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from .reconciliation.brakes import SETTINGS
from .wording import settings as setting_words

# For a bank that takes no agreements from us: the customer goes to its counter, and we ask the bank (R7.9).
AT_COUNTER = "await_counter"
# When a bank seems to have ended what we hold: it is asked what is in force before we believe it.
RECHECK = "recheck_binding"
IN_FORCE = "query_binding_in_force"
# For a carrier that can be queried about one agreement or device: what its list no longer shows is queried before it
# ends here.
ASKS_DEVICE = "query_device"
# The hub's own verbs: all that is sent for them is their question.
OURS = frozenset({AT_COUNTER, RECHECK})


@dataclass(frozen=True)
class Verb:
    """A request that a channel serves: its name, the customer's fields sent along, the verb that asks how it ended."""

    name: str
    fields: frozenset[str]
    question: str | None = None
    batch: bool = False


@dataclass(frozen=True)
class Setting:
    """How a channel's setting is treated; by default it is a secret that two people change.

    `harmless`: one person may change it, because neither the address, nor the identity, nor what is believed depends on it.
    `usual`: the value while nothing is on file. `title`, `unit`, `choices`, `note`: how people read it, zh-CN and English.
    """

    secret: bool = True
    harmless: bool = False
    usual: str = ""
    title: tuple[str, str] | None = None
    unit: tuple[str, str] | None = None
    choices: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    note: tuple[str, str] | None = None


UNDECLARED = Setting()
# The hub's own limits of a channel. The brakes, and the time after which an ask counts as lost, take two people to
# change: they protect customers.
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
    """Checks settings: what is wrong with them, in words, by name; "" for the settings as a whole."""
    replaces: str = "after_end"
    """How a card is replaced there: agreements side by side, the old one ending first, or one whose number changes."""
    title_en: str = ""
    number_paper: str = "deposit_slip"
    """The paper that shows an account's number (R7.13)."""
    card_bins: Mapping[str, str] = field(default_factory=dict)
    """The account kind of a card that the bank issues, by its first digits."""
    device: str = "handset"
    """The kind of device by which a carrier's customers order (R7.7, R7.8)."""
    agreement: str = "tri_party"
    charset: str = "utf-8"
    """The charset of its messages, by the name of our codec."""
    quarantined: str | None = None
    """Why the plugin is not in use; None if it is."""

    def can(self, verb: str) -> bool:
        """Whether the plugin implements the verb and is in use."""
        return self.quarantined is None and verb in self.verbs

    @property
    def titles(self) -> tuple[str, str]:
        """The partner's name, zh-CN and English; the key where the plugin has no English one."""
        return self.title, self.title_en or (self.title if self.title.isascii() else self.key)

    def setting(self, name: str) -> Setting:
        """How a setting is treated, by its name on file."""
        return self.settings.get(name) or OWN_SETTINGS.get(name, UNDECLARED)

    def setting_title(self, name: str) -> tuple[str, str]:
        """What a setting is called, zh-CN and English: by its plugin, else by the hub."""
        return self.setting(name).title or setting_words.title(name)

    def knows(self, name: str) -> bool:
        """Whether the plugin or the hub has a setting of this name."""
        return name in self.settings or name in OWN_SETTINGS

    @property
    def binding(self) -> str | None:
        """How an account is bound there: by our call, at the counter, or not at all."""
        return next((verb for verb in ("bind_card", AT_COUNTER) if self.can(verb)), None)
