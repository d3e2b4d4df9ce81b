"""Decrypts the fields of an ask that is about to be sent: all or none, so that nothing leaves without a value it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from hub.domain.privacy.masking import Secret
from hub.domain.states import AskState, final
from hub.operations.asks import sending_gate
from hub.operations.desk import Desk
from hub.operations.disclosure import Permit
from hub.operations.outbox import open_fields, open_input
from hub.registry.schema import Ask
from hub.registry.vault import Destroyed, Unreadable


@dataclass(frozen=True)
class Opened:
    """The fields of each ask to be sent, by its id, and the input that a person entered (an SMS code)."""

    fields: dict[UUID, dict[str, Any]]
    code: Secret


def open_all(desk: Desk, ask: Ask, permits: Sequence[tuple[Ask, Permit]], rows: Sequence[Ask]) -> Opened | None:
    """Decrypt what is to be sent; None if it must stop, and the ask then says why.

    A row that cannot be decrypted leaves a package that was never sent. A package that was sent cannot change, so it stops.
    """
    # One query for all keys instead of one for each row of a package.
    desk.vault.load_keys([travelling.customer_id for travelling, _ in permits if travelling.customer_id])
    fields: dict[UUID, dict[str, Any]] = {}
    shut: list[tuple[Ask, Unreadable | Destroyed]] = []
    for travelling, _ in permits:
        try:
            fields[travelling.id] = open_fields(desk.vault, travelling)
        except (Unreadable, Destroyed) as no:
            shut.append((travelling, no))
    try:
        code = open_input(desk.vault, ask)
    except (Unreadable, Destroyed) as no:
        shut.append((ask, no))
        code = Secret("")
    if rows and ask.sent_at is None:
        for left, why in shut:
            left.package_id, left.row_no = None, None
            sending_gate.shut(desk, left, why)
    elif shut:
        for stopped in [*rows, ask] if rows else [ask]:
            if not final(AskState(stopped.state)):
                sending_gate.shut(desk, stopped, shut[0][1])
        return None
    return Opened(fields, code)
