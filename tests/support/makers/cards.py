"""Reports about cards."""

from hub.operations.cards import CardReport
from hub.registry.schema import Customer


def said(row: Customer, event: str, choice: str, **more: object) -> CardReport:
    return CardReport(
        customer_id=row.id,
        version=row.version,
        event=event,
        choice=choice,
        why="客户来电",
        **more,  # type: ignore[arg-type]
    )
