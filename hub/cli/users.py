"""users: create, list, grant, one's own password."""

from typing import Annotated
from uuid import UUID

import typer

from hub.domain.people import Post
from hub.domain.privacy import Secret
from hub.operations import staff

from .acting import As, acting, desk_of
from .screen import say, table

app = typer.Typer(help="Members of staff and their posts.", no_args_is_help=True)


@app.command()
def create(login_of_new: Annotated[str, typer.Argument(metavar="LOGIN")], name: str, unit: str, login: As) -> None:
    """A new member of staff; prints the one-time password, once."""
    with desk_of(login) as desk:
        password = staff.create_user(desk, login_of_new, name, unit)
    say(f"one-time password: {password}")


@app.command("list")
def list_them(login: As) -> None:
    """All members of staff."""
    with desk_of(login) as desk:
        found = staff.list_users(desk)
    rows = [(v.user.id, v.user.login, v.user.name, v.user.unit_code, v.user.active, held(v)) for v in found]
    table(("id", "login", "name", "unit", "active", "posts"), rows)


def held(view: staff.UserView) -> str:
    """The posts of a user, each with its unit."""
    return " ".join(f"{post.post}@{post.unit_code}" for post in view.posts)


@app.command()
def grant(
    user_id: UUID,
    post: Post,
    unit: str,
    login: As,
    holder: Annotated[str, typer.Option(help="a or b (AB岗).")] = "a",
) -> None:
    """Give a post in a unit and the units below it."""
    with desk_of(login) as desk:
        staff.grant_post(desk, user_id, post, unit, holder)
    say(f"granted {post} in {unit}")


@app.command()
def password(login: As) -> None:
    """Change your own password; also the one-time password."""
    old = typer.prompt("Password", hide_input=True, err=True)
    new = typer.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    with acting(login, one_time=True, password=old) as person, person.desk() as desk:
        staff.change_password(desk, Secret(old), Secret(new))
    say("changed")
