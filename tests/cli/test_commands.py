"""Exit codes, and what each command says."""

import json
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from hub.domain.customers.catalogue import FIELDS
from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.onboarding.files.columns import REQUIRED
from hub.operations.staff import users
from hub.registry.session import Store
from tests.support.databases import by_owner
from tests.support.people import id_number

from .conftest import Command

NUL = "a\x00b"
PASSWORD = "Correct-horse-9-battery"


@pytest.fixture
def clerk(office: Office) -> dict[str, str]:
    """The environment of a clerk whose password is set."""
    if "city" not in {unit.code for unit in office.perform(HUB, users.list_units)}:
        office.perform(HUB, users.create_unit, "city", "city", None)
    office.perform(HUB, users.create_user, "clerk", "clerk", "city")
    return {"PARTNERHUB_LOGIN": "clerk", "PARTNERHUB_PASSWORD": PASSWORD}


def test_plugins_are_listed_without_a_database(command: Command) -> None:
    done = command("plugin", "list", "--json", PARTNERHUB_DATABASE_URL="postgresql://localhost:1/none")
    assert done.returncode == 0 and done.stderr == ""
    rows = json.loads(done.stdout)
    assert {"icbc"} <= {row["plugin"] for row in rows} and not any(row["quarantined"] for row in rows)


def test_wrong_usage_is_2(command: Command) -> None:
    assert command("asks", "show", "not-an-id").returncode == 2
    assert command("nonsense").returncode == 2
    assert command("simulator", "nonsense").returncode == 2
    assert command("customers", "list").returncode == 2


def test_an_unreachable_database_is_3_with_one_sentence(command: Command) -> None:
    done = command("db", "status", PARTNERHUB_DATABASE_URL="postgresql://someone:s3cret@localhost:1/none")
    assert done.returncode == 3
    assert "cannot be reached" in done.stderr and "Traceback" not in done.stderr and "s3cret" not in done.stderr


def test_a_schema_newer_than_the_code_is_3(command: Command, store: Store) -> None:
    by_owner(store, "UPDATE alembic_version SET version_num = '9999'")
    done = command("db", "upgrade")
    assert done.returncode == 3 and "newer than this code" in done.stderr


def test_an_upgrade_says_what_it_did(command: Command) -> None:
    assert "nothing to do" in command("db", "upgrade").stdout
    assert "schema" in command("db", "status").stdout


def test_a_refusal_is_1_with_sentence_article_and_advice(command: Command) -> None:
    done = command("customers", "list", "--as", "nobody", PARTNERHUB_PASSWORD="wrong")
    assert done.returncode == 1 and "(" in done.stderr and "Traceback" not in done.stderr


def test_a_one_time_password_opens_nothing(command: Command, office: Office, clerk: dict[str, str]) -> None:
    once = office.perform(HUB, users.create_user, "fresh", "fresh", "city")
    done = command("asks", "list", "--as", "fresh", PARTNERHUB_PASSWORD=once)
    assert done.returncode == 1 and "one-time password" in done.stderr


def test_the_command_acts_by_the_same_table(command: Command, office: Office, set_password: None) -> None:
    done = command("users", "list", "--as", "driver", PARTNERHUB_PASSWORD=PASSWORD + "ver")
    assert done.returncode == 1 and "R4.1" in done.stderr
    done = command("asks", "show", str(uuid4()), "--as", "all", PARTNERHUB_PASSWORD=PASSWORD)
    assert done.returncode == 1 and "There is no such" in done.stderr
    done = command("users", "create", "newcomer", "Newcomer", "city", "--as", "all", PARTNERHUB_PASSWORD=PASSWORD)
    assert done.returncode == 0 and "one-time password: " in done.stdout


@pytest.fixture
def set_password(office: Office) -> None:
    """Two members of staff with their own passwords: one with every post, one driver."""
    if "city" not in {unit.code for unit in office.perform(HUB, users.list_units)}:
        office.perform(HUB, users.create_unit, "city", "city", None)
    for login, posts in (("all", set(Post)), ("driver", {Post.DELIVERY_DRIVER})):
        once = office.perform(HUB, users.create_user, login, login, "city")
        user = next(view for view in office.perform(HUB, users.list_users) if view.login == login)
        for post in posts:
            office.perform(HUB, users.grant_post, user.id, post, "city", "a")
        signed = users.sign_in(office, login, once, "test")
        office.perform(signed.actor, users.change_password, Secret(once), Secret(PASSWORD + login[3:]))


