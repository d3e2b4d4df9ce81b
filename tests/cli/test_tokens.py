"""API tokens from the terminal: the same table of operations as anywhere (S10)."""

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.staff.users import by_login
from hub.settings import HubSettings

from .conftest import Command

PASSWORD = "Correct-horse-9-battery"


def member(office: Office, login: str, post: Post) -> dict[str, str]:
    """The environment of a member of staff with a post."""
    if "city" not in {unit.code for unit in office.perform(HUB, users.list_units)}:
        office.perform(HUB, users.create_unit, "city", "city", None)
    office.perform(HUB, users.create_user, login, login, "city")
    with office.store.transaction() as tx:
        user: Any = by_login(tx, login)
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
        user_id = user.id
    office.perform(HUB, users.grant_post, user_id, post, "city")
    return {"PARTNERHUB_LOGIN": login, "PARTNERHUB_PASSWORD": PASSWORD}


@pytest.mark.article("R6.1", "R4.1")
def test_a_token_is_made_used_and_revoked_and_other_posts_are_refused(command: Command, office: Office) -> None:
    centre = member(office, "centre", Post.INFORMATION_CENTRE)
    clerk = member(office, "clerk", Post.STATISTICS_CLERK)
    user_id = command("users", "create-service", "robot", "订货平台", "city", **centre).stdout.strip()
    words = ("users", "token", user_id, "取数", "city", "--scope", "staff.list_units", "--days", "3")
    refused = command(*words, **clerk)
    assert refused.returncode != 0 and "R4.1" in refused.stderr and "ph_" not in refused.stdout
    control = member(office, "control", Post.INTERNAL_CONTROL)
    asked = command(*words, **centre)
    assert asked.returncode == 0 and "waits for another person" in asked.stdout, asked.stderr
    request = asked.stdout.split()[-1]
    assert command("access", "confirm", request, **control).returncode == 0
    made = command("access", "take-token", request, **centre)
    assert made.returncode == 0, made.stderr
    token_id, token = made.stdout.removeprefix("token ").strip().split(": ")
    client = TestClient(server.build(Hub(HubSettings(), office, Partners())))
    bearer = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/units", headers=bearer).status_code == 200
    assert token not in command("users", "tokens", **centre).stdout
    assert command("users", "revoke-token", token_id, **centre).returncode == 0
    assert client.get("/api/v1/units", headers=bearer).status_code == 401


@pytest.mark.article("R4.1", "R6.1")
def test_a_grant_and_a_reset_that_take_a_second_person_go_from_asking_to_taking(
    command: Command, office: Office
) -> None:
    centre, control = (
        member(office, "centre", Post.INFORMATION_CENTRE),
        member(office, "control", Post.INTERNAL_CONTROL),
    )
    member(office, "clerk", Post.STATISTICS_CLERK)
    chief = member(office, "chief", Post.SECTION_CHIEF)
    with office.store.transaction() as tx:
        clerk: Any = by_login(tx, "clerk")
        user_id = str(clerk.id)

    def waiting(*words: str) -> str:
        """The number of the request that the command says something waits for."""
        asked = command(*words, **centre)
        assert asked.returncode == 0 and "waits for another person" in asked.stdout, asked.stderr
        return asked.stdout.split()[-1]

    request = waiting("users", "grant", user_id, "section_chief", "city")
    assert request in command("access", "list", **control).stdout
    refused = command("access", "confirm", request, **centre)
    assert refused.returncode != 0 and "R4.1" in refused.stderr
    assert command("access", "confirm", request, **control).returncode == 0
    assert "section_chief@city" in command("users", "list", **centre).stdout
    second = waiting("users", "grant", user_id, "deputy_manager", "city")
    assert command("access", "reject", second, "--why", "不同意", **control).returncode == 0
    third = waiting("users", "grant", user_id, "deputy_manager", "city")
    assert command("access", "withdraw", third, **centre).returncode == 0
    reset = waiting("users", "reset", user_id)
    assert command("access", "confirm", reset, **control).returncode == 0
    taken = command("access", "take-password", reset, **chief)
    assert taken.returncode == 0, taken.stderr
    password = taken.stdout.split()[-1]
    assert users.sign_in(office, "clerk", password, "here").must_change
    assert command("access", "take-password", reset, **chief).returncode != 0


@pytest.mark.article("R6.1")
def test_a_scope_that_cannot_be_granted_is_named_with_the_reason_and_the_list(command: Command, office: Office) -> None:
    centre = member(office, "centre", Post.INFORMATION_CENTRE)
    member(office, "control", Post.INTERNAL_CONTROL)
    user_id = command("users", "create-service", "robot", "订货平台", "city", **centre).stdout.strip()

    def asked(*scopes: str) -> Any:
        words = [word for scope in scopes for word in ("--scope", scope)]
        return command("users", "token", user_id, "取数", "city", *words, **centre)

    granted = asked("read", "customers.*")
    assert granted.returncode == 0 and "waits for another person" in granted.stdout, granted.stderr
    for scope, why in (("customers.no_such", "no such scope"), ("tokens.issue_token", "no token may")):
        refused = asked("read", scope)
        assert refused.returncode == 1 and f"“{scope}”" in refused.stderr and why in refused.stderr, refused.stderr
        assert "partnerhub users scopes" in refused.stderr and "“read”" not in refused.stderr


def test_the_scopes_that_a_token_can_have_are_listed(command: Command) -> None:
    listed = command("users", "scopes").stdout
    assert all(scope in listed for scope in ("read", "customers.*", "customers.change_fields", "asks.*"))
    assert "tokens.issue_token" not in listed
    assert "asks.cancel" not in command("users", "scopes", "customers.").stdout


@pytest.mark.article("R7.1")
def test_a_template_of_the_list_is_written_and_never_over_another_file(command: Command, tmp_path: Path) -> None:
    place = tmp_path / "list.xlsx"
    assert command("customers", "template", str(place)).returncode == 0
    assert place.read_bytes().startswith(b"PK")
    assert command("customers", "template", str(place)).returncode == 1
