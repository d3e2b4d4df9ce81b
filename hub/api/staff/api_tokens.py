"""API tokens and the service users that hold them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainValidator, WithJsonSchema

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Id, Made, Shown
from hub.domain.inputs import Code, Text, in_calendar
from hub.operations.desk import Desk
from hub.operations.staff import api_tokens, users

from .users import NewUser

resource = Resource("tokens")


def _moment(value: object) -> datetime:
    if not isinstance(value, str) or len(value) > 40:
        raise ValueError("not a moment with its zone")
    found = datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError("not a moment with its zone")
    return in_calendar(found)


Moment = Annotated[datetime, PlainValidator(_moment), WithJsonSchema({"type": "string", "format": "date-time"})]
Scope = Annotated[str, Field(max_length=80, pattern=r"^[a-z_]+(\.([a-z_]+|\*))?$")]


class NewToken(Given):
    """What a programme may do, where, and until when."""

    user_id: Id
    name: Text
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=200)]
    unit_code: Code
    expires_at: Moment


class TokenIssued(Shown):
    """The token, shown once; or the request that a second person confirms before it can be taken."""

    id: UUID | None = None
    token: str | None = None
    request_id: UUID | None = None


class PasswordReset(Shown):
    """The one-time password, shown once; or the request by which it waits for somebody of the user's unit."""

    password: str | None
    request_id: UUID | None


class TokenShown(Shown):
    """A token without its secret."""

    id: UUID
    login: str
    name: str
    scopes: list[str]
    unit_code: str
    made_by_name: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: str


@resource.get("/tokens", api_tokens.list_tokens)
def listed(desk: Desk) -> list[TokenShown]:
    """The API tokens of your units' service users."""
    return [_shown(view) for view in api_tokens.list_tokens(desk)]


def _shown(view: api_tokens.TokenView) -> TokenShown:
    own = {"login", "state"}
    columns = {name: getattr(view.row, name) for name in TokenShown.model_fields if name not in own}
    return TokenShown(**columns, login=view.owner.login, state=view.state)


@resource.change("POST", "/tokens", api_tokens.issue_token, status=201)
def issue(desk: Desk, given: NewToken) -> TokenIssued:
    """A new API token for a service user."""
    issued = api_tokens.issue_token(desk, given.user_id, given.name, given.scopes, given.unit_code, given.expires_at)
    if isinstance(issued, api_tokens.Issued):
        return TokenIssued(id=issued.id, token=issued.token)
    return TokenIssued(request_id=issued.id)


@resource.change("POST", "/tokens/{token_id}/revoke", api_tokens.revoke_token)
def revoke(desk: Desk, token_id: UUID) -> Done:
    """The token opens nothing from now on."""
    api_tokens.revoke_token(desk, token_id)
    return Done()


@resource.change("POST", "/users/service", users.create_service_user, status=201)
def add_service_user(desk: Desk, given: NewUser) -> Made:
    """A new account for a programme."""
    return Made(id=users.create_service_user(desk, given.login, given.name, given.unit_code))


@resource.change("POST", "/users/{user_id}/unlock", users.unlock_user)
def unlock(desk: Desk, user_id: UUID) -> Done:
    """Lift the lock after too many wrong passwords."""
    users.unlock_user(desk, user_id)
    return Done()


@resource.change("POST", "/users/{user_id}/reset-password", users.reset_password)
def reset_password(desk: Desk, user_id: UUID) -> PasswordReset:
    """A new one-time password, for somebody of the user's unit."""
    reset = users.reset_password(desk, user_id)
    return PasswordReset(password=reset.password, request_id=reset.request.id if reset.request else None)
