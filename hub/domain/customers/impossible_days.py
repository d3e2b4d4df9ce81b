"""Days that exist but cannot be right: compared with today, and with the other day of their pair."""

from collections.abc import Iterator, Mapping
from datetime import date

# Fields that begin and end the same thing.
PAIRS = (("licence_valid_from", "licence_valid_until"),)


def impossible_days(values: Mapping[str, str], today: date) -> Iterator[tuple[str, str]]:
    """Those of these fields (values in normal form) whose days cannot be right, each with its problem's key."""
    born = values.get("id_number", "")[6:14]
    if born > f"{today:%Y%m%d}":
        yield "id_number", "id_number.future"
    for first, last in PAIRS:
        # ISO dates sort as text in the order of their days.
        if "" != values.get(last, "") < values.get(first, ""):
            yield last, "until_before_from"
