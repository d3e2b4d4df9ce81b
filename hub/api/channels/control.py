"""Channels: health, pause and resume, settings."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request
from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Reason, Shown
from hub.channels.settings_form import describe_settings
from hub.domain.inputs import Printable, SettingValues
from hub.domain.refusals import NotFound
from hub.operations.asks import packages
from hub.operations.channels import control as channel_control
from hub.operations.channels import schedules, settings_proposals, settings_views
from hub.operations.desk import Desk

from .schedules import RunShown

resource = Resource("channels")
Key = Annotated[str, Path(max_length=64)]


class VerbShown(Shown):
    """What the channel can be asked for, and the fields that leave with it."""

    name: str
    fields: list[str]
    question: str | None
    batch: bool


class LegShown(Shown):
    """One leg of a connection test."""

    leg: str
    ok: bool
    text: str


class ProbeShown(Shown):
    """The latest connection test, leg by leg, in the order in which they were tried."""

    at: datetime
    ok: bool
    legs: list[LegShown]


class ChannelShown(Shown):
    """A channel: what it can do, how it fares."""

    key: str
    kind: str
    title: str
    verbs: list[VerbShown]
    accounts: list[str]
    quarantined: str | None
    paused: bool
    paused_by: str | None
    paused_why: str | None
    breaker: str
    retry_at: datetime | None
    last_ok_at: datetime | None
    last_setback_at: datetime | None
    last_setback: str | None
    queued: int
    in_flight: int
    accepted: int
    in_doubt: int
    person: int
    configured: bool
    confidential_until: date | None
    probe: ProbeShown | None
    proposal: UUID | None
    """Settings that wait for a second person."""


class OneChannelShown(Shown):
    """A channel, and what it uses of its budgets now."""

    channel: ChannelShown
    calls_last_minute: int
    rate_wait_seconds: float
    in_flight: int


class DayShown(Shown):
    """A day of a channel: ages in hours, times in milliseconds, null where there was nothing to measure."""

    day: date
    live: int
    refused: int
    reasons: dict[str, int]
    share: float | None
    doubts: int
    oldest: float | None
    calls: int
    p50: float | None
    p95: float | None


class SettingShown(Shown):
    """One setting of the plugin."""

    name: str
    kind: str
    secret: bool
    required: bool
    default: str
    choices: list[str]


class NewSettings(Given):
    """The plugin's settings by name, and why they change."""

    values: SettingValues
    why: Annotated[str, Printable, Field(max_length=200)] = ""


class SettingsSaved(Done):
    """What became of settings: saved at once, or a proposal that waits for a second person; nothing when none changes."""

    saved: bool
    proposal: UUID | None
    names: list[str]


class LineShown(Shown):
    """One setting of a proposal, old and new; of a secret neither."""

    name: str
    secret: bool
    before: str
    after: str


class ProposalShown(Shown):
    """Settings that one person proposed; `keeps`: secrets on file that would be used at a new address."""

    id: UUID
    channel: str
    state: str
    why: str
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decided_why: str | None
    legs: list[LegShown]
    lines: list[LineShown]
    keeps: list[str]


class OnFileShown(Shown):
    """The settings on file that are no secret, and the names of all."""

    values: dict[str, str]
    on_file: list[str]


@resource.get("/channels", channel_control.list_channels)
def list_them(desk: Desk) -> list[ChannelShown]:
    """All channels."""
    return [_shown(view) for view in channel_control.list_channels(desk)]


def _shown(view: channel_control.ChannelView) -> ChannelShown:
    capability = view.capability
    verbs = [
        VerbShown(name=verb.name, fields=sorted(verb.fields), question=verb.question, batch=verb.batch)
        for verb in capability.verbs.values()
    ]
    health = ("paused", "paused_by", "paused_why", "breaker", "retry_at", "last_ok_at", "last_setback_at")
    return ChannelShown(
        key=capability.key,
        kind=capability.kind,
        title=capability.title,
        verbs=verbs,
        accounts=sorted(capability.accounts),
        quarantined=capability.quarantined,
        last_setback=view.state.last_setback,
        queued=view.queued,
        in_flight=view.in_flight,
        accepted=view.accepted,
        in_doubt=view.in_doubt,
        person=view.person,
        configured=view.configured,
        probe=ProbeShown.model_validate(view.probe) if view.probe else None,
        proposal=view.proposal,
        confidential_until=view.confidentiality.valid_until if view.confidentiality else None,
        **{name: getattr(view.state, name) for name in health},
    )


