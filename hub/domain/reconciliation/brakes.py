"""The brake of a synchronisation: above a number or a share, two people must approve first (R7.7, G3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

WRITTEN = re.compile(r"\s*(\d{1,7})\s*[,,、]\s*(\d{1,3}(?:\.\d{1,2})?)\s*[%%]\s*")


@dataclass(frozen=True)
class Brake:
    """It brakes above `number` things, or above `share` of what is held; up to `few` things always pass.

    Without `few`, one change among ten devices would be braked.
    """

    number: int
    share: float
    few: int

    def holds(self, count: int, held: int) -> bool:
        """Whether so much may not happen without people."""
        return count > min(self.few, self.number) and (count > self.number or count > held * self.share)

    def __str__(self) -> str:
        return f"{self.number}, {self.share * 100:g}%"


Brakes = Mapping[str, Brake]
# For each kind of thing that a run would do (own convention): endings are the costliest to undo, so they brake first.
# The first list adds everything and is not braked, since nothing is held yet.
DEFAULTS: Brakes = {
    "ends": Brake(500, 0.05, 20),
    "adds": Brake(5000, 0.5, 200),
    "changes": Brake(1000, 0.1, 50),
}
# The channel's limits by which they are set, with their defaults as they are written.
SETTINGS: Mapping[str, str] = {f"hub.brake_{name}": str(brake) for name, brake in DEFAULTS.items()}


def written(text: str, few: int) -> Brake:
    """A brake as staff write it: "500, 5%". Raises ValueError."""
    parts = WRITTEN.fullmatch(text)
    if not parts or not 0 < float(parts[2]) <= 100:
        raise ValueError(f"a brake is written as a number and a share, like 500, 5%, not {text!r}")
    return Brake(int(parts[1]), float(parts[2]) / 100, few)


def brakes_of(values: Mapping[str, str]) -> Brakes:
    """The brakes that a channel's settings ask for, defaults for what they do not say. Raises ValueError."""
    settings = {name: values.get(f"hub.brake_{name}", "") for name in DEFAULTS}
    return {
        name: written(text, DEFAULTS[name].few) if (text := settings[name]) else DEFAULTS[name] for name in DEFAULTS
    }


def few(brakes: Brakes) -> int:
    """The number of things that passes every brake, whatever is held."""
    return min(min(brake.few, brake.number) for brake in brakes.values())
