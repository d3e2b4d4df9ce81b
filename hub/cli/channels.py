"""channel: settings, proposed by one person and confirmed by another."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer

from hub.channels.probing import Probe
from hub.channels.settings_form import describe_settings
from hub.domain.refusals import BadInput, NotFound
from hub.operations.channels import control as channel_control
from hub.operations.channels import settings_proposals, settings_views
from hub.ports import now

from .acting import As, acting, desk_of
from .screen import say, table

app = typer.Typer(help="Connections to partners.", no_args_is_help=True)
settings = typer.Typer(help="A plugin's settings.", no_args_is_help=True)
app.add_typer(settings, name="settings")
ForSecondPerson = Annotated[
    str, typer.Option(help="What the second person reads: the number of the bank's letter, say.")
]
Pairs = Annotated[list[str], typer.Argument(help="name=value …; a secret without =value is asked for.")]


@settings.command("set")
def set_them(channel: str, pairs: Pairs, login: As, why: ForSecondPerson = "") -> None:
    """Settings of a channel, sealed; those not named stay as they are. All but times, sizes and rates wait for a second person."""
    values = dict(map(read_pair, pairs))
    with acting(login) as person:
        with person.desk() as desk:
            saved = channel_control.save_settings(desk, channel, values, why)
        if saved.proposal is not None:
            say(f"{channel}: waits for a second person: partnerhub channel settings confirm {saved.proposal}")
        else:
            report(person.hub.runtime().not_ready, channel)


@settings.command("proposals")
def proposals(channel: str, login: As) -> None:
    """What was proposed for a channel, newest first, old value beside new; never a secret."""
    with desk_of(login) as desk:
        views = settings_views.list_proposals(desk, channel)
    columns = ("proposal", "state", "by", "setting", "before", "after")
    table(columns, [line for view in views for line in lines(view)])


def lines(view: settings_views.ProposalView) -> list[tuple[str, ...]]:
    """A proposal's settings as rows of a table."""
    which = (str(view.id), view.state, view.proposed_by_name)
    return [(*which, line.name, *(("***", "***") if line.secret else (line.before, line.after))) for line in view.lines]


@settings.command("confirm")
def confirm(proposal: UUID, login: As) -> None:
    """Agree to what another person proposed: in use within a few seconds."""
    with desk_of(login) as desk:
        settings_proposals.confirm_settings(desk, proposal)
    say("confirmed")


@settings.command("reject")
def reject(proposal: UUID, why: str, login: As) -> None:
    """Refuse what another person proposed, or take your own back."""
    with desk_of(login) as desk:
        settings_proposals.reject_settings(desk, proposal, why)
    say("closed; what is on file stays")


def read_pair(pair: str) -> tuple[str, str]:
    """name=value; a value that is left out is prompted for, and so stays out of the shell's history."""
    name, sign, text = pair.partition("=")
    # Names such as hub.rate have a dot.
    if not name.replace(".", "_").isidentifier():
        raise BadInput(field="settings", problem="name=value", mend="name=value")
    return name, text if sign else typer.prompt(name, hide_input=True, err=True)


def report(not_ready: dict[str, str], channel: str) -> None:
    """Whether the channel can be used with its settings."""
    say(f"{channel}: not usable yet: {not_ready[channel]}" if channel in not_ready else f"{channel}: settings complete")


@settings.command("show")
def show(channel: str, login: As) -> None:
    """The settings that the plugin takes; never their values."""
    with acting(login) as person:
        with person.desk() as desk:
            channel_control.list_channels(desk)
        partner = person.hub.partners.partners.get(channel)
        if partner is None:
            raise NotFound(what="渠道")
        columns = ("setting", "kind", "required", "default", "choices")
        described = describe_settings(partner)
        table(columns, [(s.name, s.kind, s.required, s.default, " ".join(s.choices)) for s in described])


@settings.command("test")
def test(channel: str, login: As) -> None:
    """Whether the partner can be reached with the settings on file, leg by leg; exit code 1 when not."""
    with acting(login) as person:
        if channel not in person.hub.office.channels:
            raise NotFound(what="渠道")
        runtime = person.hub.runtime()
        ready = runtime.ready.get(channel)
        if ready is None:
            why = runtime.not_ready.get(channel, "quarantined")
            raise BadInput(field=channel, problem=why, mend="partnerhub channel settings set")
        # Between two transactions: the partner is waited for with none open.
        legs = asyncio.run(Probe(ready.partner, ready.settings, ready.base_url, runtime.reach, now).run())
        with person.desk() as desk:
            channel_control.record_probe(desk, channel, legs)
    table(("leg", "ok", "said"), [(leg.leg, "yes" if leg.ok else "no", leg.text) for leg in legs])
    if not all(leg.ok for leg in legs):
        raise typer.Exit(1)
