"""A customer's way onto web ordering: password issued, reset, delivered (R7.6)."""

from datetime import datetime
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Reason, Shown
from hub.domain.inputs import Code
from hub.operations.desk import Desk
from hub.operations.onboarding import web_ordering

resource = Resource("onboardings")


class WebShown(Shown):
    """A customer's way onto web ordering; the password itself is nowhere."""

    id: UUID
    customer_id: UUID
    state: str
    password_due: datetime
    issued_at: datetime | None
    reset: bool
    delivered_at: datetime | None


class Way(Given):
    """By which way."""

    way: Code


@resource.get("/web-orderings", web_ordering.list_web_orderings)
def web(desk: Desk) -> list[WebShown]:
    """Customers on their way onto web ordering."""
    return [WebShown.model_validate(row) for row, _ in web_ordering.list_web_orderings(desk)]


@resource.change("POST", "/web-orderings/{web_id}/password", web_ordering.issue_password)
def issue(desk: Desk, web_id: UUID) -> Done:
    """A password was issued."""
    web_ordering.issue_password(desk, web_id)
    return Done()


@resource.change("POST", "/web-orderings/{web_id}/reset", web_ordering.reset_password)
def reset(desk: Desk, web_id: UUID, given: Reason) -> Done:
    """It was reset by the account manager."""
    web_ordering.reset_password(desk, web_id, given.why)
    return Done()


@resource.change("POST", "/web-orderings/{web_id}/delivery", web_ordering.deliver_password)
def deliver(desk: Desk, web_id: UUID, given: Way) -> Done:
    """It has reached the customer."""
    web_ordering.deliver_password(desk, web_id, given.way)
    return Done()
