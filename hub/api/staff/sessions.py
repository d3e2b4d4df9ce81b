"""Signing in and out, and one's own password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import Field

from hub.api.caller import Call, address_of, office_of, reader
from hub.api.problems import documented
from hub.api.resource import Resource
from hub.api.shapes import Done, Given, SecretText, Shown
from hub.domain.inputs import Printable, Text
from hub.operations.staff import users
from hub.operations.staff.sign_in.turnstile import pass_through

resource = Resource("sessions")
signing = APIRouter(tags=["sessions"])
"""The two routes without an operation: signing in, before there is an actor, and signing out."""


class Credentials(Given):
    """A login and its password."""

    login: Text
    password: SecretText
    device: Annotated[str, Printable, Field(max_length=100)] = Field(
        default="", description="The `device` of an earlier answer: others' failed attempts then do not lock you out"
    )


class Token(Shown):
    """A bearer token; idle for 15 minutes or after 8 hours it ends."""

    token: str
    must_change: bool
    device: str = Field(description="Keep it and send it with the next sign-in; it gives no access on its own")


@signing.post("/sessions", status_code=201, responses=documented(401, 413, 422, 429, 500))
async def sign_in(request: Request, given: Credentials) -> Token:
    """Sign in. Send the token as `Authorization: Bearer …`."""
    office, address = office_of(request), address_of(request)
    password = given.password.reveal()
    signed = await pass_through(office, given.login, password, address, kind="api", device=given.device)
    return Token(token=signed.token, must_change=signed.must_change, device=signed.device)


# `reader`, not `changer`: ending a session twice does no harm, so it needs no Idempotency-Key.
@signing.delete("/sessions", responses=documented(401, 500))
def sign_out(request: Request, call: Annotated[Call, Depends(reader)]) -> Done:
    """End this token."""
    users.sign_out(office_of(request), call.token)
    return Done()


resource.does("POST", "/sessions/password", users.change_password, "change_password")
