"""The caller's address: the socket's peer or, behind trusted proxies, the address that their header names (R6.1)."""

import ipaddress
from collections.abc import Sequence

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Bits of the IPv6 prefix that a household or office is given; it chooses the other bits freely, so they tell nothing.
SAME_NETWORK = 64
LONGEST = 64


def chain(lines: Sequence[str], standard: bool) -> list[str]:
    """The hops that a header names, the caller's own first; `standard`: Forwarded (RFC 7239), else X-Forwarded-For.

    Split at every comma, even in quotes: no address has one, and an open quote must not swallow what a proxy appends.
    """
    hops = ",".join(lines).split(",")
    return [_named_by(hop) for hop in hops] if standard else hops


def _named_by(hop: str) -> str:
    pairs = (part.partition("=") for part in hop.split(";"))
    return next((address for name, _, address in pairs if name.strip().lower() == "for"), "")


def caller_address(peer: str, hops: Sequence[str], trusted: Sequence[Network]) -> str:
    """The first address from the right that is not a trusted proxy's; reading stops at anything but an address.

    Everything left of the first untrusted hop was written by the caller and counts for nothing.
    """
    address = _read(peer)
    for hop in reversed(hops):
        if address is None or not any(address in network for network in trusted):
            break
        before = _read(hop)
        if before is None:
            break
        address = before
    return str(address) if address is not None else peer[:LONGEST]


def place_of(address: str) -> str:
    """What counts as one caller: an IPv4 address, the /64 of an IPv6 one, anything else as it is."""
    read = _read(address)
    if isinstance(read, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((read, SAME_NETWORK), strict=False))
    return str(read) if read is not None else address[:LONGEST]


def _read(text: str) -> Address | None:
    """The address of a hop as proxies write it: quoted, in brackets, with port or zone; None when it is none."""
    bare = text.strip().strip('"')
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        address = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    # ::ffff:192.0.2.1 is the IPv4 address as a socket for both families shows it: one caller must not count as two.
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
