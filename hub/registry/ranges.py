"""Ranges of numbers of one kind: what is held is compared range by range, never all of it at once."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import text

from .session import Transaction

# The first number beyond the range: a range ends before it, so that ranges neither overlap nor leave gaps.
BOUND = """
SELECT number FROM twins WHERE channel = :channel AND kind = :kind AND number >= :low
ORDER BY number OFFSET :most LIMIT 1
"""


@dataclass(frozen=True)
class Span:
    """Numbers of a kind from `low` up to, not including, `high`; without it to the end. If both are equal, that number alone."""

    kind: str
    low: str = ""
    high: str | None = None

    def only(self, *columns: str) -> str:
        """The SQL condition that these columns lie in the range; its values are `values`."""
        # Half-open, a range with equal bounds would be empty.
        if self.high == self.low:
            return "".join(f" AND {column} = :low" for column in columns)
        upper = "" if self.high is None else " AND {0} < :high"
        return "".join((" AND {0} >= :low" + upper).format(column) for column in columns)

    @property
    def values(self) -> dict[str, Any]:
        """The values of `only`, and `kind`."""
        return {"kind": self.kind, "low": self.low} | ({} if self.high is None else {"high": self.high})


def span(tx: Transaction, channel: str, kind: str, low: str, most: int) -> Span:
    """The range from `low` on that holds at most `most` of the partner's numbers."""
    values = {"channel": channel, "kind": kind, "low": low, "most": most}
    return Span(kind, low, tx.scalar(text(BOUND), values))


__all__ = ["Span", "span"]
