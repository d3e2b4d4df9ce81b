"""users: create, list, grant, one's own password, service users and their API tokens."""

from datetime import timedelta
from typing import Annotated, Literal
from uuid import UUID

import typer

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import Post
from hub.domain.staff.token_scopes import READ
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.staff import access_requests, api_tokens, users
from hub.ports import SHANGHAI, now

from .acting import As, acting, desk_of
from .screen import language, say, table

app = typer.Typer(help="Members of staff and their posts.", no_args_is_help=True)


@app.command()
def create(login_of_new: Annotated[str, typer.Argument(metavar="LOGIN")], name: str, unit: str, login: As) -> None:
    """A new member of staff; prints the one-time password, once."""
    with desk_of(login) as desk:
        password = users.create_user(desk, login_of_new, name, unit)
    say(f"one-time password: {password}")


@app.command("list")
def list_them(login: As) -> None:
    """The members of staff of your units."""
    with desk_of(login) as desk:
        staff = users.list_users(desk)
    lines = [(user.id, user.login, user.name, user.unit_code, user.active, posts_of(user)) for user in staff]
    table(("id", "login", "name", "unit", "active", "posts"), lines)


def posts_of(user: users.UserView) -> str:
    """The posts of a user, each with its unit."""
    return " ".join(f"{post.post}@{post.unit_code}" for post in user.posts)


@app.command()
def grant(
    user_id: UUID,
    post: Post,
    unit: str,
    login: As,
    holder: Annotated[Literal["a", "b"], typer.Option(help="a or b (AB岗).")] = "a",
) -> None:
    """Give a post in a unit and the units below it."""
    with desk_of(login) as desk:
        answer = users.grant_post(desk, user_id, post, unit, holder)
        say(f"granted {post} in {unit}" if answer.granted else waits(desk, answer.request_id))


def waits(desk: Desk, request_id: UUID | None) -> str:
    """What to print of a request that waits for another person."""
    # Listed for the person who asked: the request just made is among them.
    until = next(request.until for request in access_requests.list_requests(desk) if request.id == request_id)
    by = until.astimezone(SHANGHAI).isoformat(timespec="minutes")
    return f"waits for another person until {by}: access request {request_id}"


@app.command()
def reset(user_id: UUID, login: As) -> None:
    """Reset a password: a colleague of the user's unit collects the new one and hands it over."""
    with desk_of(login) as desk:
        answer = users.reset_password(desk, user_id)
        say(f"one-time password: {answer.password}" if answer.password else waits(desk, answer.request_id))


@app.command()
def password(login: As) -> None:
    """Change your own password; also the one-time password."""
    # Prompted even if PARTNERHUB_PASSWORD is set: that may still be the password before.
    old = typer.prompt("Password", hide_input=True, err=True)
    new = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    with acting(login, one_time=True, password=old) as person, person.desk() as desk:
        users.change_password(desk, Secret(old), Secret(new))
    say("changed")


@app.command()
def unlock(user_id: UUID, login: As) -> None:
    """Lift the lock after too many wrong passwords."""
    with desk_of(login) as desk:
        users.unlock_user(desk, user_id)
    say("unlocked")


@app.command("create-service")
def create_service(
    login_of_new: Annotated[str, typer.Argument(metavar="LOGIN")], name: str, unit: str, login: As
) -> None:
    """A new account for a programme; prints its id."""
    with desk_of(login) as desk:
        user_id = users.create_service_user(desk, login_of_new, name, unit)
    say(str(user_id))


@app.command()
def token(
    user_id: UUID,
    name: str,
    unit: str,
    login: As,
    scope: Annotated[list[str], typer.Option(help="As `users scopes` lists it; again for more.")],
    days: Annotated[int, typer.Option(min=1, max=366, help="For how long it is valid.")] = 90,
) -> None:
    """An API token for a service user; prints it, once."""
    with desk_of(login) as desk:
        issued = api_tokens.issue_token(desk, user_id, name, scope, unit, now() + timedelta(days=days))
        say(f"token {issued.id}: {issued.token}" if issued.token else waits(desk, issued.request_id))


@app.command("tokens")
def list_tokens(login: As) -> None:
    """The API tokens of your units, without their secrets."""
    with desk_of(login) as desk:
        tokens = api_tokens.list_tokens(desk)
    lines = [
        (known.id, known.name, known.login, " ".join(known.scopes), known.unit_code, known.state, known.expires_at)
        for known in tokens
    ]
    table(("id", "name", "user", "scopes", "unit", "state", "expires"), lines)


@app.command("scopes")
def list_scopes(words: Annotated[str, typer.Argument(help="Part of a scope or title.")] = "") -> None:
    """What an API token can be granted: reading, all that concerns a noun, or one operation."""
    spoken = language() != "zh"
    lines = [(scope, _scope_title(scope)[spoken]) for scope in api_tokens.scope_names()]
    table(("scope", "what"), [line for line in lines if words in " ".join(line)])


def _scope_title(scope: str) -> tuple[str, str]:
    # A scope is one operation by its name, reading as a whole, or all of a noun.
    if scope in OPERATIONS:
        return OPERATIONS[scope].title
    return ("全部只读操作", "all that changes nothing") if scope == READ else ("该类全部操作", "all of its kind")


@app.command("revoke-token")
def revoke_token(token_id: UUID, login: As) -> None:
    """Revoke an API token at once."""
    with desk_of(login) as desk:
        api_tokens.revoke_token(desk, token_id)
    say("revoked")
