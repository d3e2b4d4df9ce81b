"""Where channels may go: outside, and inside only what the installation names (promise S: no way into the network)."""

import asyncio

import pytest

from hub.channels.reach import Forbidden, Reach, door, pinned
from hub.channels.transport import Line
from hub.plugin import post
from tests.support.listening import listener, moved_to


@pytest.mark.parametrize(
    "url", ["http://10.20.0.5:448", "http://192.168.3.4", "https://[fd00::5]", "http://172.16.0.9:8080"]
)
def test_an_inside_address_is_closed_until_it_is_named(url: str) -> None:
    with pytest.raises(Forbidden, match="PARTNERHUB_INSIDE_PARTNERS"):
        pinned(url, Reach(loopback=True))


def test_a_named_host_and_port_is_open_and_its_neighbour_is_not() -> None:
    reach = Reach(inside=frozenset({"10.20.0.5:448"}))
    assert door("http://10.20.0.5:448/nc/", reach).root == "http://10.20.0.5:448/nc"
    for url in ("http://10.20.0.5:449", "http://10.20.0.6:448", "http://10.20.0.5"):
        with pytest.raises(Forbidden):
            pinned(url, reach)


@pytest.mark.parametrize("host", ["127.0.0.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"])
def test_loopback_and_the_metadata_service_stay_closed_even_when_named(host: str) -> None:
    with pytest.raises(Forbidden):
        pinned(f"http://{host}:80", Reach(inside=frozenset({f"{host}:80"})))


def test_an_address_with_a_user_name_or_of_another_kind_is_refused() -> None:
    for url in ("http://me@127.0.0.1", "ftp://127.0.0.1", "file:///etc/passwd"):
        with pytest.raises(Forbidden):
            pinned(url, Reach(loopback=True))


def test_a_machine_is_not_opened_whole() -> None:
    with pytest.raises(ValueError, match="host:port"):
        Reach(inside=frozenset({"10.20.0.5"}))


def test_a_partner_that_sends_us_elsewhere_is_not_followed_and_no_proxy_of_the_environment_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listener() as elsewhere, listener(moved_to(elsewhere.url)) as partner, listener() as proxy:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)

        async def call() -> int:
            line = Line(partner.url, concurrency=1, deadline=5.0, reach=Reach(loopback=True))
            try:
                return (await line.exchange(post("/x"))).reply.status
            finally:
                await line.close()

        assert asyncio.run(call()) == 307
        assert partner.heard and elsewhere.heard == [] == proxy.heard
