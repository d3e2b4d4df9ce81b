"""The audit trail: whether it is whole."""

from typing import Annotated

from fastapi import Query

from hub.api.resource import Resource
from hub.api.shapes import Shown
from hub.operations.desk import Desk
from hub.operations.oversight import audit_trail

resource = Resource("audit")


class Chain(Shown):
    """What a look at the whole chain found; number and hash of its last good row are an anchor to be noted.

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
    anchor_no: Annotated[int | None, Query(ge=1, le=2**63 - 1)] = None,
    anchor_hash: Annotated[str, Query(pattern="^[0-9a-f]{64}$")] = "0" * 64,
) -> Chain:
    """Walk the chain; the anchor on file, and one that is given, must lie on it."""
    anchor = audit_trail.Link(anchor_no, bytes.fromhex(anchor_hash)) if anchor_no else None
    found = audit_trail.verify(desk, anchor)
    return Chain(
        sealed=found.sealed,
        unsealed=found.unsealed,
        late=found.late,
        broken=found.broken,
        why=found.why,
        anchored=found.anchored,
        last_no=found.head.no,
        last_hash=found.head.hash.hex(),
    )
