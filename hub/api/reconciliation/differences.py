"""Where ours and theirs do not agree: the desk, what one person proposes, what another confirms."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Id, Limit, Page, Shown, page
from hub.domain.inputs import Text
from hub.operations.desk import Desk
from hub.operations.reconciliation import differences
from hub.registry.schema import Difference

resource = Resource("differences")
Way = Literal["recheck", "theirs", "ours", "explained"]


class DifferenceShown(Shown):
    """Both values with their ages, the side that is usually right, what said it, and what people decided."""

    id: UUID
    channel: str
    kind: str
    number: str
    what: str
    customer_id: UUID | None
    customer_code: str
    ours: dict[str, Any]
    theirs: dict[str, Any]
    suggestion: str
    side: Literal["ours", "theirs"] | None
    ways: list[Way]
    evidence: str | None
    found_at: datetime
    decide_by: datetime
    proposed: Way | None
    proposed_why: str | None
    proposed_by_name: str | None
    confirmed_at: datetime | None
    confirmed_by_name: str | None


class Proposal(Given):
    """How it is to be cleared up, and what was found."""

    way: Way
    why: Text


@resource.get("/differences", differences.list_differences)
def list_them(desk: Desk, after: Id | None = None, limit: Limit = 200) -> Page[DifferenceShown]:
    """What is due first comes first; `after` is the cursor of the page before."""
    rows = differences.list_differences(desk, after, limit)
    shown = [_shown(desk, row) for row in rows]
    return Page[DifferenceShown](**page(shown, limit, "id"))


def _shown(desk: Desk, row: Difference) -> DifferenceShown:
    given: dict[str, Any] = {name: getattr(row, name, None) for name in DifferenceShown.model_fields}
    given |= {"side": differences.SIDES.get(row.what), "ways": differences.ways_of(desk, row)}
    return DifferenceShown(**given)


@resource.change("POST", "/differences/{difference_id}/propose", differences.propose)
def propose(desk: Desk, difference_id: UUID, given: Proposal) -> Done:
    """Say how it is to be cleared up; “recheck” asks the bank at once."""
    differences.propose(desk, difference_id, given.way, given.why)
    return Done()


@resource.change("POST", "/differences/{difference_id}/confirm", differences.confirm)
def confirm(desk: Desk, difference_id: UUID) -> Done:
    """The second person agrees; what is being mended stays until both sides agree."""
    differences.confirm(desk, difference_id)
    return Done()
