"""A channel's settings at the terminal: one person proposes, another confirms, and nobody reads a key."""

import re

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.partners import Bank

from .conftest import Command

PASSWORD = "Correct-horse-9-battery"


@pytest.fixture
def logins(office: Office) -> dict[str, dict[str, str]]:
    """Somebody of the information centre and of internal control, at the company."""
    people.found(office)
    for login, post in (("centre9", Post.INFORMATION_CENTRE), ("control9", Post.INTERNAL_CONTROL)):
        office.perform(HUB, users.create_user, login, login, "3701")
        with office.desk(HUB) as desk:
            user = by_login(desk.tx, login)
            assert user is not None
            users.grant_post(desk, user.id, post, "3701")
            user.must_change, user.password_hash = False, hash_password(PASSWORD)
    return {
        login: {"PARTNERHUB_LOGIN": login, "PARTNERHUB_PASSWORD": PASSWORD, "COLUMNS": "400"}
        for login in ("centre9", "control9")
    }


@pytest.mark.article("G3")
def test_settings_are_proposed_shown_without_keys_and_confirmed_by_another(
    command: Command, logins: dict[str, dict[str, str]], bank: Bank
) -> None:
    centre, control = logins["centre9"], logins["control9"]
    given = bank.settings()
    wrong = command("channel", "settings", "set", "icbc", "base_url=http://0x7f.1", **centre)
    assert wrong.returncode == 1 and "base_url" in wrong.stderr and "Traceback" not in wrong.stderr
    proposed = command("channel", "settings", "set", "icbc", *(f"{k}={v}" for k, v in given.items()), **centre)
    assert proposed.returncode == 0, proposed.stderr
    found = re.search(r"confirm ([0-9a-f-]{36})", proposed.stdout)
    assert found is not None, proposed.stdout
    listed = command("channel", "settings", "proposals", "icbc", **control)
    assert listed.returncode == 0 and bank.url in listed.stdout and "PRIVATE KEY" not in listed.stdout
    alone = command("channel", "settings", "confirm", found[1], **centre)
    assert alone.returncode == 1 and "nobody confirms their own" in alone.stderr
    confirmed = command("channel", "settings", "confirm", found[1], **control)
    assert confirmed.returncode == 0, confirmed.stderr
