"""However an inside address is spelled, a channel does not reach it (issue 11, item 6; promise S: no way into the network)."""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.channels.reach import Forbidden, Reach, pinned

SPELLED = {
    "NAT64 of 10.0.0.5": "http://[64:ff9b::a00:5]",
    "NAT64 of the metadata service": "http://[64:ff9b::169.254.169.254]",
    "NAT64 of a public address, too": "http://[64:ff9b::8.8.8.8]",
    "local NAT64": "http://[64:ff9b:1::a00:5]",
    "6to4 of 10.0.0.5": "http://[2002:a00:5::1]",
    "6to4 of loopback": "http://[2002:7f00:1::]",
    "6to4 relay": "http://192.88.99.1",
    "Teredo": "http://[2001:0:a00:5::f5ff:fffa]",
    "IPv4-compatible 10.0.0.5": "http://[::10.0.0.5]",
    "IPv4-compatible loopback": "http://[::7f00:1]",
    "IPv4-compatible metadata": "http://[::a9fe:a9fe]",
    "IPv4-mapped 10.0.0.5": "http://[::ffff:10.0.0.5]",
    "IPv4-mapped loopback in hex": "http://[::ffff:7f00:1]",
    "IPv4-translated 10.0.0.5": "http://[::ffff:0:10.0.0.5]",
    "ISATAP of 10.0.0.5": "http://[2400:3200::5efe:a00:5]",
    "ISATAP of 10.0.0.5, global bit": "http://[2400:3200::200:5efe:a00:5]",
    "site-local": "http://[fec0::5]",
    "unique local": "http://[fd00::5]",
    "link-local with its zone": "http://[fe80::1%25eth0]",
    "link-local with a bare zone": "http://[fe80::1%eth0]",
    "this network": "http://0.0.0.1",
    "this host": "http://0",
    "shared by a carrier": "http://100.64.0.1",
    "a cloud's metadata service": "http://100.100.100.200",
    "the metadata service of a third": "http://168.63.129.16",
    "another cloud's": "http://[fd00:ec2::254]",
    "benchmarks": "http://198.18.0.1",
    "benchmarks in IPv6": "http://[2001:2::1]",
    "documentation": "http://203.0.113.7",
    "documentation in IPv6": "http://[2001:db8::1]",
    "newer documentation in IPv6": "http://[3fff::1]",
    "IETF's own": "http://192.0.0.8",
    "reserved": "http://240.0.0.1",
    "everybody here": "http://255.255.255.255",
    "segment routing": "http://[5f00::1]",
    "discard": "http://[100::1]",
    "decimal": "http://2130706433",
    "octal": "http://0177.0.0.1",
    "octal whole": "http://017700000001",
    "hex": "http://0x7f000001",
    "hex parts": "http://0x7f.0.0.0x1",
    "fewer parts": "http://127.1",
    "leading zeros": "http://010.000.000.005",
    "a dot behind the number": "http://10.0.0.5.",
    "a dot behind the name": "http://localhost.",
    "full-width digits": "http://１０.0.0.5",
    "an ideographic full stop": "http://127。0。0。1",
    "circled digits": "http://①②⑦.0.0.1",
    "a name not in ASCII": "http://lοcalhost",
    "user and host": "http://bank.example@10.0.0.5",
    "an empty user": "http://@127.0.0.1",
    "a backslash": "http://10.0.0.5\\@bank.example",
    "percent": "http://%31%30.0.0.5",
    "a blank": "http://10.0.0.5 .bank.example",
    "a tab": "http://127.0.0\t.1",
}


@pytest.mark.parametrize("url", SPELLED.values(), ids=SPELLED.keys())
@pytest.mark.parametrize("scheme", ["http", "https", "sftp"])
def test_an_inside_address_is_refused_however_it_is_spelled(url: str, scheme: str) -> None:
    with pytest.raises(Forbidden):
        pinned(url.replace("http:", f"{scheme}:", 1), Reach())


KINDS = ("NAT64", "local NAT64", "6to4", "Teredo", "IPv4-compatible", "IPv4-translated", "ISATAP")
RELAYS = [name for name in SPELLED if name.startswith(KINDS)]


