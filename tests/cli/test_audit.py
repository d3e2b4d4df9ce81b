"""The audit trail from the terminal: whole, broken, and sealed by a worker that nobody has to start by hand."""

import re
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.oversight import audit_trail
from hub.operations.staff import users
from hub.registry.session import Store
from tests.support.databases import as_owner, by_owner
from tests.support.loaded import python
from tests.support.makers.processes import running

from .conftest import Command

PASSWORD = "Correct-horse-9-battery"
pytestmark = pytest.mark.article("G5")


@pytest.fixture
def controllers(office: Office) -> None:
    """A member of internal control, and a driver."""
    office.perform(HUB, users.create_unit, "city", "city", None)
    for login, post in (("control", Post.INTERNAL_CONTROL), ("driver", Post.DELIVERY_DRIVER)):
        once = office.perform(HUB, users.create_user, login, login, "city")
        user = next(view for view in office.perform(HUB, users.list_users) if view.login == login)
        office.perform(HUB, users.grant_post, user.id, post, "city", "a")
        signed = users.sign_in(office, login, once, "test")
        office.perform(signed.actor, users.change_password, Secret(once), Secret(PASSWORD + login[0]))


def verify(command: Command, *words: str, login: str = "control") -> "subprocess.CompletedProcess[str]":
    return command("audit", "verify", "--as", login, *words, PARTNERHUB_PASSWORD=PASSWORD + login[0])


@pytest.fixture
def sealed(command: Command, environment: dict[str, str], office: Office, controllers: None) -> None:
    """A worker has run until every row was in the chain."""
    with running(python("hub.cli", "worker"), environment) as worker:
        end = time.monotonic() + 40
        while office.perform(HUB, audit_trail.verify).unsealed and time.monotonic() < end:
            time.sleep(0.3)
        worker.terminate()
        worker.wait(20)


def test_a_worker_seals_and_an_edit_ends_the_command_with_1(command: Command, store: Store, sealed: None) -> None:
    done = verify(command)
    assert done.returncode == 0, done.stdout + done.stderr
    anchor = re.search(r"anchor: (\d+:[0-9a-f]{64})", done.stdout)
    assert anchor is not None and "not yet sealed 1" in done.stdout, "the sign-in of this very command"
    number = int(anchor[1].split(":")[0])
    assert number >= 7
    assert verify(command, "--anchor", anchor[1]).returncode == 0
    other = verify(command, "--anchor", f"{number}:{'0' * 64}")
    assert other.returncode == 1 and f"broken at number {number}" in other.stderr
    assert verify(command, "--anchor", "nonsense").returncode == 2
    by_owner(store, "SET session_replication_role = replica", "UPDATE audit SET outcome = 'refused' WHERE chain_no = 3")
    broken = verify(command)
    assert broken.returncode == 1 and "broken at number 3" in broken.stderr and "sealed " in broken.stdout


def test_who_does_not_control_does_not_verify(command: Command, controllers: None) -> None:
    done = verify(command, login="driver")
    assert done.returncode == 1 and "R4.1" in done.stderr


def emptied(store: Store, *statements: str) -> None:
    """What somebody does who owns the database."""
    with psycopg.connect(as_owner(store.url)) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def test_an_audit_whose_end_or_all_was_deleted_is_broken_and_a_missing_anchor_is_said(
    command: Command, environment: dict[str, str], store: Store, sealed: None
) -> None:
    anchor = Path(environment["PARTNERHUB_DATA"]) / "audit.anchor"
    away = anchor.rename(anchor.with_name("put away"))
    done = verify(command)
    assert done.returncode == 1 and "no anchor on file" in done.stderr and "whole;" not in done.stdout
    no, digest, _ = away.read_text().split(":")
    assert verify(command, "--anchor", f"{no}:{digest}").returncode == 0, "one from the log or the mail does as well"
    away.rename(anchor)
    emptied(store, "DELETE FROM audit WHERE chain_no > 4", "DELETE FROM audit_head")
    done = verify(command)
    assert done.returncode == 1 and "whole" not in done.stdout and "broken at number" in done.stderr
    emptied(store, "DELETE FROM audit")
    done = verify(command)
    assert done.returncode == 1 and "whole" not in done.stdout, done.stdout + done.stderr
    assert "broken at number 1:" in done.stderr and "audit.anchor" in done.stderr and "backup" in done.stderr
    anchor.unlink()
    done = verify(command)
    assert done.returncode == 1 and "no anchor on file" in done.stderr and "whole;" not in done.stdout, (
        "nothing is left"
    )
