"""Acting as a member of staff from the terminal: the same sign-in and the same table of operations as anywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from hub.app import Hub, open_hub
from hub.domain.refusals import Refusal, Unusable
from hub.domain.staff.posts import Actor
from hub.operations.desk import Desk
from hub.operations.staff import users
from hub.registry.data_folder.at_work import at_work
from hub.registry.database import embedded
from hub.settings import HubSettings, settings

# What stands in the audit trail for the network address of somebody at the terminal.
ADDRESS = "cli"
As = Annotated[str, typer.Option("--as", envvar="PARTNERHUB_LOGIN", help="Your login.", show_default=False)]


class PasswordDue(Refusal):
    """A one-time password allows nothing but changing it."""

    article, status = "R6.1", 403
    says = ("一次性密码须先修改。", "The one-time password must be changed first.")
    then = ("请运行 partnerhub users password。", "Run partnerhub users password.")


@dataclass(frozen=True)
class Acting:
    """A signed-in person at a hub."""

    hub: Hub
    actor: Actor

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        """A desk with its own transaction."""
        with self.hub.office.desk(self.actor, address=ADDRESS) as desk:
            yield desk


@contextmanager
def opened(*, lasting: bool = False) -> Iterator[Hub]:
    """This installation's hub, in its data folder; `lasting`: refuse a demo's folder. Raises Unusable."""
    chosen = settings()
    with at_work(chosen.data, lasting=lasting):
        hub = open_hub(chosen)
        try:
            yield hub
        finally:
            hub.close()


class NoHubHere(Unusable):
    """The data folder holds no hub, and no other database is named."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"No hub lives in {folder}; nothing was made. Name its folder in PARTNERHUB_DATA, or its database in "
            "PARTNERHUB_DATABASE_URL. A new hub begins with `partnerhub serve`."
        )


def require_hub(chosen: HubSettings) -> None:
    """Raise NoHubHere, so that a command which only looks or acts never creates an installation."""
    if chosen.database_url is None and not embedded.is_made(chosen.data):
        raise NoHubHere(chosen.data)


@contextmanager
def acting(login: str, *, one_time: bool = False, password: str | None = None) -> Iterator[Acting]:
    """Sign in with PARTNERHUB_PASSWORD or a prompt, for the length of one command. Raises Refusals."""
    require_hub(settings())
    kept = settings().password
    if password is None:
        # Never an argument: arguments stand in the shell's history and in the list of processes.
        password = kept.get_secret_value() if kept else str(typer.prompt("Password", hide_input=True, err=True))
    with opened() as hub:
        signed = users.sign_in(hub.office, login, password, ADDRESS, kind="cli")
        try:
            if signed.must_change and not one_time:
                raise PasswordDue
            yield Acting(hub, signed.actor)
        finally:
            # Each command has a session of its own: one left open could be used by whoever finds its token.
            users.sign_out(hub.office, signed.token)


@contextmanager
def desk_of(login: str) -> Iterator[Desk]:
    """One desk for one command."""
    with acting(login) as person, person.desk() as desk:
        yield desk
