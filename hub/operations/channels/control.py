"""Channels as staff see and steer them: health, pause, resume, settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from hub.domain.capabilities import Capability
from hub.domain.facts import ProbeLeg
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations.asks.outcomes import wait
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import now, today
from hub.registry.asks import ledger
from hub.registry.channels import digests, probes, schedules
from hub.registry.channels import state as channel_state
from hub.registry.channels import statistics as channel_statistics
from hub.registry.channels.settings import load, on_file, open_proposals
from hub.registry.channels.statistics import Day
from hub.registry.privacy import authorisations
from hub.registry.schema import ChannelProbe, ChannelState, Confidentiality, Digest, ScheduleRun
from hub.registry.vault import Vault

from .settings_proposals import propose, put_on_file
from .values import SentAsksOpen, check, wanted

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.INFORMATION_CENTRE, Post.STATISTICS_CLERK}
DAYS = 30
"""Days that a channel's figures cover."""


@dataclass(frozen=True)
class ChannelView:
    """A channel's line on the desk."""

    capability: Capability
    state: ChannelState
    queued: int
    in_flight: int
    accepted: int
    in_doubt: int
    person: int
    confidentiality: Confidentiality | None
    configured: bool
    probe: ChannelProbe | None
    proposal: UUID | None
    """Settings that wait for a second person."""


@dataclass(frozen=True)
class Used:
    """What a channel uses of its budgets now. `waits` is how long a new call would wait for the rate."""

    calls_last_minute: int
    waits: timedelta
    in_flight: int


@dataclass(frozen=True)
class ChannelPage:
    """A channel by itself: its line, budgets in use, latest digests and runs."""

    view: ChannelView
    used: Used
    digests: list[Digest]
    history: list[ScheduleRun]


def _known(desk: Desk, channel: str) -> None:
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    desk.about("channel", channel)


@operation(
    "channel_desk.list_channels",
    article="R17.1",
    posts=LOOKS,
    title=("查看渠道", "See channels"),
    changes=False,
    audited=False,
)
def list_channels(desk: Desk) -> list[ChannelView]:
    """All channels with their shared state and open asks."""
    counts, proposals = ledger.counts(desk.tx), open_proposals(desk.tx)
    return [_view(desk, each, counts, proposals.get(key)) for key, each in sorted(desk.channels.items())]


def _view(desk: Desk, capability: Capability, counts: dict[tuple[str, str], int], proposal: UUID | None) -> ChannelView:
    key = capability.key

    def number(*states: AskState) -> int:
        return sum(counts.get((key, state), 0) for state in states)

    return ChannelView(
        capability,
        channel_state.get(desk.tx, key),
        number(AskState.PLANNED, AskState.QUEUED),
        channel_state.in_flight(desk.tx, key, now()),
        number(AskState.ACCEPTED),
        number(AskState.IN_DOUBT, AskState.ASKED),
        number(AskState.PERSON),
        authorisations.confidentiality(desk.tx, key, today()),
        on_file(desk.tx, key),
        probes.latest(desk.tx, key),
        proposal,
    )


@operation(
    "channel_desk.show_channel",
    article="R17.1",
    posts=LOOKS,
    title=("查看渠道详情", "See a channel"),
    changes=False,
    audited=False,
)
def show_channel(desk: Desk, channel: str) -> ChannelPage:
    """One channel. Raises NotFound."""
    _known(desk, channel)
    proposal = open_proposals(desk.tx).get(channel)
    moment, view = now(), _view(desk, desk.channels[channel], ledger.counts(desk.tx), proposal)
    waits = max((view.state.line_until or moment) - moment, timedelta())
    calls = channel_statistics.calls_since(desk.tx, channel, moment - timedelta(minutes=1))
    kept = digests.listed(desk.tx, channel, 10), schedules.runs(desk.tx, 20, channel=channel)
    return ChannelPage(view, Used(calls, waits, view.in_flight), *kept)


