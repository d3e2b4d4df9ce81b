"""Nothing sensitive is written, whoever passes it and however."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator

import pytest
import structlog

from hub import logs
from hub.domain.privacy.masking import Secret
from tests.support import people

CARD, PERSON, PHONE = people.card(77), people.id_number(77), "13900000077"


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("INFO")
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.mark.article("G4")
def test_secrets_keys_and_runs_of_digits_are_masked_in_our_events(capsys: pytest.CaptureFixture[str]) -> None:
    logs.logger("t").info(
        "binding.live",
        card=Secret(CARD),
        password="hunter2-hunter2",
        text=f"card {CARD} of {PERSON}, call {PHONE}",
        nested={"token": "abc", "rows": [CARD, (PERSON,)]},
    )
    written = capsys.readouterr().err
    assert json.loads(written)["event"] == "binding.live"
    for canary in (CARD, PERSON, PHONE, "hunter2", '"abc"'):
        assert canary not in written


@pytest.mark.article("G4")
def test_libraries_and_exceptions_go_through_the_same_redaction(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("some.library").warning("POST /x?card=%s", CARD)
    try:
        raise ValueError(CARD)
    except ValueError:
        logs.logger("t").exception("talk.failed")
        logging.getLogger("some.library").exception("failed")
    written = capsys.readouterr().err
    assert CARD not in written and "ValueError" in written
    assert len([json.loads(line) for line in written.splitlines()]) == 3


def test_a_library_that_writes_addresses_is_kept_quiet(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://bank.test/?id=%s", PERSON)
    assert capsys.readouterr().err == ""


DIES = """
import threading
from hub import logs
logs.configure()
logs.catch_the_rest()
def die(): raise ValueError({card!r})
one = threading.Thread(target=die)
one.start()
one.join()
die()
"""


@pytest.mark.article("G4")
def test_what_nobody_caught_is_told_by_kind_and_place_alone() -> None:
    call = [sys.executable, "-c", DIES.format(card=CARD)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=30, check=False)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1 and CARD[-8:] not in done.stderr + done.stdout
    assert [(event["event"], event["error"]) for event in events] == [("fault.raised", "ValueError")] * 2
