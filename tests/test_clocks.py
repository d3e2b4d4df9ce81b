"""The clocks of the tests: an ordinary morning, the machine's for processes, and `make test TODAY=…` for all of them."""

import subprocess
import sys
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from urllib.error import HTTPError
from urllib.request import urlopen

import chinese_calendar
import psycopg
import pytest

from hub.ports import SHANGHAI, now, today
from tests.support.clocks import Clock
from tests.support.partners import Bank
from tools import at

NEAR = timedelta(minutes=5)


def test_a_test_begins_on_an_ordinary_working_morning(clock: Clock) -> None:
    assert now().astimezone(SHANGHAI).hour == 10 and chinese_calendar.is_workday(today())
    clock.on(days=3)
    assert today() == date(2026, 11, 21)


def test_the_hub_its_database_its_partner_and_its_processes_keep_one_clock(bank: Bank, database: str) -> None:
    """With TODAY as without: a child that kept the real day would be days away."""
    with psycopg.connect(database) as connection:
        [asked] = connection.execute("SELECT clock_timestamp()").fetchall()
    child = subprocess.run([sys.executable, "-c", "import time; print(time.time())"], capture_output=True, check=True)
    with suppress(HTTPError):
        urlopen(f"{bank.url}/no/interface", timeout=10)
    seconds = (float(child.stdout), bank.get("/_sim/requests")[0]["at"])
    moments = [now(), asked[0], *(datetime.fromtimestamp(each, UTC) for each in seconds)]
    assert max(moments) - min(moments) < NEAR


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-02-14", datetime(2026, 2, 14, 2, tzinfo=UTC)),
        ("2026-02-13T21:30", datetime(2026, 2, 13, 13, 30, tzinfo=UTC)),
        ("2026-02-13T21:30-08:00", datetime(2026, 2, 14, 5, 30, tzinfo=UTC)),
    ],
)
def test_a_day_is_its_morning_in_shanghai_and_a_moment_may_name_its_zone(words: str, moment: datetime) -> None:
    assert at.moment(words) == moment


def test_what_is_no_day_is_refused_with_what_to_write() -> None:
    done = subprocess.run(
        [sys.executable, at.__file__, "clock.so", "2026-02-30", "true"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "2026-02-13T21:30" in done.stderr