@pytest.mark.parametrize("name", RELAYS)
def test_what_stands_for_another_address_is_not_even_opened_by_its_name(name: str) -> None:
    """A gateway would carry the call on to where nobody looked: only the address itself may be named."""
    host = SPELLED[name].removeprefix("http://").strip("[]")
    spellings = {host, str(ipaddress.ip_address(host))}
    with pytest.raises(Forbidden):
        pinned(SPELLED[name], Reach(loopback=True, inside=frozenset(f"{each}:80" for each in spellings)))


def answering(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """The name server says that every name has these addresses."""

    def answer(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        return [
            (socket.AF_INET6, socket.SOCK_STREAM, 6, "", (each, port, 0, 0))
            if ":" in each
            else (socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port))
            for each in addresses
        ]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize("second", ["10.0.0.5", "127.0.0.1", "64:ff9b::a00:5", "2002:a00:5::1", "::ffff:10.0.0.5"])
def test_every_address_of_a_name_must_be_outside_not_only_the_first(
    monkeypatch: pytest.MonkeyPatch, second: str
) -> None:
    answering(monkeypatch, "8.8.8.8", second)
    with pytest.raises(Forbidden, match=r"bank\.example"):
        pinned("https://bank.example/api", Reach())
    answering(monkeypatch, "8.8.8.8", "2400:3200::1")
    assert pinned("https://bank.example/api", Reach()) == "8.8.8.8"


def test_a_bank_outside_is_reached_and_a_named_one_inside_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pinned("https://8.8.8.8", Reach()) == "8.8.8.8"
    assert pinned("https://[2400:3200::1]:8443/x", Reach()) == "2400:3200::1"
    assert pinned("https://[::ffff:8.8.8.8]", Reach()) == "8.8.8.8"
    assert pinned("http://[fd00::5]:448", Reach(inside=frozenset({"fd00::5:448"}))) == "fd00::5"
    answering(monkeypatch, "10.20.0.5")
    assert pinned("http://NC.corp:448", Reach(inside=frozenset({"nc.Corp:448"}))) == "10.20.0.5"
    with pytest.raises(Forbidden):
        pinned("http://other.corp:448", Reach(inside=frozenset({"nc.corp:448"})))


PRIVATE = st.one_of(
    *(
        st.integers(int(network[0]), int(network[-1])).map(IPv4Address)
        for network in map(
            ipaddress.IPv4Network,
            ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10"),
        )
    )
)
REST = st.integers(0, 2**64 - 1)
SITE = st.integers(0x2400_0000_0000_0000, 0x2BFF_FFFF_FFFF_FFFF)


def local_nat64(inner: int, rest: int) -> list[int]:
    """RFC 6052: behind a prefix of 48, 56, 64 or 96 bits, with the eighth octet left out."""
    prefix, high, low = 0x0064_FF9B_0001 << 80, inner >> 16, inner & 0xFFFF
    return [
        prefix | high << 64 | low << 40,
        prefix | (rest & 0xFF) << 72 | (inner >> 24) << 64 | (inner & 0xFFFFFF) << 32,
        prefix | inner << 24,
        prefix | (rest & 0xFFFF) << 64 | inner,
    ]


@given(PRIVATE, REST, SITE)
def test_an_ipv6_address_that_embeds_a_private_ipv4_address_by_a_known_scheme_is_refused(
    private: IPv4Address, rest: int, site: int
) -> None:
    inner = int(private)
    embedded = [
        inner,  # IPv4-compatible
        0xFFFF << 32 | inner,  # IPv4-mapped
        0xFFFF << 48 | inner,  # IPv4-translated
        0x0064_FF9B << 96 | inner,  # NAT64
        *local_nat64(inner, rest),
        0x2002 << 112 | inner << 80 | rest,  # 6to4
        0x2001_0000 << 96 | inner << 64 | rest,  # Teredo, of the server
        0x2001_0000 << 96 | rest << 32 & (2**96 - 1) | inner ^ 0xFFFF_FFFF,  # Teredo, of the client
        site << 64 | 0x0000_5EFE << 32 | inner,  # ISATAP
        site << 64 | 0x0200_5EFE << 32 | inner,
        0xFE80 << 112 | 0x0200_5EFE << 32 | inner,
    ]
    for number in embedded:
        with pytest.raises(Forbidden):
            pinned(f"https://[{IPv6Address(number)}]", Reach())
