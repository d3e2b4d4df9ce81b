"""The office: opens desks on the store and carries out one operation in one transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from hub.domain.capabilities import Capability
from hub.domain.refusals import BadInput, Refusal, Stale
from hub.domain.staff.posts import Actor
from hub.registry import audit
from hub.registry.session import BadText, StaleDataError, Store, Transaction
from hub.registry.vault import MasterKey, Vault

from .desk import Desk, Nudge, Operation
from .operation import audit_line
from .reported_refusals import Counted, Reported

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Office:
    """What a running hub opens desks on: the store, the master key, the channels' capabilities, the queue."""

    store: Store
    master: MasterKey
    nudge: Nudge
    channels: Mapping[str, Capability] = field(default_factory=dict)
    messages_kept: timedelta = timedelta(days=400)
    """How long processed messages of partners are kept."""
    anchor: Path | None = None
    """The file outside the database that holds the audit chain's newest link; None: none is kept."""
    alarms: dict[str, datetime] = field(default_factory=dict)
    """When this process last logged each reason why the audit is not whole; in memory, as rows may be forged."""

    def desk_in(
        self, tx: Transaction, actor: Actor, *, request_id: str | None = None, address: str | None = None
    ) -> Desk:
        """A desk for the actor on a transaction that is already open."""
        vault = Vault(self.master, tx)
        anchor, channels = self.anchor, self.channels
        return Desk(tx, vault, actor, self.nudge, channels, request_id=request_id, address=address, anchor=anchor)

    @contextmanager
    def desk(self, actor: Actor, *, request_id: str | None = None, address: str | None = None) -> Iterator[Desk]:
        """A desk with a transaction of its own, committed at the end of the block.

        A Refusal rolls everything back and leaves its own audit line (R4.1); a lost race becomes Stale.
        """
        desk: Desk | None = None
        counted: Counted | None = None
        try:
            with self.store.transaction() as tx:
                desk = self.desk_in(tx, actor, request_id=request_id, address=address)
                try:
                    yield desk
                except Counted as refusal:
                    # Raised again only after the commit, so that the count of the try is kept.
                    counted = refusal
            if counted is not None:
                raise counted
        except StaleDataError:
            # The version that was read is no longer the row's: somebody else has saved it meanwhile.
            raise Stale(what="记录") from None
        except BadText:
            raise BadInput(field="内容", problem="含有不能保存的字符或数值", mend="请修改后重试。") from None
        except Refusal as refusal:
            if desk is not None and desk.doing is not None:
                self._record_refusal(desk, desk.doing, refusal)
            # After the audit line, so that a report that fails cannot lose it.
            if desk is not None and isinstance(refusal, Reported):
                with self.store.transaction() as tx:
                    refusal.report(self.desk_in(tx, actor, request_id=request_id, address=address))
            raise

    def _record_refusal(self, desk: Desk, doing: Operation, refusal: Refusal) -> None:
        line = audit_line(desk, doing, "refused")
        line.detail["refusal"] = {"code": refusal.code, "article": refusal.article}
        # In a transaction of its own: the refused one was rolled back.
        with self.store.transaction() as tx:
            audit.write(tx, line)

    def perform(
        self, actor: Actor, function: Callable[Concatenate[Desk, P], R], /, *args: P.args, **kwargs: P.kwargs
    ) -> R:
        """Carry out one operation in one transaction. Raises its Refusals."""
        with self.desk(actor) as desk:
            return function(desk, *args, **kwargs)


def operation_of(function: Callable[..., Any]) -> Operation:
    """The entry of an operation's function in the table."""
    operation: Operation = function.operation  # type: ignore[attr-defined]  # `operation` sets it on the function
    return operation
