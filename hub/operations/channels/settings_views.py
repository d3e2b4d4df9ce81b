"""Channel settings for the information centre and internal control: on file, proposed, without secrets (I10)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.facts import ProbeLeg
from hub.domain.inputs import Key
from hub.domain.refusals import NotFound
from hub.domain.states import ProposalState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import view
from hub.registry.channels import settings as channel_settings
from hub.registry.schema import SettingsProposal

from .control import legs_of
from .settings_proposals import DECIDES
from .values import wanted

PAGE = 20


@dataclass(frozen=True)
class Line:
    """One setting of a proposal, with its old and new value; empty for a secret."""

    name: str
    secret: bool
    before: str
    after: str


@dataclass(frozen=True)
class ProposalView:
    """A proposal as its second person sees it. `keeps`: secrets on file that would be used at a new address."""

    id: UUID
    channel: str
    state: str
    why: str
    names: list[str]
    proposed_by: UUID
    proposed_by_name: str
    proposed_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    decided_why: str | None
    legs: list[ProbeLeg]
    lines: list[Line]
    keeps: list[str]


@dataclass(frozen=True)
class SettingsView:
    """A channel's settings on file: values of those that are no secret, names of all, and names that are obsolete.

    The next save removes the obsolete (`unknown`) ones.
    """

    values: dict[str, str]
    on_file: list[str]
    unknown: list[str]


@operation(
    "settings_views.list_proposals",
    article="G3",
    posts=DECIDES,
    title=("查看渠道设置提案", "See proposals of settings"),
    changes=False,
    audited=False,
    people_only=True,
    company=True,
)
def list_proposals(desk: Desk, channel: Key) -> list[ProposalView]:
    """A channel's proposals, newest first. Raises NotFound."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    return [_view(desk, proposal) for proposal in channel_settings.proposals(desk.tx, channel, PAGE)]


@operation(
    "settings_views.show_proposal",
    article="G3",
    posts=DECIDES,
    title=("查看一份设置提案", "See a proposal of settings"),
    changes=False,
    audited=False,
    people_only=True,
    company=True,
)
def show_proposal(desk: Desk, proposal_id: UUID) -> ProposalView:
    """One proposal, with the old and the new value of every setting that is not secret. Raises NotFound."""
    proposal = channel_settings.proposal(desk.tx, proposal_id)
    if proposal is None or proposal.channel not in desk.channels:
        raise NotFound(what="设置提案")
    return _view(desk, proposal)


def _view(desk: Desk, row: SettingsProposal) -> ProposalView:
    setting = desk.channels[row.channel].setting
    content = channel_settings.open_sealed(desk.vault, row)
    before, values = content["before"], content["values"]
    lines = [
        Line(name, True, "", "")
        if setting(name).secret
        else Line(name, False, before.get(name, ""), values.get(name, ""))
        for name in row.names
    ]
    want = wanted(desk, row.channel, values)
    waits = row.state == ProposalState.OPEN
    # Secrets on file that would go to a new address are the risk that the second person has to judge.
    keeps = want.secrets_kept(values) if waits and want.moves else []
    return view(ProposalView, row, lines=lines, keeps=keeps, legs=legs_of(row.legs))


@operation(
    "settings_views.show_settings",
    article="I10",
    posts=DECIDES,
    title=("查看渠道设置", "See a channel's settings on file"),
    changes=False,
    audited=False,
    people_only=True,
    company=True,
)
def show_settings(desk: Desk, channel: Key) -> SettingsView:
    """What is on file for a channel, secrets by their names alone. Raises NotFound."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    want = wanted(desk, channel, {})
    kept = want.kept or {}
    setting = desk.channels[channel].setting
    return SettingsView(
        {name: text for name, text in kept.items() if not setting(name).secret}, sorted(kept), want.gone
    )
