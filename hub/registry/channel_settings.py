"""A channel's settings, sealed under the master key."""

import json

from sqlalchemy import select

from hub.ports import now

from .schema import ChannelSettings
from .session import Transaction
from .vault import SYSTEM, Vault


def on_file(tx: Transaction, channel: str) -> bool:
    """Whether there are any, without opening them."""
    return tx.get(ChannelSettings, channel) is not None


def load(tx: Transaction, vault: Vault, channel: str) -> dict[str, str] | None:
    """The settings in the clear, or None. Raises Unreadable."""
    row = tx.get(ChannelSettings, channel)
    if row is None:
        return None
    values: dict[str, str] = json.loads(
        vault.open(SYSTEM, f"channel_settings.values_sealed:{channel}", row.values_sealed)
    )
    return values


def versions(tx: Transaction) -> dict[str, int]:
    """The version of each channel's settings on file."""
    return {row.channel: row.version for row in tx.execute(select(ChannelSettings.channel, ChannelSettings.version))}


def version(tx: Transaction, channel: str) -> int:
    """The version of one channel's settings on file; 0 when there are none."""
    return tx.scalar(select(ChannelSettings.version).where(ChannelSettings.channel == channel)) or 0


def save(tx: Transaction, vault: Vault, channel: str, values: dict[str, str], by_name: str) -> None:
    """Put the settings on file."""
    sealed = vault.seal(SYSTEM, f"channel_settings.values_sealed:{channel}", json.dumps(values))
    row = tx.get(ChannelSettings, channel)
    if row is None:
        tx.add(ChannelSettings(channel=channel, values_sealed=sealed, by_name=by_name, at=now()))
    else:
        row.values_sealed, row.by_name, row.at = sealed, by_name, now()
