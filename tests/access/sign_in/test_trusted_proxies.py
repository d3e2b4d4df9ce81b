"""Who calls is taken from the socket, and from a proxy's word only where a setting trusts it (R6.1, S5)."""

import re
from uuid import uuid4

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.operations.office import Office
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.support.audited import lines_of
from tests.support.callers import new_user
from tests.support.scenes import ORIGIN

PROXY = "10.0.0.9"
PERSON = "198.51.100.4"
SPOOFED = "192.0.2.66"


def behind(monkeypatch: pytest.MonkeyPatch, office: Office, trusted: str, header: str = "") -> FastAPI:
    """The application of an installation whose environment trusts these proxies."""
    monkeypatch.setenv("PARTNERHUB_TRUSTED_PROXIES", trusted)
    if header:
        monkeypatch.setenv("PARTNERHUB_PROXY_HEADER", header)
    return server.build(Hub(HubSettings(), office, Partners()), pause=no_pause)


async def no_pause(seconds: float) -> None:
    """An address that fails often is not waited for here."""


def seen(app: FastAPI, store: Store, peer: str, *headers: tuple[str, str]) -> str | None:
    """The address that the audit has of a failed sign-in from a peer, with these headers."""
    client = TestClient(app, client=(peer, 50000))
    lines = list(headers)
    answer = client.post("/api/v1/sessions", json={"login": uuid4().hex, "password": "y"}, headers=lines)  # type: ignore[arg-type]
    assert answer.status_code == 401
    return lines_of(store, "staff.sign_in")[-1].address


def told(*chain: str) -> tuple[str, str]:
    return ("X-Forwarded-For", ", ".join(chain))


CHAINS: list[tuple[str, str, list[tuple[str, str]], str]] = [
    ("", PROXY, [told(PERSON)], PROXY),
    (PROXY, "203.0.113.5", [told(PERSON)], "203.0.113.5"),
    (PROXY, PROXY, [], PROXY),
    (PROXY, PROXY, [told(PERSON)], PERSON),
    (PROXY, PROXY, [told(SPOOFED, PERSON)], PERSON),
    (PROXY, PROXY, [told(SPOOFED), told(PERSON)], PERSON),
    (PROXY, PROXY, [told(SPOOFED, PERSON, "10.0.0.8")], "10.0.0.8"),
    ("10.0.0.0/24", PROXY, [told(SPOOFED, PERSON, "10.0.0.8")], PERSON),
    ("10.0.0.0/24, 2001:db8:9::/48", "2001:db8:9::1", [told(SPOOFED, PERSON, "10.0.0.8")], PERSON),
    ("10.0.0.0/24", PROXY, [told("10.0.0.7", "10.0.0.8")], "10.0.0.7"),
    (PROXY, "::ffff:10.0.0.9", [told(PERSON)], PERSON),
    (PROXY, PROXY, [told(f"::ffff:{PERSON}")], PERSON),
    (PROXY, PROXY, [told(f"{PERSON}:4711")], PERSON),
    (PROXY, PROXY, [told("[2001:DB8::0001]:4711")], "2001:db8::1"),
    (PROXY, PROXY, [told("2001:db8:0:0:0:0:0:1%eth0")], "2001:db8::1"),
    (PROXY, PROXY, [told(SPOOFED, "unknown")], PROXY),
    (PROXY, PROXY, [told(SPOOFED, "")], PROXY),
    (PROXY, PROXY, [told(SPOOFED, "1.2.3.4.5")], PROXY),
    (PROXY, PROXY, [told(SPOOFED, "0x7f.1")], PROXY),
    (PROXY, PROXY, [told(SPOOFED, "'; DROP TABLE audit --")], PROXY),
    (PROXY, PROXY, [told("x" * 5000)], PROXY),
    (PROXY, PROXY, [told(*[SPOOFED] * 400, PERSON)], PERSON),
    (PROXY, PROXY, [("Forwarded", f"for={SPOOFED}"), told(PERSON)], PERSON),
    (PROXY, PROXY, [("X-Real-IP", SPOOFED), ("Client-IP", SPOOFED)], PROXY),
]


@pytest.mark.article("R6.1")
def test_the_chain_is_read_from_the_right_while_the_hop_is_trusted(
    monkeypatch: pytest.MonkeyPatch, office: Office, store: Store
) -> None:
    wrong = []
    for trusted, peer, headers, address in CHAINS:
        noted = seen(behind(monkeypatch, office, trusted), store, peer, *headers)
        if noted != address:
            wrong.append((trusted, peer, headers, f"{noted} instead of {address}"))
    assert not wrong, "\n".join(map(str, wrong))


STANDARD = [
    (f"for={PERSON}", PERSON),
    (f'for={SPOOFED}, For="{PERSON}:4711";proto=https;by=10.0.0.9', PERSON),
    ('for="[2001:db8::1]:80"', "2001:db8::1"),
    (f"for={SPOOFED}, for=_hidden", PROXY),
    (f"for={SPOOFED}, proto=https", PROXY),
    (f'for={SPOOFED}, for="unfinished', PROXY),
]


@pytest.mark.article("R6.1")
def test_a_proxy_that_speaks_by_the_standard_is_read_by_it_and_by_nothing_else(
    monkeypatch: pytest.MonkeyPatch, office: Office, store: Store
) -> None:
    app = behind(monkeypatch, office, PROXY, "forwarded")
    noted = [seen(app, store, PROXY, ("Forwarded", header), told(SPOOFED)) for header, _ in STANDARD]
    assert noted == [address for _, address in STANDARD]


@pytest.mark.article("R6.1")
@pytest.mark.parametrize("trusted", ["not-an-address", "10.0.0.0/99", "0.0.0.0/0", "::/0", "10.0.0.1/24"])
def test_a_setting_that_names_no_proxy_or_all_the_world_is_refused(
    monkeypatch: pytest.MonkeyPatch, trusted: str
) -> None:
    monkeypatch.setenv("PARTNERHUB_TRUSTED_PROXIES", trusted)
    with pytest.raises(ValidationError):
        HubSettings()


@pytest.mark.article("R6.1")
def test_every_line_of_a_session_has_the_persons_address_and_the_session_too(
    monkeypatch: pytest.MonkeyPatch, office: Office, store: Store
) -> None:
    app = behind(monkeypatch, office, PROXY)
    once = new_user(office, "anna", set(), "3701")
    client = TestClient(app, client=(PROXY, 50000), headers={"X-Forwarded-For": PERSON})
    client.post("/sign-in", data={"login": "anna", "password": once}, headers=ORIGIN)
    csrf = re.findall(r'name="csrf" value="([^"]+)"', client.get("/password").text)[0]
    new = "Quite-another-1-word"
    client.post("/password", data={"csrf": csrf, "old": once, "new": new, "again": new}, headers=ORIGIN)
    assert [line.address for line in lines_of(store, "staff.change_password")] == [PERSON]
    with office.store.transaction() as tx:
        kept = tx.connection().exec_driver_sql("SELECT DISTINCT address FROM login_sessions").scalars().all()
    assert kept == [PERSON]


@pytest.mark.article("R6.1")
def test_a_word_about_https_from_anybody_changes_no_cookie(office: Office, store: Store) -> None:
    once = new_user(office, "anna", set(), "3701")
    client = TestClient(server.build(Hub(HubSettings(), office, Partners())))
    headers = {**ORIGIN, "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.post("/sign-in", data={"login": "anna", "password": once}, headers=headers, follow_redirects=False)
    assert answer.status_code == 303 and answer.headers["location"] == "/password"
    assert "secure" not in answer.headers["set-cookie"].lower()
