"""access: what about power takes a second person, and what waits to be taken."""

from typing import Annotated
from uuid import UUID

import typer

from hub.operations.staff import access_requests
from hub.ports import SHANGHAI
from hub.registry.schema import AccessRequest

from .acting import As, desk_of
from .screen import say, table

app = typer.Typer(help="Requests that take a second person; passwords and tokens to be taken.", no_args_is_help=True)
HEADS = ("id", "what", "about", "post or token", "unit", "asked by", "state", "until", "yours to")


@app.command("list")
def list_them(login: As) -> None:
    """What you may decide, take or have asked for."""
    with desk_of(login) as desk:
        views = access_requests.list_requests(desk)
        rows = [(*_columns(view.row), _verbs(view)) for view in views]
    table(HEADS, rows)


def _columns(request: AccessRequest) -> tuple[object, ...]:
    what, unit = request.post or request.details.get("name", ""), request.post_unit or request.user_unit
    about = (request.id, request.kind, request.user_name, what, unit)
    return (
        *about,
        request.asked_by_name,
        request.state,
        request.until.astimezone(SHANGHAI).isoformat(timespec="minutes"),
    )


def _verbs(view: access_requests.AccessView) -> str:
    open_still = view.row.state in ("asked_for", "to_be_taken")
    verbs = {"confirm, reject": view.may_decide, "take": view.may_take, "withdraw": view.mine and open_still}
    return ", ".join(verb for verb, may in verbs.items() if may)


@app.command()
def confirm(request_id: UUID, login: As) -> None:
    """As the second person: let it be done."""
    with desk_of(login) as desk:
        access_requests.confirm(desk, request_id)
    say("confirmed")


@app.command()
def reject(request_id: UUID, login: As, why: Annotated[str, typer.Option(help="The reason.")]) -> None:
    """As the second person: nothing of it is done."""
    with desk_of(login) as desk:
        access_requests.reject(desk, request_id, why)
    say("rejected")


@app.command()
def withdraw(request_id: UUID, login: As) -> None:
    """Take back what you asked for."""
    with desk_of(login) as desk:
        access_requests.withdraw(desk, request_id)
    say("withdrawn")


@app.command("take-password")
def take_password(request_id: UUID, login: As) -> None:
    """A colleague's one-time password; printed once, hand it over in person."""
    with desk_of(login) as desk:
        password = access_requests.take_password(desk, request_id)
    say(f"one-time password: {password}")


@app.command("take-token")
def take_token(request_id: UUID, login: As) -> None:
    """The token that you asked for and another person confirmed; printed once."""
    with desk_of(login) as desk:
        issued = access_requests.take_token(desk, request_id)
    say(f"token {issued.id}: {issued.token}")
