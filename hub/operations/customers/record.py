"""A customer's record: its version raised, its history written, a stale one refused."""

from typing import Any

from hub.domain.refusals import Stale
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import fields_changed
from hub.ports import now
from hub.registry import history
from hub.registry.schema import Customer


def refuse_stale(customer: Customer, version: int) -> None:
    """Raise Stale when the record is not the one that the clerk saw."""
    if customer.version != version:
        raise Stale(what="客户")


def touch(desk: Desk, customer: Customer, article: str, why: str, changes: dict[str, list[Any]]) -> None:
    """Raise the record's version and write its history."""
    # The flush raises the version; the history names the version that the change made.
    customer.updated_at = now()
    desk.tx.flush()
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        article=article,
        why=why,
        version=customer.version,
        changes=changes,
    )
    fields_changed(desk, customer)
