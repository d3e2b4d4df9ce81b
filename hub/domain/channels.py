"""What a channel serves, as a table of verbs by product and environment, made from its plugin's declaration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .capabilities import ASKS_DEVICE, AT_COUNTER, IN_FORCE, RECHECK, Capability

# What a verb is about; products of an account verb are the kinds of account that the channel declares.
ACCOUNT, DEVICE, CONNECTION = "account", "device", "connection"
SUBJECTS: Mapping[str, Mapping[str, str]] = {
    "bank": {
        "check_card": ACCOUNT,
        "bind_card": ACCOUNT,
        "confirm_binding": ACCOUNT,
        AT_COUNTER: ACCOUNT,
        "query_binding": ACCOUNT,
        "deliver_agreements": ACCOUNT,
        "query_delivery": ACCOUNT,
        "unbind_card": ACCOUNT,
        "query_unbinding": ACCOUNT,
        IN_FORCE: ACCOUNT,
        RECHECK: ACCOUNT,
        "list_bindings": ACCOUNT,
        "probe": CONNECTION,
    },
    "carrier": {
        "announce_customer": DEVICE,
        "query_announcement": DEVICE,
        "announce_customers": DEVICE,
        "query_announcements": DEVICE,
        "list_devices": DEVICE,
        ASKS_DEVICE: DEVICE,
        "probe": CONNECTION,
    },
}
# The setting that names the partner's environment.
SETTING = "environment"
LOCAL, TEST, ELSEWHERE, UNSET = "local", "test", "elsewhere", "unset"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# Words in a host name that mark a test environment; without one it may be anything, so it is not called production.
MARKS = ("test", "sandbox", "uat", "sit")


@dataclass(frozen=True)
class Environments:
    """Where a channel's messages go. `declared`: the plugin names its environments; otherwise only the address is known."""

    names: tuple[str, ...]
    in_use: str
    declared: bool


@dataclass(frozen=True)
class Line:
    """One verb: for each product and environment, whether it is served."""

    verb: str
    cells: tuple[bool, ...]
    whole: bool
    """Whether it concerns the connection, not a product."""


@dataclass(frozen=True)
class Matrix:
    """The table; a column is an environment with a product."""

    products: tuple[str, ...]
    environments: Environments
    lines: tuple[Line, ...]
    products_declared: bool

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Environment and product of each column."""
        return tuple((name, product) for name in self.environments.names for product in self.products)


def environments(choices: Mapping[str, Sequence[str]], values: Mapping[str, str]) -> Environments:
    """From a plugin's settings that are choices, and the values on file."""
    names = tuple(choices.get(SETTING, ()))
    if names:
        return Environments(names, values.get(SETTING, ""), True)
    host = urlsplit(values.get("base_url", "")).hostname
    if host is None:
        name = UNSET
    elif host in LOOPBACK:
        name = LOCAL
    else:
        marked = any(part.startswith(MARKS) or part.endswith(MARKS) for part in host.split("."))
        name = TEST if marked else ELSEWHERE
    return Environments((name,), name, False)


def matrix(capability: Capability, found: Environments) -> Matrix:
    """The table of a channel; verbs of its kind that it does not serve are empty lines."""
    carrier = capability.kind == "carrier"
    products = (DEVICE,) if carrier else tuple(sorted(capability.accounts)) or (ACCOUNT,)
    subjects = SUBJECTS[capability.kind]
    verbs = [*subjects, *sorted(capability.verbs.keys() - subjects.keys())]
    width = len(found.names) * len(products)
    lines = tuple(Line(verb, (capability.can(verb),) * width, subjects.get(verb) == CONNECTION) for verb in verbs)
    return Matrix(products, found, lines, carrier or bool(capability.accounts))
