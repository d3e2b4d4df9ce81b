"""Signing in and out, and one's own password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from hub.domain.inputs import Text
from hub.operations import staff
from hub.operations.desk import Desk

from .caller import Call, address_of, office_of, reader
from .problems import documented
from .resource import Resource
from .shapes import Done, Given, SecretText, Shown

resource = Resource("sessions")
signing = APIRouter(tags=["sessions"])
"""The two routes that carry out no operation: before there is an actor, and to stop being one."""


class Credentials(Given):
    """A login and its password."""

    login: Text
    password: SecretText


class Token(Shown):
    """A bearer token; idle for 15 minutes or after 8 hours it ends."""

    token: str
    must_change: bool


class Passwords(Given):
    """The present password and the one to come."""

    old: SecretText
    new: SecretText


@signing.post("/sessions", status_code=201, responses=documented(401, 413, 422, 429, 500))
def sign_in(request: Request, given: Credentials) -> Token:
    """Sign in. Send the token as `Authorization: Bearer …`."""
    office, address = office_of(request), address_of(request)
    signed = staff.sign_in(office, given.login, given.password.reveal(), address, kind="api")
    return Token(token=signed.token, must_change=signed.must_change)


@signing.delete("/sessions", responses=documented(401, 500))
def sign_out(request: Request, call: Annotated[Call, Depends(reader)]) -> Done:
    """End this token."""
    staff.sign_out(office_of(request), call.token)
    return Done()


@resource.change("POST", "/sessions/password", staff.change_password)
def change_password(desk: Desk, given: Passwords) -> Done:
    """A new password for oneself."""
    staff.change_password(desk, given.old, given.new)
    return Done()
