"""Differences: both values, their ages, the evidence, what to do, and the second person."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page
from hub.domain.reasons import REASONS
from hub.domain.reconciliation import authority
from hub.operations import carriers
from hub.operations.desk import Desk
from hub.operations.reconciliation import differences
from hub.operations.reconciliation.differences import DifferenceView
from hub.ports import now

router = APIRouter(prefix="/differences")
ROWS = 100
# The page on which the evidence stands, and the operation that shows it.
PLACES = {
    "callback": ("/channels/{channel}/messages/{id}", "messages.show_message"),
    "run": ("/schedules", "schedules.list_schedules"),
    "ask": ("/asks/{id}", "asks.show_ask"),
}


def _differences(reader: Desk, after: UUID | None = None) -> dict[str, object]:
    """What does not agree, the earliest deadline first."""
    rows = differences.list_differences(reader, after, ROWS + 1)
    return {
        "rows": rows[:ROWS],
        "more": rows[ROWS - 1].id if len(rows) > ROWS else None,
        "confirms_all": reader.actor.at_company(frozenset(differences.CONFIRMS)),
        "moment": now(),
    }


def said_by(row: DifferenceView) -> dict[str, Any] | None:
    """The evidence of a difference: its kind, and the page on which it stands."""
    kind, _, which = (row.evidence or "").partition(" ")
    if kind not in PLACES:
        return None
    pattern, operation = PLACES[kind]
    return {"kind": kind, "href": pattern.format(channel=row.channel, id=which), "operation": operation}


def suggested(row: DifferenceView, announces: bool) -> str:
    """What to do about it; after a carrier's refusal, by whether the reader may announce the customer again."""
    if row.suggestion != "mend_and_announce" or not ("refused" in row.theirs or row.ours.get("missing") in REASONS):
        return row.suggestion
    return "announce_again" if announces else "clerk_announces"


def _proposed(way: str) -> str:
    return f"/differences?done={'asked' if way == 'recheck' else 'difference_proposed'}"


_list = page(
    router,
    "",
    "reconciliation/differences.html",
    _differences,
    ways=differences.WAYS,
    settles=authority.settles,
    said_by=said_by,
    suggested=suggested,
    reasons=REASONS,
)
post(router, "/{difference_id}/propose", differences.propose, _proposed, _list)
post(router, "/{difference_id}/confirm", differences.confirm, "/differences?done=difference_confirmed", _list)
post(router, "/announce/{customer_id}", carriers.announce_by_hand, "/differences?done=announced", _list)
