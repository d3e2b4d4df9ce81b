"""The chain's anchor outside of the database: written after each sealing, only ever forward, demanded by verify (G5)."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from hub.cli.audit import read_anchor
from hub.domain.staff.posts import HUB, Post
from hub.engine import worker
from hub.logs import clean
from hub.operations.office import Office
from hub.operations.oversight import audit_trail
from hub.operations.staff import users
from hub.operations.tasks.daily_mail import make_mails
from hub.operations.tasks.notify import tell
from hub.ports import new_bytes, now, set_clock
from hub.registry.oversight import anchor_file, audit_chain
from hub.registry.oversight.audit_chain import Break, Link
from hub.registry.schema import DailyMail
from hub.registry.tasks import tasks
from hub.registry.vault import SYSTEM, MasterKey
from tests.support import people
from tests.support.databases import by_owner

pytestmark = pytest.mark.article("G5")
Owner = Callable[..., None]


@pytest.fixture
def anchored(office: Office, tmp_path: Path) -> Office:
    """An office with a data folder, some rows sealed."""
    office.anchor = tmp_path / "data" / anchor_file.NAME
    people.found(office)
    act(office, 10)
    assert worker.seal(office) == 10
    return office


@pytest.fixture
def owner(office: Office) -> Owner:
    """What somebody does who owns the database, whom no trigger stops."""

    def do(*statements: str) -> None:
        by_owner(office.store, "SET session_replication_role = replica", *statements)

    return do


def act(office: Office, count: int, start: int = 0) -> None:
    """So many audited actions."""
    for number in range(start, start + count):
        office.perform(HUB, users.create_unit, f"99{number:04d}", f"县{number}", "3701")


def found(office: Office) -> audit_chain.Verification:
    return office.perform(HUB, audit_trail.verify)


def on_file(office: Office) -> Link | None:
    assert office.anchor is not None
    return anchor_file.read(office.anchor, office.master)


def alarms(office: Office) -> list[str]:
    """What internal control is told to look into."""
    with office.desk(HUB) as desk:
        return [row.details["why"] for row in tasks.open_tasks_about(desk.tx, "audit", SYSTEM)]


def test_each_sealing_brings_the_anchor_forward_and_verify_passes_through_it(anchored: Office) -> None:
    assert on_file(anchored) == found(anchored).head and found(anchored).anchored
    act(anchored, 3, 10)
    worker.seal(anchored)
    link = on_file(anchored)
    assert link is not None and link.no == 13 and found(anchored).why is None
    assert anchored.anchor is not None and anchored.anchor.stat().st_mode & 0o777 == 0o600
    worker.seal(anchored)
    assert on_file(anchored) == link and alarms(anchored) == []


DELETIONS = {
    "tail and head": ("DELETE FROM audit WHERE chain_no > 6", "DELETE FROM audit_head"),
    "everything": ("DELETE FROM audit", "DELETE FROM audit_head"),
    "everything, truncated": ("TRUNCATE audit, audit_head RESTART IDENTITY",),
    "head": ("DELETE FROM audit_head",),
    "tail": ("DELETE FROM audit WHERE chain_no > 6",),
    "all links, and a row edited": (
        "UPDATE audit SET actor = 'nobody' WHERE chain_no = 4",
        "UPDATE audit SET chain_no = NULL, chain_hash = NULL",
        "DELETE FROM audit_head",
    ),
}


@pytest.mark.parametrize("deleted", DELETIONS)
def test_what_was_deleted_is_missed_at_once_and_stays_so_however_far_the_chain_grows(
    anchored: Office, owner: Owner, deleted: str
) -> None:
    kept = on_file(anchored)
    owner(*DELETIONS[deleted])
    assert found(anchored).why is not None
    for round in range(4):
        act(anchored, 5, 20 + 5 * round)
        worker.seal(anchored)
        assert found(anchored).why is not None, "not even when it has grown beyond the anchor's number"
        assert on_file(anchored) == kept, "the evidence is never written over"
    assert alarms(anchored) != []


def test_an_older_copy_of_rows_and_head_together_is_missed(anchored: Office, owner: Owner) -> None:
    owner("CREATE TABLE past AS SELECT * FROM audit", "CREATE TABLE past_head AS SELECT * FROM audit_head")
    act(anchored, 3, 10)
    worker.seal(anchored)
    owner(
        "DELETE FROM audit WHERE chain_no > 10",
        "DELETE FROM audit_head",
        "INSERT INTO audit_head SELECT * FROM past_head",
    )
    assert (found(anchored).why, found(anchored).broken) == (Break.ANCHOR, 11)
    act(anchored, 9, 30)
    worker.seal(anchored)
    assert (found(anchored).why, found(anchored).broken) == (Break.ANCHOR, 13), "it goes on another way"
    assert alarms(anchored) == [Break.ANCHOR]


def test_an_alarm_ends_when_the_chain_fits_again(anchored: Office, owner: Owner) -> None:
    owner("CREATE TABLE kept AS SELECT * FROM audit_head", "DELETE FROM audit_head")
    worker.seal(anchored)
    worker.seal(anchored)
    assert alarms(anchored) == [Break.HEAD], "one task, however often it is looked at"
    owner("INSERT INTO audit_head SELECT * FROM kept")
    worker.seal(anchored)
    assert alarms(anchored) == [] and found(anchored).why is None


def test_a_missing_anchor_is_said_and_the_next_sealing_makes_one(anchored: Office) -> None:
    assert anchored.anchor is not None
    anchored.anchor.unlink()
    assert found(anchored).why is None and not found(anchored).anchored
    worker.seal(anchored)
    assert found(anchored).anchored


FORGED = {
    "empty": lambda text: "",
    "no anchor": lambda text: "nothing\n",
    "an older number": lambda text: text.replace("10:", "9:", 1),
    "another hash": lambda text: re.sub(r":[0-9a-f]{64}:", f":{'0' * 64}:", text),
    "no signature": lambda text: text.rpartition(":")[0] + ":",
    "cut off": lambda text: text[: len(text) // 2],
    "not text": lambda text: "\ud800锚",
}


@pytest.mark.parametrize("forged", FORGED)
def test_an_anchor_that_somebody_wrote_is_not_believed_and_not_replaced(anchored: Office, forged: str) -> None:
    assert anchored.anchor is not None
    written = FORGED[forged](anchored.anchor.read_text()).encode(errors="surrogatepass")
    anchored.anchor.write_bytes(written)
    assert found(anchored).why == Break.ANCHOR_FILE
    act(anchored, 1, 50)
    worker.seal(anchored)
    assert anchored.anchor.read_bytes() == written and alarms(anchored) == [Break.ANCHOR_FILE]


def test_the_heads_own_signature_makes_no_anchor(anchored: Office) -> None:
    """Who reads the database finds the signatures of all heads that it ever had."""
    with psycopg.connect(anchored.store.url) as connection:
        row = connection.execute("SELECT chain_no, chain_hash, signature FROM audit_head").fetchone()
    assert row is not None and anchored.anchor is not None
    anchored.anchor.write_text(f"{row[0]}:{row[1].hex()}:{row[2].hex()}\n")
    assert found(anchored).why == Break.ANCHOR_FILE


def test_an_anchor_that_cannot_be_written_stops_no_sealing(anchored: Office, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    anchored.anchor = tmp_path / "file" / anchor_file.NAME
    act(anchored, 2, 10)
    assert worker.seal(anchored) == 12


def test_two_folders_each_have_their_own(anchored: Office, tmp_path: Path) -> None:
    """Workers on two machines: who sealed brings its own forward, the other's is older and still passed."""
    second = replace(anchored, anchor=tmp_path / "second" / anchor_file.NAME)
    act(anchored, 2, 10)
    worker.seal(second)
    assert (on_file(anchored), on_file(second)) != (None, None) and found(anchored).anchored and found(second).anchored
    worker.seal(anchored)
    assert on_file(anchored) == on_file(second)


