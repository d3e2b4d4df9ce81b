"""Channels as staff see and control them: health, pause, resume, settings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.capabilities import Capability
from hub.domain.facts import ProbeLeg
from hub.domain.inputs import FoundByHub, Key, Label, Printable, SettingValues, Why
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations.asks.outcomes import wait
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import WaitsFor, view, views
from hub.ports import now, today
from hub.registry.asks import ledger
from hub.registry.channels import digests, probes, schedules
from hub.registry.channels import state as channel_state
from hub.registry.channels import statistics as channel_statistics
from hub.registry.channels.settings import load, on_file, open_proposals
from hub.registry.privacy import authorisations
from hub.registry.vault import Vault

from .settings_proposals import propose, put_on_file
from .values import check, wanted
from .views import (
    ChannelPage,
    ChannelView,
    ConfidentialityView,
    DayView,
    DigestView,
    ProbeView,
    RunView,
    SavedSettings,
    VerbView,
)

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.INFORMATION_CENTRE, Post.STATISTICS_CLERK}
# Days that a channel's figures cover unless others are asked for.
DAYS = 30
Legs = Annotated[Sequence[ProbeLeg], FoundByHub()]


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
    return [_view(desk, known, counts, proposals.get(key)) for key, known in sorted(desk.channels.items())]


def _view(desk: Desk, capability: Capability, counts: dict[tuple[str, str], int], proposal: UUID | None) -> ChannelView:
    key = capability.key
    # Shown beside the state because without one in force nothing leaves, whatever the breaker says (G2).
    agreement = authorisations.confidentiality(desk.tx, key, today())
    probe = probes.latest(desk.tx, key)

    def number(*states: AskState) -> int:
        return sum(counts.get((key, state), 0) for state in states)

    return view(
        ChannelView,
        channel_state.get(desk.tx, key),
        key=key,
        kind=capability.kind,
        title=capability.title,
        verbs=[view(VerbView, verb, fields=sorted(verb.fields)) for verb in capability.verbs.values()],
        accounts=sorted(capability.accounts),
        quarantined=capability.quarantined,
        queued=number(AskState.PLANNED, AskState.QUEUED),
        in_flight=channel_state.in_flight(desk.tx, key, now()),
        accepted=number(AskState.ACCEPTED),
        in_doubt=number(AskState.IN_DOUBT, AskState.ASKED),
        person=number(AskState.PERSON),
        configured=on_file(desk.tx, key),
        confidentiality=view(ConfidentialityView, agreement) if agreement else None,
        confidential_until=agreement.valid_until if agreement else None,
        probe=view(ProbeView, probe, legs=legs_of(probe.legs)) if probe else None,
        proposal=proposal,
    )


@operation(
    "channel_desk.show_channel",
    article="R17.1",
    posts=LOOKS,
    title=("查看渠道详情", "See a channel"),
    changes=False,
    audited=False,
)
def show_channel(desk: Desk, channel: Key) -> ChannelPage:
    """One channel, and what it uses of its budgets now. Raises NotFound."""
    _known(desk, channel)
    proposal = open_proposals(desk.tx).get(channel)
    moment, line = now(), _view(desk, desk.channels[channel], ledger.counts(desk.tx), proposal)
    free_at = channel_state.get(desk.tx, channel).line_until or moment
    return ChannelPage(
        channel=line,
        calls_last_minute=channel_statistics.calls_since(desk.tx, channel, moment - timedelta(minutes=1)),
        rate_wait_seconds=max(free_at - moment, timedelta()).total_seconds(),
        in_flight=line.in_flight,
        digests=views(DigestView, digests.listed(desk.tx, channel, 10)),
        history=views(RunView, schedules.runs(desk.tx, 20, channel=channel)),
    )


@operation(
    "channel_desk.channel_figures",
    article="R17.1",
    posts=LOOKS,
    title=("查看渠道统计", "See a channel's figures"),
    changes=False,
    audited=False,
)
def channel_figures(desk: Desk, channel: Key, days: Annotated[int, Field(ge=1, le=366)] = DAYS) -> list[DayView]:
    """The channel's last days by Beijing time, oldest first; the last one is today so far. Raises NotFound."""
    _known(desk, channel)
    return views(DayView, channel_statistics.by_day(desk.tx, channel, today(), days, now()))


