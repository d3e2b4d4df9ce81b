"""The audit trail: whether it is whole."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Query

from hub.api.resource import Resource
from hub.operations.desk import Desk
from hub.operations.oversight import audit_trail
from hub.operations.views import view

resource = Resource("audit")


@dataclass(frozen=True)
class Chain:
    """The result of verifying the whole chain; number and hash of its last good row are an anchor to be noted.

    `why`: how number `broken` does not fit. `late`: rows that waited too long for their seal. `anchored`: whether an
    anchor from outside of the database was passed; without one, rows may be missing at the end.
    """

    sealed: int
    unsealed: int
    late: int
    broken: int | None
    why: audit_trail.Break | None
    anchored: bool
    last_no: int
    last_hash: str


@resource.get("/audit/chain", audit_trail.verify)
def chain(
    desk: Desk,
    # Bounded by the column's type, so that a larger number is the caller's 422.
    anchor_no: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    anchor_hash: Annotated[str, Query(pattern="^[0-9a-f]{64}$")] = "0" * 64,
) -> Chain:
    """Verify the chain; it must contain the anchor on file, and the one given."""
    # The hash counts only together with a number; alone it names no place in the chain.
    anchor = audit_trail.Link(anchor_no, bytes.fromhex(anchor_hash)) if anchor_no else None
    verdict = audit_trail.verify(desk, anchor)
    return view(Chain, verdict, last_no=verdict.head.no, last_hash=verdict.head.hash.hex())
