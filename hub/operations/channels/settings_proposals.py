"""Addresses, keys and whatever else decides where messages go: one person proposes, another confirms (G3)."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from hub.domain.facts import ProbeLeg
from hub.domain.inputs import Label, Text
from hub.domain.privacy.redaction import redact
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import ProposalState
from hub.operations.desk import Desk
from hub.operations.grants import check_second, check_still_asks
from hub.operations.operation import operation
from hub.operations.reported_refusals import Reported
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import new_id, now
from hub.registry.channels import settings as channel_settings
from hub.registry.channels import state as channel_state
from hub.registry.schema import SettingsProposal
from hub.registry.staff import leave_cover, users

from .values import Wanted, base_of, check, wanted

DECIDES = {Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
PROPOSES = {Post.INFORMATION_CENTRE}
STATES = {
    ProposalState.CONFIRMED: ("已复核通过", "was confirmed"),
    ProposalState.REJECTED: ("已退回", "was rejected"),
    ProposalState.WITHDRAWN: ("已撤回", "was taken back"),
    ProposalState.VOID: (
        "已作废:提出之后渠道的设置已变更",
        "is void: the channel's settings changed after it was made",
    ),
}


class SecondPersonForSettings(Refusal):
    """Where a partner's messages go is never one person's decision (G3)."""

    article, status = "G3", 403
    says = (
        "地址、密钥等设置须由另一人复核,提出人不能复核自己的提案。",
        "Addresses and keys are set by two people: nobody confirms their own proposal.",
    )
    then = (
        "请由市公司信息中心的另一人或内管员复核。",
        "Let another person of the company's information centre, or internal control, look at it.",
    )


class SettingsProposedAlready(Refusal):
    """A channel has one proposal at a time (I10)."""

    article = "I10"
    says = ("渠道已有{by}提出的设置等待复核。", "Settings that {by} proposed wait for their second person already.")
    then = ("请先复核、退回或撤回。", "Confirm them, reject them or take them back first.")


class ProposalOver(Refusal):
    """A proposal is decided once (G3)."""

    article = "G3"
    says = ("这份设置提案{state},不能再复核。", "This proposal {state_en}; it cannot be decided any more.")
    then = ("需要更改时请核对现有设置后重新提出。", "Check the settings on file and propose the change again.")


class BaseMoved(Reported):
    """The proposal was made against other settings than those on file now (G3); it becomes void, and stays so."""

    article = "G3"
    says = (
        "提出之后渠道的设置已变更,这份提案作废。",
        "The channel's settings changed after this was proposed: it is void.",
    )
    then = ProposalOver.then

    def report(self, desk: Desk) -> None:
        """The proposal is void although the confirmation is refused."""
        # Runs after the rollback of the refused confirmation, in a transaction of its own.
        proposal = channel_settings.proposal(desk.tx, UUID(str(self.fields["proposal_id"])), lock=True)
        if proposal is not None and proposal.state == ProposalState.OPEN:
            _void(desk, proposal)


def propose(desk: Desk, want: Wanted, why: str, legs: Sequence[ProbeLeg]) -> SettingsProposal:
    """Keep the changes, sealed, for a second person. Raises SettingsProposedAlready, SecondPersonForSettings."""
    channel = want.capability.key
    there = channel_settings.open_proposal(desk.tx, channel)
    if there is not None:
        raise SettingsProposedAlready(by=there.proposed_by_name)
    if desk.actor.user_id is None or desk.units is None:
        raise SecondPersonForSettings()
    proposal = SettingsProposal(
        id=new_id(),
        channel=channel,
        unit_code=min(desk.units & users.top_units(desk.tx)),
        names=sorted(want.changes),
        base=base_of(desk, want),
        legs=[asdict(leg) | {"text": redact(leg.text)} for leg in legs],
        why=redact(why.strip()),
        state=ProposalState.OPEN,
        proposed_by=desk.actor.user_id,
        proposed_by_name=desk.actor.name,
        proposed_at=now(),
    )
    kept = want.kept or {}
    # The old values as they are now, for the second person to compare; secrets are shown to nobody.
    before = {name: kept[name] for name in want.changes if name in kept and not want.capability.setting(name).secret}
    content = {"values": dict(want.changes), "before": before}
    proposal.values_sealed = channel_settings.seal_proposal(desk.vault, proposal.id, content)
    desk.tx.add(proposal)
    desk.tx.flush()
    _open_for_second(desk, proposal)
    return proposal


def _open_for_second(desk: Desk, row: SettingsProposal) -> None:
    """Open a task for the second person and notify both of the company's posts."""
    controllers = leave_cover.holders(desk.tx, Post.INTERNAL_CONTROL, [row.unit_code], "a")
    # The proposer may hold both posts, and must not be the only one who is asked.
    others = [holder for holder in controllers if holder.id != row.proposed_by]
    post = Post.INTERNAL_CONTROL if others else Post.INFORMATION_CENTRE
    about = ("settings_proposal", row.id)
    open_task(desk, "confirm_settings", "G3", post=post, unit_code=row.unit_code, subject=about, days=1)
    both = [Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE]
    tell(desk, "settings_proposed", "G3", both, row.unit_code, in_mail=True, **_about(row))
    desk.audit_detail["proposal"] = str(row.id)


def _about(row: SettingsProposal) -> dict[str, Any]:
    where = {"subject_kind": "settings_proposal", "subject_id": str(row.id)}
    return {"channel": row.channel, "names": row.names, **where}


