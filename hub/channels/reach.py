"""Where a channel may go: its settings' addresses, outside, and inside only what the installation names."""

import ipaddress
import socket
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .settings_form import PORTS


class Forbidden(Exception):
    """The address is not one that this channel may reach."""


@dataclass(frozen=True)
class Reach:
    """What the installation lets channels reach besides the open network.

    `loopback`: simulators on this machine. `inside`: hosts of the company's own network as "host:port", such as a
    bank's proxy that stands there; it comes from the environment, so that nobody opens the network from a form.
    """

    loopback: bool = False
    inside: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """A name without a port would open a whole machine."""
        for each in self.inside:
            host, _, port = each.rpartition(":")
            if not host or not port.isdecimal():
                raise ValueError(f"inside partners are named host:port, not {each!r}")

    def allows(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address, place: str) -> bool:
        """Whether an address may be reached by a channel that names it as `place` (host:port)."""
        if address.is_loopback and self.loopback:
            return True
        never = address.is_loopback or address.is_link_local or address.is_multicast or address.is_unspecified
        return not never and (address.is_global or place in self.inside)


OUTSIDE = Reach()
"""The open network only."""


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

    Raises Forbidden for addresses inside (loopback, private, link-local, metadata) that the installation does not name.
    """
    parts = urlsplit(base_url)
    if parts.scheme not in PORTS or not parts.hostname or parts.username:
        raise Forbidden("the address must be http(s):// or sftp://host[:port] without a user name")
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except OSError:
        raise Forbidden(f"the host {parts.hostname} has no address (DNS)") from None
    address = ipaddress.ip_address(found[0][4][0])
    address = getattr(address, "ipv4_mapped", None) or address
    if not reach.allows(address, f"{parts.hostname}:{port}"):
        raise Forbidden(
            f"the host {parts.hostname} stands for an internal address; "
            f"PARTNERHUB_INSIDE_PARTNERS may name {parts.hostname}:{port}"
        )
    return str(address)
