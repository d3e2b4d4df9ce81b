"""A channel's settings, sealed under the master key, and the proposals that wait for a second person (G3)."""

import json
from uuid import UUID

from sqlalchemy import select

from hub.domain.states import ProposalState
from hub.ports import now
from hub.registry.schema import ChannelSettings, SettingsProposal
from hub.registry.session import Transaction
from hub.registry.vault import SYSTEM, Vault


def on_file(tx: Transaction, channel: str) -> bool:
    """Whether the channel has settings, without opening them."""
    return tx.get(ChannelSettings, channel) is not None


def load(tx: Transaction, vault: Vault, channel: str) -> dict[str, str] | None:
    """The settings in the clear; None if there are none. Raises Unreadable."""
    stored = tx.get(ChannelSettings, channel)
    if stored is None:
        return None
    values: dict[str, str] = json.loads(
        vault.open(SYSTEM, f"channel_settings.values_sealed:{channel}", stored.values_sealed)
    )
    return values


def versions(tx: Transaction) -> dict[str, int]:
    """The version of each channel's settings on file."""
    return {
        settings.channel: settings.version
        for settings in tx.execute(select(ChannelSettings.channel, ChannelSettings.version))
    }


def version(tx: Transaction, channel: str) -> int:
    """The version of one channel's settings on file; 0 when there are none."""
    return tx.scalar(select(ChannelSettings.version).where(ChannelSettings.channel == channel)) or 0


def save(tx: Transaction, vault: Vault, channel: str, values: dict[str, str], by_name: str) -> None:
    """Store the settings."""
    sealed = vault.seal(SYSTEM, f"channel_settings.values_sealed:{channel}", json.dumps(values))
    stored = tx.get(ChannelSettings, channel)
    if stored is None:
        tx.add(ChannelSettings(channel=channel, values_sealed=sealed, by_name=by_name, at=now()))
    else:
        stored.values_sealed, stored.by_name, stored.at = sealed, by_name, now()


def proposal(tx: Transaction, proposal_id: UUID, *, lock: bool = False) -> SettingsProposal | None:
    """The proposal with this id; with a lock it is read again."""
    query = select(SettingsProposal).where(SettingsProposal.id == proposal_id)
    if lock:
        # Without it the session would return the row as read before the lock, perhaps no longer open.
        query = query.with_for_update().execution_options(populate_existing=True)
    return tx.scalar(query)


def open_proposal(tx: Transaction, channel: str) -> SettingsProposal | None:
    """The channel's open proposal, locked."""
    query = select(SettingsProposal).where(SettingsProposal.channel == channel)
    return tx.scalar(query.where(SettingsProposal.state == ProposalState.OPEN).with_for_update())


def open_proposals(tx: Transaction) -> dict[str, UUID]:
    """Ids of open proposals, by channel."""
    rows = tx.scalars(select(SettingsProposal).where(SettingsProposal.state == ProposalState.OPEN))
    return {proposal.channel: proposal.id for proposal in rows}


def proposals(tx: Transaction, channel: str, limit: int) -> list[SettingsProposal]:
    """The channel's proposals, newest first."""
    query = select(SettingsProposal).where(SettingsProposal.channel == channel)
    return list(tx.scalars(query.order_by(SettingsProposal.proposed_at.desc()).limit(limit)))


def last_proposed_by(tx: Transaction, user_id: UUID) -> dict[tuple[str, str], list[str]]:
    """Settings in use whose present value this user typed: their names by (channel, unit of the proposal)."""
    query = select(SettingsProposal).where(SettingsProposal.state == ProposalState.CONFIRMED)
    # In the order of decisions, so that the last proposal that set a value remains.
    last: dict[tuple[str, str], SettingsProposal] = {}
    for confirmed in tx.scalars(query.order_by(SettingsProposal.decided_at, SettingsProposal.proposed_at)):
        last |= {(confirmed.channel, name): confirmed for name in confirmed.names}
    typed: dict[tuple[str, str], list[str]] = {}
    for (channel, name), confirmed in last.items():
        if confirmed.proposed_by == user_id:
            typed.setdefault((channel, confirmed.unit_code), []).append(name)
    return typed


def seal_proposal(vault: Vault, proposal_id: UUID, content: dict[str, dict[str, str]]) -> bytes:
    """A proposal's values, and what stood in their place, as one sealed value."""
    return vault.seal(SYSTEM, f"settings_proposals.values_sealed:{proposal_id}", json.dumps(content))


def open_sealed(vault: Vault, row: SettingsProposal) -> dict[str, dict[str, str]]:
    """A proposal's values, and what stood in their place, in the clear."""
    sealed = vault.open(SYSTEM, f"settings_proposals.values_sealed:{row.id}", row.values_sealed)
    content: dict[str, dict[str, str]] = json.loads(sealed)
    return content
