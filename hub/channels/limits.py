"""A channel's rate as a plugin declares it: "5/s", "30/m", "1000/h"."""

from datetime import timedelta

UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
BURST = 5
"""Calls that may leave at once after a rest."""


def gap(rate: str) -> timedelta:
    """The time between two calls; raises ValueError for a rate that is not number/unit."""
    number, _, unit = rate.partition("/")
    if unit not in UNITS or not number.isdecimal() or int(number) == 0:
        raise ValueError(f"a rate is written like 5/s or 30/m, not {rate!r}")
    return timedelta(seconds=UNITS[unit] / int(number))