def test_rows_that_wait_too_long_for_their_seal_are_counted(anchored: Office) -> None:
    act(anchored, 2, 10)
    assert (found(anchored).unsealed, found(anchored).late) == (2, 0)
    moment = now()
    try:
        set_clock(lambda: moment + audit_chain.LATE + timedelta(minutes=1))
        assert found(anchored).late == 2
        worker.seal(anchored)
        assert found(anchored).late == 0
    finally:
        set_clock(None)


def test_the_anchor_in_the_log_and_in_the_mail_is_read_again_as_it_was() -> None:
    """Redaction takes long runs of digits for numbers; an anchor must come through it whole."""
    for number in range(500):
        link = Link(number * 100_003, new_bytes(32))
        logged = json.loads(json.dumps(clean(link.words)))
        assert read_anchor(logged) == link == read_anchor(f"{link.no}:{link.hash.hex()}")


def test_the_days_mail_carries_the_anchor(anchored: Office) -> None:
    with anchored.desk(HUB) as desk:
        people.entering(desk, people.customer(desk, 1))
        tell(desk, "watched", "R12.6", [Post.INTERNAL_CONTROL], people.UNIT, in_mail=True)
        make_mails(desk)
        [mail] = desk.tx.query(DailyMail).all()
    link = on_file(anchored)
    assert link is not None and link.words in mail.body


def test_another_installations_anchor_is_no_anchor(anchored: Office) -> None:
    stranger = MasterKey(bytes(range(32, 64)))
    assert anchored.anchor is not None
    with pytest.raises(anchor_file.AnchorForged):
        anchor_file.read(anchored.anchor, stranger)
