"""Where our records and a partner's differ: what one person proposes, what another confirms."""

from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Page, page
from hub.domain.inputs import Limit
from hub.operations.desk import Desk
from hub.operations.reconciliation import differences
from hub.operations.reconciliation.differences import DifferenceView

resource = Resource("differences")


@resource.get("/differences", differences.list_differences)
def list_them(desk: Desk, after: UUID | None = None, limit: Limit = 200) -> Page[DifferenceView]:
    """The earliest due first; `after` is the cursor of the page before."""
    rows = differences.list_differences(desk, after, limit)
    return Page[DifferenceView].model_validate(page(rows, limit, "id"))


resource.does("POST", "/differences/{difference_id}/propose", differences.propose, "propose", silent=True)
resource.does("POST", "/differences/{difference_id}/confirm", differences.confirm, "confirm")
