"""Differences: both values, their ages, what said so, what to do, and the second person."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.reconciliation import authority
from hub.domain.refusals import Refusal
from hub.operations import carriers
from hub.operations.reconciliation import differences
from hub.operations.reconciliation.differences import DifferenceView
from hub.ports import now

router = APIRouter(prefix="/differences")
ROWS = 100
# The page on which the evidence stands.
PLACES = {"callback": "/channels/{channel}/messages/{id}", "run": "/schedules", "ask": "/asks/{id}"}


@router.get("")
def listing(request: Request, after: UUID | None = None) -> Response:
    """What does not agree, by deadline."""
    return _list(request, after)


def _list(request: Request, after: UUID | None = None, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        rows = differences.list_differences(reader, after, ROWS + 1)
        confirms_all = reader.actor.at_company(frozenset(differences.CONFIRMS))
    return render(
        request,
        "reconciliation/differences.html",
        refusal.status if refusal else 200,
        rows=rows[:ROWS],
        more=rows[ROWS - 1].id if len(rows) > ROWS else None,
        ways=differences.WAYS,
        settles=authority.settles,
        confirms_all=confirms_all,
        said_by=said_by,
        moment=now(),
        refusal=refusal,
    )


def said_by(row: DifferenceView) -> dict[str, Any] | None:
    """The evidence of a difference: its kind, and the page on which it stands."""
    kind, _, which = (row.evidence or "").partition(" ")
    if kind not in PLACES:
        return None
    return {"kind": kind, "href": PLACES[kind].format(channel=row.channel, id=which)}


def _proposed(way: str) -> str:
    return f"/differences?done={'asked' if way == 'recheck' else 'difference_proposed'}"


post(router, "/{difference_id}/propose", differences.propose, _proposed, _list)
post(router, "/{difference_id}/confirm", differences.confirm, "/differences?done=difference_confirmed", _list)
post(router, "/announce/{customer_id}", carriers.announce_by_hand, "/differences?done=announced", _list)
