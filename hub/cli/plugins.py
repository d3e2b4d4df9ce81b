"""plugin: list."""

from importlib.metadata import entry_points
from typing import Annotated

import typer

from hub.channels import host
from hub.domain.capabilities import Capability
from hub.settings import settings

from .screen import as_json, table

app = typer.Typer(help="Installed plugins.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Installed plugins."""


@app.command("list")
def list_them(json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """What each plugin can do and which of a customer's fields it receives for it; why one is not in use."""
    allowed = settings().allowed_plugins
    partners = host.capabilities(host.load(allowed))
    dists = {point.name: point.dist for point in entry_points(group=host.GROUP)}
    versions = {name: dist.version if dist else "" for name, dist in dists.items()}
    rows = [line for _, capability in sorted(partners.items()) for line in verbs(capability, versions)]
    if json:
        as_json([dict(zip(COLUMNS, line, strict=True)) for line in rows])
        return
    table(COLUMNS, rows)


COLUMNS = ("plugin", "version", "verb", "question", "fields", "quarantined")


def verbs(capability: Capability, versions: dict[str, str]) -> list[tuple[str, ...]]:
    """A row for each verb, or one that says why there is none."""
    first = (capability.key, versions.get(capability.key, ""))
    if capability.quarantined is not None:
        return [(*first, "", "", "", capability.quarantined)]
    served = sorted(capability.verbs.values(), key=lambda verb: verb.name)
    return [(*first, verb.name, verb.question or "", " ".join(sorted(verb.fields)), "") for verb in served]
