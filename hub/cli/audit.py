"""audit: verify."""

from typing import Annotated

import typer

from hub.operations import audit

from .acting import As, desk_of
from .screen import complain, say

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
BROKEN = 1
"""Exit code of a chain that somebody changed."""


def read_anchor(given: str) -> audit.Link:
    """`NUMBER:HASH` as a place in the chain."""
    no, _, digest = given.partition(":")
    try:
        return audit.Link(int(no), bytes.fromhex(digest))
    except ValueError:
        raise typer.BadParameter("an anchor is NUMBER:HASH, as verify prints it") from None


@app.callback()
def group() -> None:
    """The audit trail."""


@app.command()
def verify(
    login: As,
    anchor: Annotated[str, typer.Option(help="NUMBER:HASH that you noted earlier; the chain must go through it.")] = "",
) -> None:
    """Whether a row was changed, taken out, put in or moved. Ends with 1 when one was."""
    with desk_of(login) as desk:
        found = audit.verify(desk, read_anchor(anchor) if anchor else None)
    say(f"sealed {found.sealed}, not yet sealed {found.unsealed}")
    if found.broken is not None:
        complain(f"broken at number {found.broken}")
        raise typer.Exit(BROKEN)
    say(f"whole; note this anchor: {found.head.no}:{found.head.hash.hex()}")