@operation("channel_desk.pause", article="G9", posts=STEERS, title=("暂停渠道", "Pause a channel"), company=True)
def pause(desk: Desk, channel: Key, why: Why) -> None:
    """Send nothing more through the channel; its asks wait and say so."""
    _known(desk, channel)
    state = channel_state.get(desk.tx, channel, lock=True)
    # The same row that admits calls, locked: after the commit no further call is let through.
    state.paused, state.paused_by, state.paused_why = True, desk.actor.name, why
    desk.audit_detail["why"] = why


@operation("channel_desk.resume", article="G9", posts=STEERS, title=("恢复渠道", "Resume a channel"), company=True)
def resume(desk: Desk, channel: Key) -> None:
    """Send again: asks that waited are taken up at once, at the channel's rate."""
    _known(desk, channel)
    state = channel_state.get(desk.tx, channel, lock=True)
    state.paused, state.paused_by, state.paused_why = False, None, None
    # In the past, so that a worker that looks at once finds them due.
    for ask in channel_state.waiting(desk.tx, channel):
        wait(desk, ask, "worker", now() - timedelta(milliseconds=1))


@operation(
    "channel_desk.save_settings",
    article="I10",
    posts={Post.INFORMATION_CENTRE},
    title=("保存渠道设置", "Save a channel's settings"),
    people_only=True,
    company=True,
)
def save_settings(
    desk: Desk,
    channel: Key,
    values: SettingValues,
    why: Annotated[str, Printable, Field(max_length=200), Label("更改原因", "Why it changes")] = "",
    legs: Legs = (),
) -> SavedSettings:
    """Save a channel's settings, sealed; an empty value keeps what is on file. `legs`: what their test found.

    Times, sizes and rates are saved at once. Everything else decides where messages go, as whom, or what is believed,
    and waits for a second person; so do first settings. The hub itself saves at once (it sets up the demo).
    Raises NotFound, SettingsUnusable, SentAsksOpen, SettingsProposedAlready.
    """
    _known(desk, channel)
    # A channel that was just installed has no row yet, and the next line needs one to lock.
    channel_state.ensure(desk.tx, [channel])
    # Serialises this with confirming a proposal: both compare with what is on file and then replace it.
    channel_state.get(desk.tx, channel, lock=True)
    want = wanted(desk, channel, values)
    check(desk, want)
    names = sorted(want.changes)
    desk.audit_detail["settings"] = names
    if not names:
        return SavedSettings([], False, None)
    # Times, sizes and rates alone; anything else goes to a second person below.
    if desk.actor == HUB or want.by_one_person:
        put_on_file(desk, want, desk.actor.name)
        return SavedSettings(names, True, None)
    proposal = propose(desk, want, why, legs).id
    return SavedSettings(names, False, proposal, done=False, waits_for=WaitsFor("second_person", proposal))


@operation(
    "channel_desk.record_probe", article="G9", posts=STEERS, title=("测试渠道连接", "Test a channel"), company=True
)
def record_probe(desk: Desk, channel: Key, legs: Legs) -> None:
    """Keep what a test of the settings on file found, leg by leg."""
    _known(desk, channel)
    desk.audit_detail["failed"] = [leg.leg for leg in legs if not leg.ok]
    parts = [(leg.leg, leg.ok, leg.text) for leg in legs]
    probes.keep_probe(desk.tx, channel, parts, by_name=desk.actor.name, moment=now())


def legs_of(stored: Iterable[Mapping[str, Any]]) -> list[ProbeLeg]:
    """A test's legs from a row."""
    return [ProbeLeg(**leg) for leg in stored]


def settings_of(tx: Any, vault: Vault, channel: str) -> dict[str, str] | None:
    """A channel's settings on file, in the clear, for the process that talks to the partner."""
    return load(tx, vault, channel)
