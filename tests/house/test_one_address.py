"""Who called is asked for in one place: everywhere else the socket's peer may be a proxy."""

import re

from .sources import broken, product

DOOR = "hub/server.py"
NAMED = {DOOR, "hub/settings.py", "hub/domain/staff/client_address.py"}
PEER = re.compile(r"request\.client|scope\[.client.\]|x-forwarded|x_forwarded|client\.host", re.I)


def test_nobody_asks_the_socket_who_called() -> None:
    places = [
        f"{source.path}:{number}"
        for source in product()
        if source.path not in NAMED and source.path.startswith("hub/") and not source.path.startswith("hub/simulation/")
        for number, line in enumerate(source.text.splitlines(), start=1)
        if PEER.search(line)
    ]
    assert not places, broken("the client's address comes from request.state.address", places)


def test_no_server_of_ours_lets_its_library_believe_a_proxy() -> None:
    """uvicorn by itself believes X-Forwarded-For of every caller on this machine."""
    places = [
        f"{source.path}:{number}"
        for source in product()
        for number, line in enumerate(source.text.splitlines(), start=1)
        if "uvicorn.Config(" in line and source.path != DOOR
    ]
    assert not places, broken("servers are configured by hub/server.py", places)
    door = next(source for source in product() if source.path == DOOR)
    assert door.text.count("uvicorn.Config(") == 1 and "proxy_headers=False" in door.text
