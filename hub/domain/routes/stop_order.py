"""The order of stops on a route: new numbers for those that moved, and those that must keep their place (R13.5)."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

# The place of a stop without a number: behind all others.
LAST = 10**6
K = TypeVar("K", bound=Hashable)


def number_of(text: object) -> int | None:
    """A stop's number from its text; None if it has none."""
    written = str(text or "")
    return int(written) if written.isdecimal() else None


def reordered(
    now: Sequence[tuple[K, int | None]], given: Mapping[K, int], held: Collection[K]
) -> tuple[dict[K, int], list[K]]:
    """(new numbers by stop, held stops that would change place), from the stops in order and the numbers given.

    Only the order of the numbers counts: existing numbers are dealt out again, gaps included, so that a stop that keeps
    its place keeps its number. A held stop never gets another number.
    """
    # Of equal numbers the one just given goes first: a driver who types 3 means before the present third.
    there = {key: at for at, (key, _) in enumerate(now)}
    old = dict(now)

    def wish(key: K) -> tuple[int, bool, int]:
        number = given.get(key, old[key])
        return (LAST if number is None else number, key not in given, there[key])

    wanted = sorted(there, key=wish)
    moved = [key for at, key in enumerate(wanted) if key in held and there[key] != at]
    renumbered: dict[K, int] = {}
    last = 0
    for key, (_, number) in zip(wanted, now, strict=True):
        if key in held:
            last = max(last, old[key] or 0)
            continue
        last = max(last + 1, number or 0)
        if old[key] != last:
            renumbered[key] = last
    return renumbered, moved


def appended(taken: Collection[int], count: int) -> range:
    """Numbers for so many stops after all that are taken."""
    first = max(taken, default=0) + 1
    return range(first, first + count)
