"""What about power takes a second person, and what waits to be taken."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Shown
from hub.domain.inputs import Text
from hub.operations.desk import Desk
from hub.operations.staff import access_requests
from hub.operations.staff.access_requests import AccessView

from .api_tokens import TokenIssued
from .users import FirstPassword

resource = Resource("access")


class AccessShown(Shown):
    """A request, and what you may do with it."""

    id: UUID
    kind: str
    user_id: UUID
    user_name: str
    user_unit: str
    post: str | None
    post_unit: str | None
    holder: str | None
    details: dict[str, Any]
    state: str
    asked_by_name: str
    asked_at: datetime
    until: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    why: str | None
    taken_by_name: str | None
    taken_at: datetime | None
    may_decide: bool
    may_take: bool
    mine: bool


class Rejection(Given):
    """Why not."""

    why: Text


@resource.get("/access-requests", access_requests.list_requests)
def requests(desk: Desk) -> list[AccessShown]:
    """What you may decide, take or have asked for."""
    return [_shown(view) for view in access_requests.list_requests(desk)]


def _shown(view: AccessView) -> AccessShown:
    own = {"may_decide", "may_take", "mine"}
    columns = {name: getattr(view.row, name) for name in AccessShown.model_fields if name not in own}
    return AccessShown(**columns, may_decide=view.may_decide, may_take=view.may_take, mine=view.mine)


@resource.change("POST", "/access-requests/{request_id}/confirm", access_requests.confirm)
def confirm(desk: Desk, request_id: UUID) -> Done:
    """As the second person: let it be done."""
    access_requests.confirm(desk, request_id)
    return Done()


@resource.change("POST", "/access-requests/{request_id}/reject", access_requests.reject)
def reject(desk: Desk, request_id: UUID, given: Rejection) -> Done:
    """As the second person: nothing of it is done."""
    access_requests.reject(desk, request_id, given.why)
    return Done()


@resource.change("POST", "/access-requests/{request_id}/withdraw", access_requests.withdraw)
def withdraw(desk: Desk, request_id: UUID) -> Done:
    """You do not need it any more."""
    access_requests.withdraw(desk, request_id)
    return Done()


@resource.ask("/access-requests/{request_id}/password", access_requests.take_password)
def take_password(desk: Desk, request_id: UUID) -> FirstPassword:
    """The one-time password, once; without a key, so that no copy of the answer is kept for a repeat."""
    return FirstPassword(password=access_requests.take_password(desk, request_id))


@resource.ask("/access-requests/{request_id}/token", access_requests.take_token)
def take_token(desk: Desk, request_id: UUID) -> TokenIssued:
    """The token that was confirmed, once; without a key, so that no copy of the answer is kept for a repeat."""
    issued = access_requests.take_token(desk, request_id)
    return TokenIssued(id=issued.id, token=issued.token)
