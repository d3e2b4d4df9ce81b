"""Whole talks by the hub's own driver and line: what is in doubt after a lost answer, and what surely is not."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from hub.channels.reach import Reach
from hub.channels.talk import Outcome, Record, Talk
from hub.channels.transport import Line
from hub.plugin import BindingAccepted, Reply, Request
from hub.ports import now
from plugins.mobile.tests.carrier import Carrier, key
from plugins.mobile.tests.said import CODE, PARTNER, PHONE


@dataclass(frozen=True)
class Tongue:
    """The plugin's envelope for one ask."""

    settings: Any
    serial: str

    def seal(self, request: Request, exchange: str) -> Request:
        """With the present moment."""
        return PARTNER.seal(request, self.settings, self.serial, exchange, now())

    def unseal(self, reply: Reply) -> Any:
        """As the plugin does it."""
        return PARTNER.unseal(reply, self.settings)


async def carried(carrier: Carrier, serial: str) -> tuple[Outcome, Sequence[str]]:
    """An announcement carried through; how it ended, and the paths that it went."""
    line = Line(carrier.url, concurrency=1, deadline=3.0, reach=Reach(loopback=True))
    who = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": "YX0000000001"}
    conversation = carrier.talk("announce_customer", serial, **who)
    first = next(conversation)
    paths = [first.path]

    async def mark(request: Request, _: Record) -> Record:
        paths.append(request.path)
        return Record(f"{serial}{len(paths):02d}")

    talk = Talk(line, Tongue(carrier.settings, serial), conversation, first, Record(f"{serial}00"), mark)
    try:
        return await talk.run(), [path.rsplit("/", 1)[-1] for path in paths]
    finally:
        await line.close()


@pytest.mark.article("R7.8")
@pytest.mark.parametrize(
    ("fault", "path", "ending", "done"),
    [
        ("drop_after_work", "token", "busy", 0),
        ("http_502_html", "token", "busy", 0),
        ("html_200", "token", "busy", 0),
        ("wrong_password", "token", "busy", 0),
        ("drop_after_work", "customer", "unknown", 1),
        ("drop_before_work", "customer", "unknown", 0),
        ("cut_body", "customer", "unknown", 1),
        ("drip", "customer", "unknown", 1),
        ("answer_late", "customer", "unknown", 1),
        ("locked", "customer", "busy", 0),
    ],
)
def test_a_lost_token_leaves_no_doubt_and_a_lost_announcement_does(
    carrier: Carrier, fault: str, path: str, ending: str, done: int
) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario=fault, path=path, times=9)
    outcome, _ = asyncio.run(carried(carrier, key()))
    assert outcome.ending == ending, outcome
    assert len(carrier.ledger()["announcements"]) == done
    assert carrier.ledger()["requests"] <= 4, "an announcement in doubt is never sent again"


@pytest.mark.article("R7.8")
def test_a_token_that_runs_out_is_renewed_within_the_talk_under_the_same_serial(carrier: Carrier) -> None:
    carrier.sign()
    carrier.post("/_sim/scenario", scenario="token_expired", path="customer")
    serial = key()
    outcome, paths = asyncio.run(carried(carrier, serial))
    assert outcome.ending == "answered" and isinstance(outcome.facts[0], BindingAccepted)
    assert paths == ["token", "customer", "token", "customer"]
    assert [job["serial"] for job in carrier.ledger()["jobs"]] == [serial]
