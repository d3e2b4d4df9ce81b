"""access: requests that need a second person, and what waits to be collected."""

from typing import Annotated
from uuid import UUID

import typer

from hub.operations.staff import access_requests
from hub.ports import SHANGHAI

from .acting import As, desk_of
from .screen import say, table

app = typer.Typer(help="Requests that need a second person; passwords and tokens to collect.", no_args_is_help=True)
HEADS = ("id", "what", "about", "post or token", "unit", "asked by", "state", "until", "yours to")


@app.command("list")
def list_them(login: As) -> None:
    """Requests that you may decide, may collect or have made."""
    with desk_of(login) as desk:
        requests = access_requests.list_requests(desk)
    table(HEADS, [(*_columns(request), _verbs(request)) for request in requests])


def _columns(request: access_requests.AccessView) -> tuple[object, ...]:
    what, unit = request.post or request.details.get("name", ""), request.post_unit or request.user_unit
    about = (request.id, request.kind, request.user_name, what, unit)
    return (
        *about,
        request.asked_by_name,
        request.state,
        request.until.astimezone(SHANGHAI).isoformat(timespec="minutes"),
    )


def _verbs(request: access_requests.AccessView) -> str:
    # Withdrawn by whoever asked, as long as nothing came of it.
    still_open = request.state in ("asked_for", "to_be_taken")
    verbs = {"confirm, reject": request.may_decide, "take": request.may_take, "withdraw": request.mine and still_open}
    return ", ".join(verb for verb, may in verbs.items() if may)


@app.command()
def confirm(request_id: UUID, login: As) -> None:
    """As the second person: confirm it."""
    with desk_of(login) as desk:
        access_requests.confirm(desk, request_id)
    say("confirmed")


@app.command()
def reject(request_id: UUID, login: As, why: Annotated[str, typer.Option(help="The reason.")]) -> None:
    """As the second person: reject it."""
    with desk_of(login) as desk:
        access_requests.reject(desk, request_id, why)
    say("rejected")


@app.command()
def withdraw(request_id: UUID, login: As) -> None:
    """Withdraw your own request."""
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
