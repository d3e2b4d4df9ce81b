"""The desk of differences: both values, their ages, what said so, what to do, and the second person."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.reconciliation import authority
from hub.domain.refusals import Refusal
from hub.operations import carriers
from hub.operations.reconciliation import differences
from hub.ports import now
from hub.registry.schema import Difference

router = APIRouter(prefix="/differences")
Text = Annotated[str, Form()]
ROWS = 100
PLACES = {"callback": "/channels/{channel}/messages/{id}", "run": "/schedules", "ask": "/asks/{id}"}
"""Where that stands which said so."""


@router.get("")
def listing(request: Request, after: UUID | None = None) -> Response:
    """What does not agree, by deadline."""
    return _list(request, after)


def _list(request: Request, after: UUID | None = None, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = differences.list_differences(found, after, ROWS + 1)
        return render(
            request,
            "reconciliation/differences.html",
            refusal.status if refusal else 200,
            rows=rows[:ROWS],
            more=rows[ROWS - 1].id if len(rows) > ROWS else None,
            after=after,
            ways=differences.WAYS,
            settles=authority.settles,
            ways_of=lambda row: differences.ways_of(found, row),
            confirms_all=found.actor.at_company(frozenset(differences.CONFIRMS)),
            sides=differences.SIDES,
            said_by=said_by,
            moment=now(),
            refusal=refusal,
        )


def said_by(row: Difference) -> dict[str, Any] | None:
    """What said that both sides differ: its kind, and the page on which it stands."""
    kind, _, which = (row.evidence or "").partition(" ")
    if kind not in PLACES:
        return None
    return {"kind": kind, "href": PLACES[kind].format(channel=row.channel, id=which)}


@router.post("/{difference_id}/propose")
def propose(request: Request, difference_id: UUID, way: Text = "", why: Text = "") -> Response:
    """Say how it is to be cleared up."""
    return act(
        request,
        lambda found: differences.propose(found, difference_id, way, why),
        f"/differences?done={'asked' if way == 'recheck' else 'difference_proposed'}",
        lambda refusal: _list(request, refusal=refusal),
    )


@router.post("/{difference_id}/confirm")
def confirm(request: Request, difference_id: UUID) -> Response:
    """The second person agrees."""
    return act(
        request,
        lambda found: differences.confirm(found, difference_id),
        "/differences?done=difference_confirmed",
        lambda refusal: _list(request, refusal=refusal),
    )


@router.post("/announce/{customer_id}")
def announce(request: Request, customer_id: UUID, agreement_no: Text = "") -> Response:
    """Give the carrier code and order day now (R7.7, R7.8)."""
    return act(
        request,
        lambda found: carriers.announce_by_hand(found, customer_id, agreement_no),
        "/differences?done=announced",
        lambda refusal: _list(request, refusal=refusal),
    )