@operation(
    "settings_proposals.confirm_settings",
    article="G3",
    posts=DECIDES,
    title=("复核渠道设置", "Confirm a channel's settings"),
    people_only=True,
    company=True,
)
def confirm_settings(desk: Desk, proposal_id: UUID) -> None:
    """Confirm a proposal: the settings are saved, and workers use them within a few seconds.

    Raises NotFound, SecondPersonForSettings, NotTwoPeople, AskedBefore, AskerWithout, ProposalOver, BaseMoved,
    SettingsUnusable, SentAsksOpen.
    """
    proposal = _open(desk, proposal_id)
    if desk.actor.user_id is None or desk.actor.user_id == proposal.proposed_by:
        raise SecondPersonForSettings()
    proposer, name = proposal.proposed_by, proposal.proposed_by_name
    check_second(desk.tx, desk.actor.user_id, proposer, name, proposal.proposed_at)
    check_still_asks(desk.tx, proposer, name, PROPOSES, proposal.unit_code)
    want = wanted(desk, proposal.channel, channel_settings.open_sealed(desk.vault, proposal)["values"])
    # What the second person saw as “old” must still be what is replaced.
    if base_of(desk, want) != proposal.base:
        raise BaseMoved(proposal_id=proposal.id)
    check(desk, want)
    _decide(desk, proposal, ProposalState.CONFIRMED)
    put_on_file(desk, want, f"{proposal.proposed_by_name}、{desk.actor.name}")
    tell(
        desk, "settings_confirmed", "G3", [Post.INTERNAL_CONTROL], proposal.unit_code, in_mail=True, **_about(proposal)
    )
    _tell_proposer(desk, proposal, "settings_confirmed_yours")


@operation(
    "settings_proposals.reject_settings",
    article="G3",
    posts=DECIDES,
    title=("退回渠道设置", "Reject a channel's settings"),
    people_only=True,
    company=True,
)
def reject_settings(desk: Desk, proposal_id: UUID, why: Annotated[Text, Label("原因", "Reason")]) -> None:
    """The second person disagrees, or the first takes it back: what is on file stays.

    Raises NotFound, BadInput, ProposalOver.
    """
    proposal = _open(desk, proposal_id)
    if not why.strip():
        raise BadInput(field="原因", problem="没有填写", mend="请写明退回或撤回的原因。")
    own = desk.actor.user_id == proposal.proposed_by
    _decide(desk, proposal, ProposalState.WITHDRAWN if own else ProposalState.REJECTED, why)
    tell(desk, "settings_rejected", "G3", [Post.INTERNAL_CONTROL], proposal.unit_code, in_mail=True, **_about(proposal))
    if not own:
        _tell_proposer(desk, proposal, "settings_rejected_yours")


def _open(desk: Desk, proposal_id: UUID) -> SettingsProposal:
    """An open proposal, its channel locked as saving settings locks it. Raises NotFound, ProposalOver."""
    # Read without a lock to learn the channel, whose lock comes first; then read again with one.
    there = channel_settings.proposal(desk.tx, proposal_id)
    if there is None or there.channel not in desk.channels:
        raise NotFound(what="设置提案")
    desk.about("channel", there.channel)
    # Lock order: channel, then proposal; saving settings takes the channel first too.
    channel_state.get(desk.tx, there.channel, lock=True)
    proposal = channel_settings.proposal(desk.tx, proposal_id, lock=True)
    assert proposal is not None
    desk.audit_detail |= {
        "proposal": str(proposal.id),
        "settings": proposal.names,
        "proposed_by": proposal.proposed_by_name,
    }
    if proposal.state != ProposalState.OPEN:
        state, state_en = STATES[ProposalState(proposal.state)]
        raise ProposalOver(state=state, state_en=state_en)
    return proposal


def _decide(desk: Desk, row: SettingsProposal, state: ProposalState, why: str = "") -> None:
    """Close the proposal: its secrets are removed, the rest stays readable."""
    content = channel_settings.open_sealed(desk.vault, row)
    setting = desk.channels[row.channel].setting
    # A secret is sealed once, with the settings: a decided proposal needs no second copy.
    content["values"] = {name: text for name, text in content["values"].items() if not setting(name).secret}
    row.values_sealed = channel_settings.seal_proposal(desk.vault, row.id, content)
    row.state, row.decided_by, row.decided_by_name = state, desk.actor.user_id, desk.actor.name
    row.decided_at, row.decided_why = now(), redact(why.strip()) or None
    close_tasks(desk, "settings_proposal", row.id, state)


def _tell_proposer(desk: Desk, row: SettingsProposal, kind: str) -> None:
    post, why = Post.INFORMATION_CENTRE, row.decided_why or ""
    tell(desk, kind, "G3", [post], row.unit_code, user_id=row.proposed_by, why=why, **_about(row))


def put_on_file(desk: Desk, want: Wanted, by_name: str) -> None:
    """Save the settings; a proposal that was made against others is void from now on."""
    channel = want.capability.key
    channel_settings.save(desk.tx, desk.vault, channel, want.values, by_name)
    desk.tx.flush()
    proposal = channel_settings.open_proposal(desk.tx, channel)
    if proposal is not None and base_of(desk, wanted(desk, channel, {})) != proposal.base:
        _void(desk, proposal)


def _void(desk: Desk, row: SettingsProposal) -> None:
    _decide(desk, row, ProposalState.VOID)
    _tell_proposer(desk, row, "settings_void")
