"""Binding requests between plan and confirmation: sealed in the registry, so that no page carries the number."""

import json
from dataclasses import fields
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hub.domain.inputs import OptionalText
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import new_token, now, token_hash
from hub.registry.schema import PendingBinding
from hub.registry.settlement import pending_bindings

from .binding_rules import BindingRequest

CLERK = {Post.STATISTICS_CLERK}
# How long a request waits for its confirmation; the page says so.
KEPT_FOR = timedelta(minutes=15)
PLACE = "pending_bindings.request_sealed:{}"


class PlanGone(Refusal):
    """The plan was confirmed already, or it waited too long (ADR 0007)."""

    article = "R4.1"
    says = ("办理方案已过期或已提交。", "The plan was submitted already or has expired.")
    then = (
        "请查看客户的账户;如未办理,请重新填写。",
        "Look at the customer's accounts; if nothing was done, fill it in again.",
    )


@operation(
    "settlement.hold_binding",
    article="R7.9",
    posts=CLERK,
    title=("保留绑定方案", "Keep a planned binding"),
    audited=False,
    people_only=True,
)
def hold_binding(desk: Desk, request: BindingRequest) -> str:
    """Keep a request for its confirmation; returns the ticket that the plan's page carries."""
    customer = desk.customer(request.customer_id)
    assert desk.actor.user_id is not None
    ticket = new_token(16)
    # Only the hash is stored: whoever reads the table cannot confirm somebody's plan.
    digest = token_hash(ticket)
    sealed = desk.vault.seal(customer.id, PLACE.format(digest.hex()), _packed(request))
    desk.tx.add(
        PendingBinding(
            ticket_hash=digest,
            user_id=desk.actor.user_id,
            customer_id=customer.id,
            request_sealed=sealed,
            expires_at=now() + KEPT_FOR,
        )
    )
    desk.tx.flush()
    return ticket


@operation(
    "settlement.take_binding",
    article="R7.9",
    posts=CLERK,
    title=("取回绑定方案", "Take back a planned binding"),
    audited=False,
    people_only=True,
)
def take_binding(desk: Desk, ticket: OptionalText) -> BindingRequest:
    """Give a request back to whoever entered it, once; a refusal in the same transaction keeps it. Raises PlanGone."""
    digest = token_hash(ticket)
    pending = pending_bindings.take(desk.tx, digest, desk.actor.user_id, now())
    if pending is None:
        raise PlanGone()
    customer_id, sealed = pending
    # Checked again: the clerk may have lost the unit since the plan was made.
    desk.customer(customer_id)
    return _unpacked(desk.vault.open(customer_id, PLACE.format(digest.hex()), sealed))


def expire(desk: Desk) -> int:
    """Delete requests that were not confirmed in time; returns how many. A periodic step of the hub."""
    return pending_bindings.delete_expired(desk.tx, now())


def _packed(request: BindingRequest) -> str:
    # `default=str` writes ids and the date; `_unpacked` turns them back.
    values: dict[str, Any] = {field.name: getattr(request, field.name) for field in fields(request)}
    return json.dumps(values | {"number": request.number.reveal()}, default=str)


def _unpacked(content: bytes) -> BindingRequest:
    values = json.loads(content)
    ids = {name: UUID(values[name]) for name in values if name.endswith("_id") and values[name] is not None}
    exact = {"number": Secret(values["number"]), "signed_on": date.fromisoformat(values["signed_on"])}
    # One that was planned before an upgrade may lack documents, and is then refused at that field.
    exact |= {"documents": tuple(values.get("documents", ()))}
    return BindingRequest(**{**values, **ids, **exact})
