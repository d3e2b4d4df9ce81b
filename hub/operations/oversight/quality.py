"""A month's objectivity, completeness and complaints by post and by channel (R17.2)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from hub.domain.customers.catalogue import FIELDS
from hub.operations.desk import Desk
from hub.registry.oversight import quality
from hub.registry.oversight.quality import Complaint, Count, Period

# Fields that the customer's carrier works with, and those that the bank works with.
OF_CARRIER = frozenset({"order_method", "order_day"})
OF_BANK = frozenset({"settlement_method", "settlement_bank"})


@dataclass(frozen=True)
class Quality:
    """A month of a post or channel.

    `checked`, `wrong`: spot checks of what the post typed; of a channel, what the partner's record says otherwise, and
    where it was right. `papers`, `papers_missing`: to be handed in, and not handed in. `complaints`: by wrong data.
    """

    key: str
    checked: int
    wrong: int
    papers: int
    papers_missing: int
    complaints: int


def of_posts(desk: Desk, period: Period) -> list[Quality]:
    """By the post that typed a value, has a paper to hand in, or owns the field that was wrong."""
    complaints: Counter[str] = Counter()
    for complaint in quality.complaints(desk.tx, period):
        # A complaint may name a field that the catalogue has dropped since.
        if complaint.field in FIELDS:
            complaints[FIELDS[complaint.field].owner] += complaint.counted
    return _together(quality.checks_by_post(desk.tx, period), quality.papers_by_post(desk.tx, period), complaints)


def of_channels(desk: Desk, period: Period) -> list[Quality]:
    """By the partner whose record is the second source, to whom the papers go, or whose field was wrong."""
    complaints: Counter[str] = Counter()
    for complaint in quality.complaints(desk.tx, period):
        if (channel := _channel(complaint)) is not None:
            complaints[channel] += complaint.counted
    return _together(
        quality.sources_by_channel(desk.tx, period), quality.papers_by_channel(desk.tx, period), complaints
    )


def _channel(complaint: Complaint) -> str | None:
    """The partner that a wrong field concerns; None when it concerns none."""
    if complaint.field in OF_BANK:
        return complaint.bank
    return complaint.carrier if complaint.field in OF_CARRIER else None


def _together(checks: Mapping[str, Count], papers: Mapping[str, Count], complaints: Mapping[str, int]) -> list[Quality]:
    none = Count()
    return [
        Quality(
            key,
            checks.get(key, none).counted,
            checks.get(key, none).amiss,
            papers.get(key, none).counted,
            papers.get(key, none).amiss,
            complaints.get(key, 0),
        )
        for key in sorted({*map(str, checks), *map(str, papers), *map(str, complaints)})
    ]