@operation(
    "channel_desk.channel_figures",
    article="R17.1",
    posts=LOOKS,
    title=("查看渠道统计", "See a channel's figures"),
    changes=False,
    audited=False,
)
def channel_figures(desk: Desk, channel: str, days: int = DAYS) -> list[Day]:
    """The channel's last days, oldest first; the last one is today, as far as it has gone. Raises NotFound."""
    _known(desk, channel)
    return channel_statistics.by_day(desk.tx, channel, today(), days, now())


@operation("channel_desk.pause", article="G9", posts=STEERS, title=("暂停渠道", "Pause a channel"), company=True)
def pause(desk: Desk, channel: str, why: str) -> None:
    """Let nothing more out through the channel; asks wait and say so."""
    _known(desk, channel)
    state = channel_state.get(desk.tx, channel, lock=True)
    state.paused, state.paused_by, state.paused_why = True, desk.actor.name, why
    desk.audit_detail["why"] = why


@operation("channel_desk.resume", article="G9", posts=STEERS, title=("恢复渠道", "Resume a channel"), company=True)
def resume(desk: Desk, channel: str) -> None:
    """Let asks out again: those that waited are taken up at once, at the channel's rate."""
    _known(desk, channel)
    state = channel_state.get(desk.tx, channel, lock=True)
    state.paused, state.paused_by, state.paused_why = False, None, None
    for ask in channel_state.waiting(desk.tx, channel):
        wait(desk, ask, "worker", now() - timedelta(milliseconds=1))


@dataclass(frozen=True)
class Saved:
    """What became of settings that somebody gave: their names, and the proposal in which they wait, if they do."""

    names: list[str]
    proposal: UUID | None


@operation(
    "channel_desk.save_settings",
    article="I10",
    posts={Post.INFORMATION_CENTRE},
    title=("保存渠道设置", "Save a channel's settings"),
    people_only=True,
    company=True,
)
def save_settings(
    desk: Desk, channel: str, values: Mapping[str, str], why: str = "", legs: Sequence[ProbeLeg] = ()
) -> Saved:
    """Settings for a channel, sealed; an empty one keeps what is on file. `legs`: what their test found.

    Times, sizes and rates are saved at once. Whatever decides where messages go, as whom and what is believed, the first
    settings too, waits for a second person. The hub itself saves at once (it sets a demo up).
    Raises NotFound, SettingsUnusable, SentAsksOpen, SettingsProposedAlready.
    """
    _known(desk, channel)
    channel_state.ensure(desk.tx, [channel])
    channel_state.get(desk.tx, channel, lock=True)
    want = wanted(desk, channel, values)
    check(desk, want)
    names = sorted(want.changes)
    desk.audit_detail["settings"] = names
    if not names:
        return Saved([], None)
    if desk.actor == HUB or want.by_one_person:
        put_on_file(desk, want, desk.actor.name)
        return Saved(names, None)
    return Saved(names, propose(desk, want, why, legs).id)


@operation(
    "channel_desk.record_probe", article="G9", posts=STEERS, title=("测试渠道连接", "Test a channel"), company=True
)
def record_probe(desk: Desk, channel: str, legs: Sequence[ProbeLeg]) -> ChannelProbe:
    """Keep what a test of the settings on file found, leg by leg."""
    _known(desk, channel)
    found = [(leg.leg, leg.ok, leg.text) for leg in legs]
    desk.audit_detail["failed"] = [leg.leg for leg in legs if not leg.ok]
    return probes.keep_probe(desk.tx, channel, found, by_name=desk.actor.name, moment=now())


def settings_of(tx: Any, vault: Vault, channel: str) -> dict[str, str] | None:
    """A channel's settings on file, in the clear, for the process that talks to the partner."""
    return load(tx, vault, channel)


__all__ = [
    "ChannelPage",
    "ChannelView",
    "Saved",
    "SentAsksOpen",
    "channel_figures",
    "list_channels",
    "pause",
    "record_probe",
    "resume",
    "save_settings",
    "settings_of",
    "show_channel",
]