@pytest.mark.article("R7.1")
def test_a_list_is_checked_then_taken_over(command: Command, set_password: None, tmp_path: Path) -> None:
    file, back = tmp_path / "list.csv", tmp_path / "back.xlsx"
    titles = [FIELDS[key].title[0] for key in (*REQUIRED, "id_number")]
    good = ["370101000001", "370101100001", "测试甲", "示例商店", "city", "13900000001", id_number(1)]
    bad = ["370101000002", "370101100002", "测试乙", "示例商店", "nowhere", "13900000002", id_number(2)]
    file.write_text("\n".join(map(",".join, (titles, good, bad))), encoding="utf-8")
    words = ("customers", "import", str(file), "--as", "all", "--apply", "--returned", str(back))
    done = command(*words, PARTNERHUB_PASSWORD=PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "applied" in done.stdout and "nowhere" not in done.stdout
    assert back.read_bytes().startswith(b"PK")
    listed = command("customers", "list", "--as", "all", PARTNERHUB_PASSWORD=PASSWORD).stdout
    assert "370101000001" in listed and "370101000002" not in listed and "13900000001" not in listed
    shown = command("customers", "show", "370101000001", "--as", "all", PARTNERHUB_PASSWORD=PASSWORD)
    assert shown.returncode == 0 and "示例商店" in shown.stdout, "by the code that people know"
    nobody = command("customers", "show", "37010100", "--as", "all", PARTNERHUB_PASSWORD=PASSWORD)
    assert nobody.returncode == 1 and "There is no such customer" in nobody.stderr
    again = command(*words[:-2], PARTNERHUB_PASSWORD=PASSWORD)
    assert again.returncode == 0 and again.stdout == done.stdout, "the same list twice changes nothing"


@pytest.mark.article("R7.1")
def test_returned_lines_are_never_written_over_another_file(
    command: Command, set_password: None, office: Office, tmp_path: Path
) -> None:
    file, thesis = tmp_path / "list.csv", tmp_path / "thesis.xlsx"
    file.write_text(",".join(FIELDS[key].title[0] for key in REQUIRED) + "\n370101000001,,,,,\n", encoding="utf-8")
    thesis.write_text("three years")
    words = ("customers", "import", str(file), "--as", "all", "--returned")
    done = command(*words, str(thesis), PARTNERHUB_PASSWORD=PASSWORD)
    assert thesis.read_text() == "three years"
    assert done.returncode == 1 and "--returned" in done.stderr and "Traceback" not in done.stderr
    with psycopg.connect(office.store.url) as connection:
        assert connection.execute("SELECT count(*) FROM import_runs").fetchone() == (0,), "nothing was done"


def test_by_command_a_login_or_value_with_a_control_character_is_a_sentence(command: Command) -> None:
    """A control character among a command's words ends it with a sentence (R6.1)."""
    done = command("users", "list", "--as", "ad\x01min", PARTNERHUB_PASSWORD="x")
    assert done.returncode == 1 and "Traceback" not in done.stderr and "cannot be shown" in done.stderr
    broken = command("users", "list", "--as", "ad\udcffmin", PARTNERHUB_PASSWORD="x")
    assert broken.returncode == 1 and "Traceback" not in broken.stderr
    value = json.dumps({"a": NUL})
    done = command(
        "operation", "do", "customers.search_customers", f"words={value}", "--as", "x", PARTNERHUB_PASSWORD="x"
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PARTNERHUB_DATA", "/etc/passwd"),
        ("PARTNERHUB_DATA", "/proc"),
        ("PARTNERHUB_DATABASE_URL", "postgres://hub@localhost/x"),
        ("PARTNERHUB_DATABASE_URL", "mysql://hub@localhost/x"),
        ("PARTNERHUB_DATABASE_URL", "nonsense"),
        ("PARTNERHUB_PORT", "abc"),
        ("PARTNERHUB_TRUSTED_PROXIES", "0.0.0.0/0"),
        ("PARTNERHUB_MESSAGES_KEPT_DAYS", "1"),
    ],
)
@pytest.mark.parametrize("words", [("db", "upgrade"), ("serve", "--port", "0")])
def test_a_setting_that_cannot_be_used_is_named_in_a_sentence(
    command: Command, words: tuple[str, ...], variable: str, value: str
) -> None:
    own = {"PARTNERHUB_DATABASE_URL": ""} if variable == "PARTNERHUB_DATA" else {}
    done = command(*words, **own, **{variable: value})
    assert done.returncode == 3 and "Traceback" not in done.stderr, done.stderr
    assert (value if variable == "PARTNERHUB_DATA" else variable) in done.stderr
    assert value not in done.stderr or variable == "PARTNERHUB_DATA", "an address may hold a password"


@pytest.mark.parametrize("words", [("db", "status"), ("users", "list", "--as", "x"), ("audit", "verify", "--as", "x")])
def test_a_command_that_only_looks_makes_no_installation_in_an_empty_folder(
    command: Command, tmp_path: Path, words: tuple[str, ...]
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = command(
        *words,
        PARTNERHUB_DATA=str(empty),
        PARTNERHUB_DATABASE_URL="",
        PARTNERHUB_MASTER_KEY="",
        PARTNERHUB_PASSWORD="x",
    )
    assert done.returncode == 3 and f"No hub lives in {empty}" in done.stderr and "partnerhub serve" in done.stderr
    assert "Traceback" not in done.stderr and (not empty.exists() or list(empty.iterdir()) == [])
