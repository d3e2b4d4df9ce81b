"""Tests whether a partner is reachable and our keys and rights work there, leg by leg. Changes nothing."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from hub.domain.facts import Setback
from hub.plugin import Busy, Conversation, ProbeLeg, Refused, Reply, Request

from .host import Partner
from .reach import Forbidden, Reach, pinned
from .settings_form import PORTS, more_addresses
from .sftp import FileLine, login_of
from .transport import Doubtful, Exchanges, Line, NotSent

# Most seconds for the whole test.
LONGEST = 10.0
# A partner whose clock is further off than this refuses signatures sooner or later.
SKEW = timedelta(seconds=60)
# Most exchanges of one test.
MOST = 10


@dataclass
class Probe:
    """One test of one set of settings."""

    partner: Partner
    settings: Any
    base_url: str
    reach: Reach
    now: Callable[[], datetime]
    offset: timedelta | None = None

    async def run(self, *, login: bool = True) -> tuple[ProbeLeg, ...]:
        """The legs in the order in which they were tried, up to the first that fails. Raises nothing.

        Without `login` it ends once the addresses accept connections: of the settings only the TLS name leaves.
        """
        legs: list[ProbeLeg] = []
        try:
            async with asyncio.timeout(LONGEST):
                await self._legs(legs, login)
        except TimeoutError:
            legs.append(ProbeLeg("answer", False, "deadline"))
        except Exception as error:  # noqa: BLE001  a plugin's bug is a leg that failed
            legs.append(ProbeLeg("answer", False, type(error).__name__))
        return tuple(legs)

    async def _legs(self, legs: list[ProbeLeg], login: bool) -> None:
        addresses = {"": self.base_url, **more_addresses(self.settings)}
        try:
            pins = {name: await asyncio.to_thread(pinned, url, self.reach) for name, url in addresses.items()}
        except Forbidden as error:
            legs.append(ProbeLeg("dns", False, error.code))
            return
        legs.append(ProbeLeg("dns", True))
        legs += _worst([await connect(url, pins[name], name) for name, url in addresses.items()])
        if legs[-1].ok and login:
            legs += await self._talk(pins[""])
            if self.offset is not None and not any(leg.leg == "clock" for leg in legs):
                seconds = int(self.offset.total_seconds())
                legs.append(ProbeLeg("clock", abs(self.offset) <= SKEW, f"{seconds:+d} s"))

    def _line(self, address: str) -> Exchanges:
        # A person waits for the result: no exchange may take longer than the whole test.
        deadline = min(self.partner.channel.deadline, LONGEST)
        if self.base_url.startswith("sftp:"):
            return FileLine(self.base_url, login_of(self.settings), address=address, deadline=deadline)
        return Line(
            self.base_url, concurrency=1, deadline=deadline, reach=self.reach, more=more_addresses(self.settings)
        )

    async def _talk(self, address: str) -> list[ProbeLeg]:
        line = self._line(address)
        try:
            conversation = self.partner.talk("probe", settings=self.settings, now=self.now())
            return await self._drive(line, conversation)
        except Setback as setback:
            words = f"{type(setback).__name__.lower()} {setback.code} {setback.text}".strip()
            return [ProbeLeg("answer", False, words)]
        except (NotSent, Doubtful) as error:
            return [ProbeLeg("answer", False, str(error))]
        finally:
            await line.close()

    async def _drive(self, line: Exchanges, conversation: Conversation) -> list[ProbeLeg]:
        """Drive the conversation. Unlike in a talk it also receives a Busy, because that may say which leg failed."""
        try:
            request = next(conversation)
            for number in range(MOST):
                try:
                    content = await self._exchange(line, request, number)
                except (Refused, Busy) as no:
                    request = conversation.throw(no)
                else:
                    request = conversation.send(content)
        except StopIteration as end:
            return [leg for leg in end.value or () if isinstance(leg, ProbeLeg)]
        finally:
            conversation.close()
        return [ProbeLeg("answer", False, "endless")]

    async def _exchange(self, line: Exchanges, request: Request, number: int) -> Any:
        # As long as a talk's exchange number: 32 digits and two of the try.
        exchange = f"{self.now():%Y%m%d%H%M%S%f}{number:04d}".rjust(34, "0")
        answered = await line.exchange(self.partner.seal(request, self.settings, "", exchange, self.now()))
        self.offset = offset(answered.reply, self.now())
        return self.partner.unseal(answered.reply, self.settings)


def _worst(legs: list[ProbeLeg]) -> list[ProbeLeg]:
    """One leg for all addresses of a partner: the first that failed, or the first."""
    return [next((leg for leg in legs if not leg.ok), legs[0])]


async def connect(base_url: str, address: str, name: str = "") -> ProbeLeg:
    """Whether the address takes connections, with TLS and the right name when it is https; `name` is its setting's."""
    parts = urlsplit(base_url)
    secure = parts.scheme == "https"
    leg = "tls" if secure else "connect"
    context = ssl.create_default_context() if secure else None
    port = parts.port or PORTS[parts.scheme]
    try:
        # To the checked address; the certificate must bear the host's name.
        known = parts.hostname if secure else None
        _, writer = await asyncio.open_connection(address, port, ssl=context, server_hostname=known)
    except (OSError, ssl.SSLError) as error:
        # OpenSSL's message about a wrong name contains the name, and not everybody may see the address.
        reason = getattr(error, "verify_message", "").partition(",")[0] or type(error).__name__
        return ProbeLeg(leg, False, f"{name} {reason}".strip())
    writer.close()
    return ProbeLeg(leg, True)


def offset(reply: Reply, moment: datetime) -> timedelta | None:
    """How far the partner's clock is ahead of ours, by its Date header (RFC 9110 6.6.1)."""
    try:
        their_time = parsedate_to_datetime(reply.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return their_time.replace(tzinfo=their_time.tzinfo or UTC) - moment


__all__ = ["LONGEST", "Probe"]
