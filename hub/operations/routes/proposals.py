"""A proposal for the next route meeting, from whomever it comes (R13.1, R7.14)."""

from collections.abc import Mapping
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.operations.desk import Desk
from hub.ports import new_id, now
from hub.registry.schema import Customer, RouteProposal


def enter_proposal(
    desk: Desk,
    customer: Customer,
    values: Mapping[str, object],
    why: str,
    disputed: bool,
    by: tuple[UUID | None, str] | None = None,
) -> RouteProposal:
    """A new proposal, as the actor's unless `by` says whose (user, name)."""
    row = RouteProposal(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        proposed=dict(values),
        why=shortened(why, 300),
        disputed=disputed,
        proposed_at=now(),
    )
    row.proposed_by, row.proposed_by_name = by or (desk.actor.user_id, desk.actor.name)
    desk.tx.add(row)
    desk.tx.flush()
    return row
