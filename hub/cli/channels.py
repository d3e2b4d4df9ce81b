"""channel: settings."""

import asyncio
from typing import Annotated

import typer

from hub.channels.probing import Probe
from hub.channels.settings_form import describe_settings
from hub.domain.refusals import BadInput, NotFound
from hub.operations import channel_desk
from hub.ports import now

from .acting import As, acting
from .screen import say, table

app = typer.Typer(help="Connections to partners.", no_args_is_help=True)
settings = typer.Typer(help="A plugin's settings.", no_args_is_help=True)
app.add_typer(settings, name="settings")
Pairs = Annotated[list[str], typer.Argument(help="name=value …; a secret without =value is asked for.")]


@settings.command("set")
def set_them(channel: str, pairs: Pairs, login: As) -> None:
    """Keep settings of a channel, sealed; those not named stay as they are."""
    values = dict(map(read_pair, pairs))
    with acting(login) as person:
        with person.desk() as desk:
            channel_desk.save_settings(desk, channel, values)
        report(person.hub.works().not_ready, channel)


def read_pair(pair: str) -> tuple[str, str]:
    """name=value; without the value it is prompted for and stays out of the shell's history."""
    name, given, value = pair.partition("=")
    if not name.replace(".", "_").isidentifier():
        raise BadInput(field="settings", problem="name=value", mend="name=value")
    return name, value if given else typer.prompt(name, hide_input=True, err=True)


def report(not_ready: dict[str, str], channel: str) -> None:
    """Whether the channel can be used with its settings."""
    say(f"{channel}: not usable yet: {not_ready[channel]}" if channel in not_ready else f"{channel}: settings complete")


@settings.command("show")
def show(channel: str, login: As) -> None:
    """The settings that the plugin takes; never their values."""
    with acting(login) as person:
        with person.desk() as desk:
            channel_desk.list_channels(desk)
        partner = person.hub.partners.partners.get(channel)
        if partner is None:
            raise NotFound(what="渠道")
        columns = ("setting", "kind", "required", "default", "choices")
        found = describe_settings(partner)
        table(columns, [(s.name, s.kind, s.required, s.default, " ".join(s.choices)) for s in found])


@settings.command("test")
def test(channel: str, login: As) -> None:
    """Whether the partner can be reached with the settings on file, leg by leg; exit code 1 when not."""
    with acting(login) as person:
        if channel not in person.hub.office.channels:
            raise NotFound(what="渠道")
        works = person.hub.works()
        ready = works.ready.get(channel)
        if ready is None:
            why = works.not_ready.get(channel, "quarantined")
            raise BadInput(field=channel, problem=why, mend="partnerhub channel settings set")
        legs = asyncio.run(Probe(ready.partner, ready.settings, ready.base_url, works.reach, now).run())
        with person.desk() as desk:
            channel_desk.record_probe(desk, channel, legs)
    table(("leg", "ok", "said"), [(leg.leg, "yes" if leg.ok else "no", leg.text) for leg in legs])
    if not all(leg.ok for leg in legs):
        raise typer.Exit(1)
