"""Which addresses a channel may reach: those of its settings, on the open network; inside only what the installation names."""

import socket
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from hub.logs import logger

from .settings_form import address

log = logger("channels")
Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
# Where IPv6's addresses of the open network lie; all else of IPv6 is inside, a relay, or nothing.
UNICAST = IPv6Network("2000::/3")
# Private and shared networks, protocols' own, benchmarks and documentation (RFC 6890): open when they are named.
INSIDE = tuple(
    map(
        IPv4Network,
        (
            *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
            *("192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
        ),
    )
)
# This machine, its link, everybody, clouds' metadata services, and what stands for another address. The last line and
# 192.88.99.0/24 embed an IPv4 address (IPv4-compatible, -translated, NAT64, Teredo, 6to4): a gateway would carry the
# call on to an address that was not checked, so that only the address itself can be named.
NEVER: tuple[Network, ...] = (
    *map(IPv4Network, ("0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4")),
    *map(IPv4Network, ("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32", "192.88.99.0/24")),
    *map(IPv6Network, ("fe80::/10", "fec0::/10", "ff00::/8", "100::/64", "fd00:ec2::254/128")),
    *map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16")),
)
# Among the unicast addresses: protocols' own, benchmarks, documentation.
SPECIAL = tuple(map(IPv6Network, ("2001::/23", "2001:db8::/32", "3fff::/20")))
# The third quarter of an IPv6 address whose last quarter is an IPv4 address (RFC 5214), two of its bits aside.
ISATAP = 0x0000_5EFE
ISATAP_BITS = 0x0300_0000


class Forbidden(Exception):
    """The address is not one that this channel may reach. `code`: why, in a word without the address."""

    def __init__(self, code: str, words: str) -> None:
        self.code = code
        super().__init__(words)


@dataclass(frozen=True)
class Reach:
    """What the installation lets channels reach besides the open network.

    `loopback`: simulators on this machine. `inside`: hosts of the company's own network as "host:port", such as a
    bank's proxy; it comes from the environment, so that nobody opens the network from a form.
    """

    loopback: bool = False
    inside: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse a name without a port: it would open a whole machine."""
        for written in self.inside:
            host, _, port = written.rpartition(":")
            if not host or not port.isdecimal():
                raise ValueError(f"inside partners are named host:port, not {written!r}")
        object.__setattr__(self, "inside", frozenset(map(str.lower, self.inside)))

    def allows(self, there: Address, place: str) -> bool:
        """Whether an address may be reached by a channel that names it as `place` (host:port)."""
        # Before `closed`, which counts loopback among what is never reached.
        if there.is_loopback and self.loopback:
            return True
        return not closed(there) and (outside(there) or place in self.inside)


# The open network only.
OUTSIDE = Reach()


def closed(there: Address) -> bool:
    """Whether the address stays closed even if the installation names it."""
    return any(there.version == network.version and there in network for network in NEVER) or is_isatap(there)


def outside(there: Address) -> bool:
    """Whether an address that is not closed belongs to the open network."""
    if isinstance(there, IPv4Address):
        return there.is_global and not any(there in network for network in INSIDE)
    return there in UNICAST and there.is_global and not any(there in network for network in SPECIAL)


def is_isatap(there: Address) -> bool:
    """Whether the interface id marks the address as a tunnel (ISATAP) to the IPv4 address in its last 32 bits."""
    return isinstance(there, IPv6Address) and int(there) >> 32 & 0xFFFF_FFFF & ~ISATAP_BITS == ISATAP


@dataclass(frozen=True)
class Door:
    """One address of a partner, resolved: used for the line's whole life."""

    base_url: str
    address: str
    host: str = field(init=False)
    header_host: str = field(init=False)
    root: str = field(init=False)

    def __post_init__(self) -> None:
        """Take the address apart once."""
        parts = urlsplit(self.base_url)
        shown = f"[{self.address}]" if ":" in self.address else self.address
        port = f":{parts.port}" if parts.port else ""
        object.__setattr__(self, "host", parts.hostname or "")
        object.__setattr__(self, "header_host", self.host + port)
        object.__setattr__(self, "root", f"{parts.scheme}://{shown}{port}{parts.path.rstrip('/')}")


def door(base_url: str, reach: Reach) -> Door:
    """The door that an address names. Raises Forbidden."""
    return Door(base_url, pinned(base_url, reach))


def pinned(base_url: str, reach: Reach) -> str:
    """The address that the host's name stands for now.

    Raises Forbidden when any of the name's addresses lies inside (loopback, private, link-local, metadata, or a
    relay to such) and the installation does not name it, and for a host that is not written plainly.
    """
    try:
        _, host, port = address(base_url)
    except ValueError as error:
        raise Forbidden("not_plain", f"the address must be {error}") from None
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Forbidden("no_address", f"the host {host} has no address (DNS)") from None
    addresses = [unwrapped(str(answer[4][0])) for answer in answers]
    # All of them, not only the first: the name's owner decides about their order.
    if not all(reach.allows(candidate, f"{host}:{port}") for candidate in addresses):
        words = f"the host {host} stands for an internal address; PARTNERHUB_INSIDE_PARTNERS may name {host}:{port}"
        # Whoever asks for it (an ask, a list, a connection test): somebody has pointed a channel inside.
        log.error("address.forbidden", address=f"{host}:{port}", why=words)
        raise Forbidden("inside_address", words)
    # The line connects to this address, not to the name, which could stand for another a moment later (DNS rebinding).
    return str(addresses[0])


def unwrapped(written: str) -> Address:
    """The address in canonical form; an IPv4-mapped IPv6 address (::ffff:a.b.c.d) as IPv4."""
    there = ip_address(written)
    return (isinstance(there, IPv6Address) and there.ipv4_mapped) or there
