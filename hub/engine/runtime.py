"""What a worker needs at run time: the office, the plugins with their settings, the lines to the partners."""

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hub.channels.host import Partner
from hub.channels.limits import PREFIX, gap
from hub.channels.mail import MailServer
from hub.channels.reach import OUTSIDE, Forbidden, Reach, pinned
from hub.channels.settings_form import more_addresses, read_settings
from hub.channels.sftp import FileLine, login_of
from hub.channels.transport import Exchanges, Line
from hub.domain.privacy.charsets import declared
from hub.domain.reconciliation.brakes import DEFAULTS, Brakes, brakes_of
from hub.domain.staff.posts import HUB
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.plugin import Channel, Reply, Request
from hub.ports import now
from hub.registry.channels import settings as channel_settings
from hub.registry.vault import Unreadable

# Time between looks for changed settings.
SETTINGS_EVERY = timedelta(seconds=3)


@dataclass(frozen=True)
class Ready:
    """A channel that is ready for talks: plugin, settings, limits."""

    partner: Partner
    settings: Any
    base_url: str
    channel: Channel
    version: int | None = None
    """The version of these settings on file; None if they come from elsewhere."""
    brakes: Brakes = field(default_factory=lambda: DEFAULTS)

    @property
    def more(self) -> dict[str, str]:
        """The partner's other addresses, by the names of their settings."""
        return more_addresses(self.settings)

    @property
    def charset(self) -> str:
        """Its messages' charsets, likeliest first: the setting `charset` if there is one, then the plugin's own."""
        return declared((getattr(self.settings, "charset", ""), self.channel.charset))

    @property
    def gap(self) -> timedelta:
        """Time between two calls at the channel's rate."""
        return gap(self.channel.rate)

    @property
    def lease(self) -> timedelta:
        """How long one exchange may hold its ask; after that the worker counts as dead."""
        # `Talk.send` gives up a second after the deadline; the other two are for settling.
        return timedelta(seconds=self.channel.deadline + 3)


def limited(channel: Channel, limits: Mapping[str, str]) -> Channel:
    """The channel with the installation's own rate, concurrency, deadline … instead of the plugin's."""
    return replace(
        channel,
        rate=limits.get("rate", channel.rate),
        concurrency=int(limits.get("concurrency", channel.concurrency)),
        batch=int(limits.get("batch", channel.batch)),
        deadline=float(limits.get("deadline", channel.deadline)),
        settles_within=float(limits.get("settles_within", channel.settles_within)),
        result_after=float(limits.get("result_after", channel.result_after)),
        counter_days=float(limits.get("counter_days", channel.counter_days)),
    )


LIMITS = PREFIX


def read_ready(partner: Partner, values: Mapping[str, str]) -> Ready:
    """A channel with the settings on file. Raises BadSettings or ValueError if they cannot be used."""
    own = {name: setting for name, setting in values.items() if not name.startswith(LIMITS)}
    settings = read_settings(partner, own)
    return Ready(partner, settings, str(settings.base_url), limits_of(partner, values), brakes=brakes_of(values))


def limits_of(partner: Partner, values: Mapping[str, str]) -> Channel:
    """A channel's declaration with the limits on file. Raises ValueError for one that is no number."""
    limits = {name.removeprefix(LIMITS): setting for name, setting in values.items() if name.startswith(LIMITS)}
    return limited(partner.channel, limits)


def _on_file(desk: Desk, channel: str) -> dict[str, str] | Unreadable | None:
    """A channel's settings; unreadable ones stop only their own channel."""
    try:
        return channel_settings.load(desk.tx, desk.vault, channel)
    except Unreadable as unreadable:
        return unreadable


def file_line(ready: Ready, reach: Reach) -> FileLine:
    """A line for the exchange of files."""
    address = pinned(ready.base_url, reach)
    login = login_of(ready.settings)
    return FileLine(ready.base_url, login, address=address, deadline=ready.channel.deadline)


@dataclass
class WorkerRuntime:
    """What one process works with."""

    office: Office
    ready: dict[str, Ready] = field(default_factory=dict)
    not_ready: dict[str, str] = field(default_factory=dict)
    """Channels that cannot be talked to, and why (no settings, quarantined)."""
    reach: Reach = OUTSIDE
    mail: MailServer | None = None
    """The mail server for the day's mails; None if none is set."""
    partners: Mapping[str, Partner] = field(default_factory=dict)
    share: int = 16
    """Slots for talks of one channel in this process: a slow partner fills its own and no others."""
    _talks: Counter[str] = field(default_factory=Counter)
    _looked_at: datetime | None = None
    _versions: dict[str, int] = field(default_factory=dict)
    # Lines to replaced addresses stay open, for talks that still use them, until the worker ends.
    _lines: dict[tuple[tuple[str, ...], int, float], Line] = field(default_factory=dict)
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def keep_up(self) -> None:
        """Pick up changed settings, at most once in a short while: for callers that come often."""
        if self._looked_at is None or now() - self._looked_at >= SETTINGS_EVERY:
            self.take_up()

    def take_up(self) -> None:
        """Read the settings that changed since the last time; talks under way keep those they began with."""
        self._looked_at = now()
        with self.office.desk(HUB) as desk:
            on_file = channel_settings.versions(desk.tx)
            versions = {key: on_file.get(key, 0) for key in self.partners}
            changed = [key for key, version in versions.items() if version != self._versions.get(key)]
            on_file_now = {key: _on_file(desk, key) for key in changed}
        # Outside the transaction: reading settings runs the plugins' own code.
        for key, values in on_file_now.items():
            self._take_up(key, values, versions[key])
        # Last: a fault on the way means that the next look reads them again.
        self._versions = versions

    def _take_up(self, key: str, values: Mapping[str, str] | Unreadable | None, version: int) -> None:
        try:
            if isinstance(values, Unreadable):
                raise ValueError(f"{values.sentence('en')} {values.advice('en')}")
            if values is None:
                raise ValueError("no settings")
            self.ready[key] = replace(read_ready(self.partners[key], values), version=version)
            self.not_ready.pop(key, None)
        except (ValueError, TypeError) as error:
            # Not the old settings: somebody replaced them for a reason.
            self.ready.pop(key, None)
            self.not_ready[key] = str(error)

    def enter(self, channel: str) -> bool:
        """Take one of the channel's slots for a talk; False if all are taken."""
        with self._alone:
            # Steps begin in threads of one process.
            free = self._talks[channel] < self.share
            self._talks[channel] += free
            return free

    def leave(self, channel: str) -> None:
        """Release a slot."""
        with self._alone:
            self._talks[channel] -= 1

    def line(self, ready: Ready) -> Exchanges:
        """The line to a channel's partner, opened at first use. Resolves names, so call it in a thread. Raises Forbidden."""
        if ready.base_url.startswith("sftp:"):
            # Not kept: a file line opens a connection for each exchange and holds none.
            return file_line(ready, self.reach)
        wanted = ((ready.base_url, *ready.more.values()), ready.channel.concurrency, ready.channel.deadline)
        with self._alone:
            # Under the lock, or two threads would open two lines, each with the full concurrency.
            if wanted not in self._lines:
                self._lines[wanted] = Line(
                    ready.base_url,
                    concurrency=ready.channel.concurrency,
                    deadline=ready.channel.deadline,
                    reach=self.reach,
                    more=ready.more,
                )
            return self._lines[wanted]

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


__all__ = ["LIMITS", "Envelope", "Forbidden", "Ready", "WorkerRuntime", "limited", "limits_of", "read_ready"]
