"""Proposals for route meetings: how one is entered, in whose name, and how people see it (R13.1, R7.14)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.privacy.redaction import shortened
from hub.domain.routes.criteria import Criterion
from hub.operations.customers.profile import read_plain
from hub.operations.desk import Desk
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry.schema import Customer, RouteProposal


@dataclass(frozen=True, kw_only=True)
class ProposalView:
    """A proposal with the customer's present values of the same fields; `disputed` comes from a first delivery (R7.14).

    `returned`: accepted, not carried out, and put before the next meeting again.
    """

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    proposed: dict[str, Any]
    present: dict[str, Any]
    why: str
    disputed: bool
    proposed_by_name: str
    decision: str | None
    decided_why: str | None
    decided_by_name: str | None
    not_before: date | None
    unit_code: str = ""
    carried_at: datetime | None = None
    carried_by_name: str | None = None
    returned: bool = False
    judged: list[Criterion] = field(default_factory=list)
    """The four criteria of the unit's routes before and after this change alone, in their order (R13.6)."""


def view_proposal(proposal: RouteProposal, customer: Customer) -> ProposalView:
    """The proposal with its customer's values of this moment."""
    # What the fields hold now, not at the time of the proposal: the meeting decides about the present state.
    present = {key: read_plain(customer, FIELDS[key]) for key in proposal.proposed}
    return view(
        ProposalView,
        proposal,
        code=customer.code,
        shop_name=customer.shop_name,
        present=present,
        returned=False,
        judged=[],
    )


def enter_proposal(
    desk: Desk,
    customer: Customer,
    values: Mapping[str, object],
    why: str,
    disputed: bool,
    by: tuple[UUID | None, str] | None = None,
) -> RouteProposal:
    """Enter a new proposal in the actor's name, or in that of `by` (user id, name)."""
    proposal = RouteProposal(
        id=new_id(),
        customer_id=customer.id,
        unit_code=customer.unit_code,
        proposed=dict(values),
        why=shortened(why, 300),
        disputed=disputed,
        proposed_at=now(),
    )
    proposal.proposed_by, proposal.proposed_by_name = by or (desk.actor.user_id, desk.actor.name)
    desk.tx.add(proposal)
    desk.tx.flush()
    return proposal
