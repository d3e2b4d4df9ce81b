"""What a worker works with: the office, the plugins with their settings, and the lines to the partners."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from hub.channels.host import Partner
from hub.channels.limits import gap
from hub.channels.transport import Forbidden, Line
from hub.operations.office import Office
from hub.plugin import Channel, Reply, Request
from hub.ports import now


@dataclass(frozen=True)
class Ready:
    """A channel that can be talked to: plugin, settings, limits."""

    partner: Partner
    settings: Any
    base_url: str
    channel: Channel

    @property
    def gap(self) -> timedelta:
        """Time between two calls at the channel's rate."""
        return gap(self.channel.rate)

    @property
    def lease(self) -> timedelta:
        """How long one exchange may hold its ask; after it the worker is taken for dead."""
        return timedelta(seconds=self.channel.deadline + 3)


def limited(channel: Channel, limits: Mapping[str, str]) -> Channel:
    """The channel with an installation's own rate, concurrency, deadline … in place of the plugin's."""
    return replace(
        channel,
        rate=limits.get("rate", channel.rate),
        concurrency=int(limits.get("concurrency", channel.concurrency)),
        batch=int(limits.get("batch", channel.batch)),
        deadline=float(limits.get("deadline", channel.deadline)),
        settles_within=float(limits.get("settles_within", channel.settles_within)),
        result_after=float(limits.get("result_after", channel.result_after)),
    )


@dataclass
class Works:
    """One process's works."""

    office: Office
    ready: dict[str, Ready] = field(default_factory=dict)
    not_ready: dict[str, str] = field(default_factory=dict)
    """Channels that cannot be talked to, and why (no settings, quarantined)."""
    allow_loopback: bool = False
    _lines: dict[str, Line] = field(default_factory=dict)

    def line(self, channel: str) -> Line:
        """The line to a channel's partner, opened at first use. Raises Forbidden."""
        if channel not in self._lines:
            ready = self.ready[channel]
            self._lines[channel] = Line(
                ready.base_url,
                concurrency=ready.channel.concurrency,
                deadline=ready.channel.deadline,
                allow_loopback=self.allow_loopback,
            )
        return self._lines[channel]

    async def close(self) -> None:
        """Close all lines."""
        for line in self._lines.values():
            await line.close()
        self._lines.clear()


@dataclass(frozen=True)
class Envelope:
    """The plugin's envelope, bound to one ask's key."""

    ready: Ready
    key: str

    def seal(self, request: Request, exchange: str) -> Request:
        """Sign and frame with the present moment and a new exchange number."""
        return self.ready.partner.seal(request, self.ready.settings, self.key, exchange, now())

    def unseal(self, reply: Reply) -> Any:
        """Verify over the raw bytes and decode; raises Setbacks."""
        return self.ready.partner.unseal(reply, self.ready.settings)


__all__ = ["Envelope", "Forbidden", "Ready", "Works", "limited"]
