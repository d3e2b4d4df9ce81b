"""The order of stops on a route: new numbers for those who changed places, and who must keep the own place (R13.5)."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from typing import TypeVar

# Sort key of a stop without a number: the end.
LAST = 10**6
K = TypeVar("K", bound=Hashable)


def number_of(text: object) -> int | None:
    """A stop's number as it is written; None for none."""
    written = str(text or "")
    return int(written) if written.isdecimal() else None


def reordered(
    now: Sequence[tuple[K, int | None]], given: Mapping[K, int], held: Collection[K]
) -> tuple[dict[K, int], list[K]]:
    """(new numbers by stop, held stops that would stand elsewhere), from the stops in order and the numbers given.

    Only the order that the numbers make counts: the numbers that are there are dealt out anew, gaps and all, so that
    who stays at the own place keeps the own number. A held stop is never given another.
    """
    places = {key: at for at, (key, _) in enumerate(now)}
    old = dict(now)

    def wish(key: K) -> tuple[int, bool, int]:
        number = given.get(key, old[key])
        return (LAST if number is None else number, key not in given, places[key])

    wanted = sorted(places, key=wish)
    moved = [key for at, key in enumerate(wanted) if key in held and places[key] != at]
    numbers: dict[K, int] = {}
    last = 0
    for key, (_, number) in zip(wanted, now, strict=True):
        if key in held:
            last = max(last, old[key] or 0)
            continue
        last = max(last + 1, number or 0)
        if old[key] != last:
            numbers[key] = last
    return numbers, moved


def appended(taken: Collection[int], count: int) -> range:
    """Numbers for so many stops behind all that are taken."""
    first = max(taken, default=0) + 1
    return range(first, first + count)
