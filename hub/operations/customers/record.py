"""A customer's record: its version raised, its history written, a stale one refused."""

from collections.abc import Iterable
from typing import Any

from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Stale
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import fields_changed
from hub.ports import now
from hub.registry import history
from hub.registry.schema import Customer


def refuse_stale(customer: Customer, version: int) -> None:
    """Raise Stale when the record is no longer the version that the clerk saw."""
    if customer.version != version:
        raise Stale(what="客户")


class FieldsMeet(Stale):
    """The same fields were changed since the caller read them; nothing is overwritten unseen (R4.1)."""

    says = (
        "“{field}”在您读取之后已有改动,您的修改没有保存。",
        "“{field}” has changed since you read it; nothing of yours was saved.",
    )
    then = (
        "请对照两个内容,改好后再次保存;再次保存即以您填写的为准。",
        "Compare both values, then save again: what you save then replaces the other's.",
    )


# Programs recognise a conflict by this code, whichever fields it is about.
FieldsMeet.code = Stale.code


def refuse_meeting(desk: Desk, customer: Customer, version: int, keys: Iterable[str]) -> None:
    """Raise FieldsMeet when one of the fields was changed after `version`, Stale when there is no such version yet."""
    if version > customer.version:
        raise Stale(what="客户")
    meeting = [key for key in keys if key in history.fields_since(desk.tx, customer.id, version) and key in FIELDS]
    if meeting:
        names, names_en = zip(*(FIELDS[key].title for key in meeting), strict=True)
        raise FieldsMeet(what="客户", field=("、".join(names), ", ".join(names_en)))


def touch(desk: Desk, customer: Customer, article: str, why: str, changes: dict[str, list[Any]]) -> None:
    """Raise the record's version and write its history."""
    # The flush raises the version; the history must name the version that this change made.
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