@resource.get("/channels/{channel}/figures", channel_control.channel_figures)
def figures(desk: Desk, channel: Key, days: Annotated[int, Query(ge=1, le=366)] = 30) -> list[DayShown]:
    """The last days, oldest first, by Beijing's days; the last one is today."""
    return [DayShown.model_validate(day) for day in channel_control.channel_figures(desk, channel, days)]


@resource.get("/channels/{channel}", channel_control.show_channel)
def show(desk: Desk, channel: Key) -> OneChannelShown:
    """One channel with what it uses of its budgets now."""
    page = channel_control.show_channel(desk, channel)
    return OneChannelShown(
        channel=_shown(page.view),
        calls_last_minute=page.used.calls_last_minute,
        rate_wait_seconds=page.used.waits.total_seconds(),
        in_flight=page.used.in_flight,
    )


@resource.change("POST", "/channels/{channel}/probe", schedules.probe_soon)
def probe(desk: Desk, channel: Key) -> RunShown:
    """Have a worker test the settings in use; the channel shows the legs in a moment."""
    return RunShown.model_validate(schedules.probe_soon(desk, channel))


@resource.change("POST", "/channels/{channel}/packages", packages.send_package, status=201)
def send_package(desk: Desk, channel: Key) -> list[UUID]:
    """Put the agreements of the caller's units that wait for it into packages; their asks (R7.10)."""
    return packages.send_package(desk, channel)


@resource.change("POST", "/channels/{channel}/pause", channel_control.pause)
def pause(desk: Desk, channel: Key, given: Reason) -> Done:
    """Send nothing more to the partner."""
    channel_control.pause(desk, channel, given.why)
    return Done()


@resource.change("POST", "/channels/{channel}/resume", channel_control.resume)
def resume(desk: Desk, channel: Key) -> Done:
    """Send again."""
    channel_control.resume(desk, channel)
    return Done()


@resource.get("/channels/{channel}/settings", channel_control.list_channels)
def describe(desk: Desk, request: Request, channel: Key) -> list[SettingShown]:
    """The settings that the plugin takes; never their values."""
    channel_control.list_channels(desk)
    partner = request.app.state.hub.partners.partners.get(channel)
    if partner is None:
        raise NotFound(what="渠道")
    return [SettingShown.model_validate(setting) for setting in describe_settings(partner)]


@resource.change("PUT", "/channels/{channel}/settings", channel_control.save_settings)
def save_settings(desk: Desk, channel: Key, given: NewSettings) -> SettingsSaved:
    """Save the plugin's settings, sealed; all but times, sizes and rates wait for a second person. Secrets are never shown."""
    end = channel_control.save_settings(desk, channel, dict(given.values), given.why)
    saved = bool(end.names) and end.proposal is None
    return SettingsSaved(saved=saved, proposal=end.proposal, names=end.names)


@resource.get("/channels/{channel}/settings/on-file", settings_views.show_settings)
def show_settings(desk: Desk, channel: Key) -> OnFileShown:
    """What is on file; secrets by name alone."""
    view = settings_views.show_settings(desk, channel)
    return OnFileShown(values=view.values, on_file=sorted(view.on_file))


@resource.get("/channels/{channel}/settings/proposals", settings_views.list_proposals)
def list_proposals(desk: Desk, channel: Key) -> list[ProposalShown]:
    """Proposals, newest first."""
    return [_proposal(view) for view in settings_views.list_proposals(desk, channel)]


@resource.get("/settings-proposals/{proposal_id}", settings_views.show_proposal)
def show_proposal(desk: Desk, proposal_id: UUID) -> ProposalShown:
    """One proposal."""
    return _proposal(settings_views.show_proposal(desk, proposal_id))


@resource.change("POST", "/settings-proposals/{proposal_id}/confirm", settings_proposals.confirm_settings)
def confirm_settings(desk: Desk, proposal_id: UUID) -> Done:
    """The second person agrees: the settings are in use in a few seconds."""
    settings_proposals.confirm_settings(desk, proposal_id)
    return Done()


@resource.change("POST", "/settings-proposals/{proposal_id}/reject", settings_proposals.reject_settings)
def reject_settings(desk: Desk, proposal_id: UUID, given: Reason) -> Done:
    """The second person disagrees, or the first takes it back."""
    settings_proposals.reject_settings(desk, proposal_id, given.why)
    return Done()


def _proposal(view: settings_views.ProposalView) -> ProposalShown:
    names = ("id", "channel", "state", "why", "proposed_by_name", "proposed_at", "decided_by_name", "decided_at")
    return ProposalShown(
        **{name: getattr(view.row, name) for name in names},
        decided_why=view.row.decided_why,
        legs=[LegShown(**leg) for leg in view.row.legs],
        lines=[LineShown.model_validate(line) for line in view.lines],
        keeps=view.keeps,
    )
