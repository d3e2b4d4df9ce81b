"""A channel's limits: rates as a plugin declares them ("5/s", "30/m", "1000/h"), and checks of an installation's own."""

import math
from collections.abc import Mapping
from datetime import timedelta

from hub.domain.capabilities import OWN_SETTINGS
from hub.domain.reconciliation.brakes import DEFAULTS, written

# Prefix of a channel's settings that are the hub's: hub.rate, hub.concurrency, hub.deadline …
PREFIX = "hub."
# Limits that are whole numbers, and those for which zero makes sense.
WHOLE = frozenset({"hub.concurrency", "hub.batch"})
MAY_BE_NOTHING = frozenset({"hub.settles_within", "hub.result_after"})
UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
# Calls that may leave at once after an idle time.
BURST = 5


def gap(rate: str) -> timedelta:
    """The time between two calls; raises ValueError for a rate that is not number/unit."""
    number, _, unit = rate.partition("/")
    if unit not in UNITS or not number.isdecimal() or int(number) == 0:
        raise ValueError(f"a rate is written like 5/s or 30/m, not {rate!r}")
    return timedelta(seconds=UNITS[unit] / int(number))


def faults(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the hub's own limits, in words, by name; where one is left empty, the plugin's own holds."""
    problems = {name: problem(name, text) for name, text in values.items() if text}
    return {name: words for name, words in problems.items() if words}


def problem(name: str, text: str) -> str:
    """What is wrong with one limit; empty when it can be used."""
    if name not in OWN_SETTINGS:
        return "there is no such setting"
    try:
        if name == "hub.rate":
            gap(text)
        elif name.startswith("hub.brake_"):
            written(text, DEFAULTS[name.removeprefix("hub.brake_")].few)
        else:
            return number_problem(name, float(int(text) if name in WHOLE else text))
    except ValueError:
        return {"hub.rate": "written like 5/s or 30/m"}.get(
            name, "a number and a share, like 500, 5%" if "brake" in name else "a number"
        )
    return ""


def number_problem(name: str, number: float) -> str:
    """What is wrong with a number as a limit; empty when nothing is."""
    if math.isfinite(number) and (number > 0 or (number == 0 and name in MAY_BE_NOTHING)):
        return ""
    return "a number above zero"
