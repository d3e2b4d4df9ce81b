"""Who calls the API: the bearer token, turned into an actor at a desk."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.domain.staff.posts import Actor
from hub.operations.desk import Desk, Operation
from hub.operations.office import Office
from hub.operations.staff import api_tokens, users
from hub.operations.staff.sign_in import slowing

from .problems import NoToken, PasswordDue, request_id

BEARER = HTTPBearer(auto_error=False, description="A token from POST /api/v1/sessions, or an API token (ph_…)")


@dataclass(frozen=True)
class Call:
    """One call: who, from where, under which key, and a digest of what was sent."""

    request: Request
    office: Office
    actor: Actor
    must_change: bool
    token: str
    key: str | None
    content: str = ""

    def allow(self, row: Operation) -> None:
        """Raise PasswordDue when a one-time password must be changed first."""
        # Exactly one operation is allowed, or the person could never change the password.
        if self.must_change and row.name != "staff.change_password":
            raise PasswordDue

    def desk(self) -> AbstractContextManager[Desk]:
        """A desk with its own transaction for this caller."""
        return self.office.desk(self.actor, request_id=request_id(self.request), address=address_of(self.request))


def office_of(request: Request) -> Office:
    """The office of the running hub."""
    office: Office = request.app.state.hub.office
    return office


def address_of(request: Request) -> str:
    """The caller's network address, as the server determined it."""
    address: str = request.state.address
    return address


def reader(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None
) -> Call:
    """The caller of a reading route. Raises NoToken."""
    return _call(request, credentials, None)


def changer(
    request: Request,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)] = None,
    idempotency_key: Annotated[
        str | None,
        Header(description="Made by the caller, one for each action; a repeat gets the first answer; kept 30 days"),
    ] = None,
) -> Call:
    """The caller of a changing route. Raises NoToken."""
    return _call(request, credentials, idempotency_key)


def _call(request: Request, credentials: HTTPAuthorizationCredentials | None, key: str | None) -> Call:
    office = office_of(request)
    # The prefix tells API tokens from sessions, so that each is looked up in one table only.
    if credentials is not None and credentials.credentials.startswith(api_tokens.PREFIX):
        actor = api_tokens.actor_behind(office, credentials.credentials)
        if actor is None:
            refusal = NoToken()
            # Only a token that never existed counts as guessing and slows its address down; an expired or revoked one
            # is a forgotten program, which must not slow its colleagues behind the same address.
            if not api_tokens.was_issued(office, credentials.credentials):
                refusal.hold = slowing.fail(office, address_of(request))
            raise refusal
        return Call(request, office, actor, False, credentials.credentials, key)
    signed = users.session_of(office, credentials.credentials) if credentials else None
    if signed is None or credentials is None:
        raise NoToken
    return Call(request, office, signed.actor, signed.must_change, credentials.credentials, key)
