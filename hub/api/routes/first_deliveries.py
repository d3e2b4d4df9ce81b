"""Corrections after a first delivery: what account manager and driver say (R7.14)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Made, Shown
from hub.domain.inputs import Code, Text
from hub.operations.changes import first_delivery
from hub.operations.desk import Desk

resource = Resource("routes")


class ViewGiven(Given):
    """What the account manager or the driver (post) says."""

    post: Code
    said_by: Text
    agrees: bool
    words: Text


class ViewShown(Shown):
    """What was said, by whom, and who wrote it down."""

    post: str
    said_by: str
    agrees: bool
    words: str
    by_name: str
    at: datetime


class FirstDeliveryShown(Shown):
    """A correction after a first delivery (R7.14)."""

    application_id: UUID
    customer_id: UUID
    proposed: dict[str, Any]
    views: list[ViewShown]


@resource.get("/first-deliveries", first_delivery.list_first_deliveries)
def first_deliveries(desk: Desk) -> list[FirstDeliveryShown]:
    """Corrections after a first delivery that wait, with what was said."""
    return [
        FirstDeliveryShown(
            application_id=each.row.id,
            customer_id=each.customer.id,
            proposed=each.row.proposed,
            views=[ViewShown.model_validate(view) for view in each.views],
        )
        for each in first_delivery.list_first_deliveries(desk)
    ]


@resource.change("POST", "/applications/{application_id}/views", first_delivery.record_view)
def view(desk: Desk, application_id: UUID, given: ViewGiven) -> Done:
    """What account manager or driver says about the correction."""
    first_delivery.record_view(desk, application_id, given.post, given.said_by, given.agrees, given.words)
    return Done()


@resource.change("POST", "/applications/{application_id}/route-meeting", first_delivery.to_meeting, status=201)
def to_meeting(desk: Desk, application_id: UUID) -> Made:
    """They do not agree: the next meeting decides."""
    return Made(id=first_delivery.to_meeting(desk, application_id))
