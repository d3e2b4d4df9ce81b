"""The ABC plugin by files against the bank's own process, over real SFTP: each scenario and fault, the ledger compared."""

import asyncio
import itertools
import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncssh
import hub_abc
import pytest

from hub.channels.host import examine
from hub.channels.probing import Probe
from hub.channels.reach import Reach
from hub.channels.settings_form import read_settings
from hub.channels.sftp import FileLine, Login
from hub.channels.transport import Doubtful, NotSent
from hub.plugin import (
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Fact,
    ProbeLeg,
    Request,
    Secret,
    Unknown,
)
from hub.testing.play import drive

PARTNER = examine("abc", hub_abc)
NUMBERS = itertools.count(1)
ONE, TWO, THREE = (
    {
        "customer_code": f"37010000000{number}",
        "holder_name": name,
        "card_number": card,
        "id_number": "37010019900101001X",
        "phone": "18900000001",
    }
    for number, name, card in (
        (1, "张三", "6212140000000000014"),
        (2, "李四", "6212140000000000022"),
        (3, "王五", "6212140000000000030"),
    )
)
FAST = ("--settle", "0")
SLOW = ("--settle", "3600")


@dataclass
class Bank:
    """A running simulator and its file door."""

    url: str
    data: Path
    deadline: float = 10.0

    def __post_init__(self) -> None:
        self.settings = read_settings(PARTNER, json.loads((self.data / "settings.json").read_text()))

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        with urllib.request.urlopen(self.url + target, json.dumps(values).encode(), timeout=10) as answer:
            answer.read()

    def scenario(self, name: str, **where: Any) -> None:
        """Set a scenario."""
        self.post("/_sim/scenario", scenario=name, **where)

    def ledger(self) -> Any:
        """Its books."""
        with urllib.request.urlopen(self.url + "/_sim/ledger", timeout=10) as answer:
            return json.load(answer)

    def line(self) -> FileLine:
        """The hub's line to it."""
        mine = self.settings
        login = Login(
            user=mine.sftp_user,
            host_key=mine.sftp_host_key,
            password=mine.sftp_password,
            private_key=mine.sftp_private_key,
        )
        return FileLine(mine.base_url, login, address="127.0.0.1", deadline=self.deadline)

    def exchange(self, request: Request) -> Any:
        """One exchange over SFTP. Raises Setbacks, NotSent and Doubtful."""
        sealed = PARTNER.seal(request, self.settings, "", str(next(NUMBERS)), datetime.now(UTC))
        return PARTNER.unseal(asyncio.run(self.line().exchange(sealed)).reply, self.settings)

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now, "reference": f"{key}00001", **values}
        return drive(PARTNER.talk(verb, settings=self.settings, **given), self.exchange).facts

    def package(self, verb: str, key: str, *people: dict[str, str]) -> dict[str, Fact]:
        """A package, or the question about it: each row's fact."""
        numbered = [{**each, "row_no": str(number)} for number, each in enumerate(people, start=1)]
        return {fact.row_no: fact for fact in self.ask(verb, key, agreements=PARTNER.rows(verb, numbered))}

    def kinds(self, verb: str, key: str, *people: dict[str, str]) -> dict[str, str]:
        """The kinds of a package's facts."""
        return {number: type(fact).__name__ for number, fact in self.package(verb, key, *people).items()}


def key() -> str:
    """A serial."""
    return f"20261123{next(NUMBERS):016d}"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder: making RSA keys is slow."""
    return tmp_path_factory.mktemp("abc_files")


@pytest.fixture(params=[FAST])
def bank(keys: Path, request: pytest.FixtureRequest) -> Iterator[Bank]:
    """A bank with empty books."""
    for each in [*keys.glob("ledger*"), *keys.glob("exchange/*/*")]:
        each.unlink()
    command = [sys.executable, "-m", "hub_abc.simulator", "--port", "0", "--data", str(keys)]
    sftp = () if "--sftp" in request.param else ("--sftp",)
    process = subprocess.Popen([*command, *sftp, *request.param], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    started = json.loads(process.stdout.readline())
    yield Bank(f"http://127.0.0.1:{started['port']}", keys)
    process.terminate()
    process.wait(10)
    process.stdout.close()


LIVE, REFUSED, PENDING = BindingLive.__name__, BindingRefused.__name__, BindingPending.__name__


@pytest.mark.article("R7.10")
@pytest.mark.parametrize("bank", [FAST, ("--sftp", "key", "--line-end", "LF", *FAST)], indirect=True)
def test_a_package_is_brought_and_each_row_gets_its_receipt(bank: Bank) -> None:
    serial = key()
    bank.scenario("agreement_name_mismatch", customer_code=TWO["customer_code"])
    bank.scenario("row_no_response", customer_code=THREE["customer_code"])
    taken = bank.package("deliver_agreements", serial, ONE, TWO, THREE)
    assert {type(fact) for fact in taken.values()} == {BindingAccepted}
    facts = bank.package("query_delivery", serial, ONE, TWO, THREE)
    assert facts["1"] == BindingLive(ONE["customer_code"], f"{serial}00001", "0014", row_no="1")
    refused = facts["2"]
    assert isinstance(refused, BindingRefused)
    assert (refused.reason, refused.code, refused.text) == ("name_mismatch", "EPS201", "户名不符")
    assert "3" not in facts, "no response is unknown"
    books = bank.ledger()
    assert [(row["state"], row["code"]) for row in books["rows"]] == [("0", "0000"), ("1", "EPS201"), ("2", "")]
    assert [(sign["no"], sign["status"], sign["card"]) for sign in books["signs"]] == [(f"{serial}00001", "1", "0014")]


@pytest.mark.article("R7.9", "R10.1")
def test_a_single_card_lives_and_ends_by_files(bank: Bank) -> None:
    serial, ending = key(), key()
    assert isinstance(bank.ask("bind_card", serial, **ONE)[0], BindingAccepted)
    live = BindingLive(ONE["customer_code"], f"{serial}00001", "0014")
    assert bank.ask("query_binding", serial, **ONE) == (live,)
    values = {"customer_code": ONE["customer_code"], "reference": live.agreement_no, "card_number": ONE["card_number"]}
    assert isinstance(bank.ask("unbind_card", ending, **values)[0], BindingAccepted)
    assert isinstance(bank.ask("query_unbinding", ending, **values)[0], BindingEnded)
    assert bank.ledger()["signs"][0]["status"] == "2"
    again = key()
    bank.ask("unbind_card", again, **values)
    assert bank.ask("query_unbinding", again, **values) == (BindingEnded(ONE["customer_code"], "EPS130"),)


@pytest.mark.parametrize("bank", [SLOW], indirect=True)
def test_what_the_bank_has_not_taken_yet_is_pending_until_its_clerk_takes_it(bank: Bank) -> None:
    serial = key()
    bank.package("deliver_agreements", serial, ONE)
    assert bank.kinds("query_delivery", serial, ONE) == {"1": PENDING}
    with urllib.request.urlopen(bank.url + "/", timeout=10) as answer:
        page = answer.read().decode()
    assert f"{serial}.txt" in page and "现在处理" in page and ONE["card_number"] not in page
    urllib.request.urlopen(bank.url + "/clerk/take", urllib.parse.urlencode({"no": 1}).encode(), timeout=10).close()
    assert bank.kinds("query_delivery", serial, ONE) == {"1": LIVE}


@pytest.mark.article("R7.10")
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ("file_row_missing", {"1": LIVE}),
        ("file_row_doubled", {"2": LIVE}),
        ("file_rows_reordered", {"1": LIVE, "2": LIVE}),
        ("file_mixed_ends", {"1": LIVE, "2": LIVE}),
        ("file_count_wrong", Unknown),
        ("file_other_batch", Unknown),
        ("file_bom", Unknown),
        ("file_empty", Unknown),
        ("file_missing", Unknown),
    ],
)
def test_each_fault_of_a_reply_is_what_it_proves(bank: Bank, fault: str, expected: Any) -> None:
    serial = key()
    bank.scenario(fault, path="reply")
    bank.package("deliver_agreements", serial, ONE, TWO)
    if isinstance(expected, dict):
        assert bank.kinds("query_delivery", serial, ONE, TWO) == expected
    else:
        with pytest.raises(expected):
            bank.package("query_delivery", serial, ONE, TWO)
    assert [row["state"] for row in bank.ledger()["rows"]] == ["0", "0"], "the bank did it all the same"


@pytest.mark.parametrize("bank", [("--settle", "0.5")], indirect=True)
def test_a_reply_that_is_half_written_is_unknown_and_whole_later(bank: Bank) -> None:
    serial = key()
    bank.scenario("file_half_written", path="reply")
    bank.package("deliver_agreements", serial, ONE, TWO)
    time.sleep(0.6)
    with pytest.raises(Unknown):
        bank.package("query_delivery", serial, ONE, TWO)
    time.sleep(0.6)
    assert bank.kinds("query_delivery", serial, ONE, TWO) == {"1": LIVE, "2": LIVE}


@pytest.mark.parametrize("bank", [("--empty-when-done", *FAST)], indirect=True)
def test_an_empty_reply_means_what_is_agreed_and_a_missing_one_never_does(bank: Bank) -> None:
    serial = key()
    bank.package("deliver_agreements", serial, ONE, TWO)
    assert bank.kinds("query_delivery", serial, ONE, TWO) == {"1": LIVE, "2": LIVE}
    bank.scenario("file_missing", path="reply")
    missing = key()
    bank.package("deliver_agreements", missing, ONE)
    with pytest.raises(Unknown):
        bank.package("query_delivery", missing, ONE)
    refused = key()
    bank.scenario("account_closed", customer_code=ONE["customer_code"])
    bank.package("deliver_agreements", refused, ONE, TWO)
    assert bank.kinds("query_delivery", refused, ONE, TWO) == {"1": REFUSED, "2": LIVE}


def test_the_same_package_twice_is_entered_once(bank: Bank) -> None:
    serial = key()
    for _ in range(2):
        bank.package("deliver_agreements", serial, ONE)
        assert bank.kinds("query_delivery", serial, ONE) == {"1": LIVE}
    books = bank.ledger()
    assert [file["state"] for file in books["files"]] == ["replied", "refused"] and len(books["signs"]) == 1


@pytest.mark.parametrize(
    ("fault", "setback", "files"), [("drop_before_work", Doubtful, 0), ("drop_after_work", Doubtful, 1)]
)
def test_a_line_cut_at_the_renaming_is_a_doubt_and_the_question_tells(
    bank: Bank, fault: str, setback: type[Exception], files: int
) -> None:
    bank.scenario(fault, path="upload")
    serial = key()
    with pytest.raises(setback):
        bank.package("deliver_agreements", serial, ONE)
    assert len(bank.ledger()["files"]) == files
    if files:
        assert bank.kinds("query_delivery", serial, ONE) == {"1": LIVE}
        return
    with pytest.raises(Unknown):
        bank.package("query_delivery", serial, ONE)


def test_a_question_that_is_cut_is_asked_again(bank: Bank) -> None:
    serial = key()
    bank.package("deliver_agreements", serial, ONE)
    bank.scenario("drop_after_work", path="download")
    with pytest.raises(NotSent):
        bank.package("query_delivery", serial, ONE)
    assert bank.kinds("query_delivery", serial, ONE) == {"1": LIVE}


Change = Callable[[bytes], bytes]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda raw: raw.replace(b"50000.00 ", b"40000.00 ", 1), "总笔数不符"),
        (lambda raw: raw[:60] + raw[60:].replace(b"50000.00 ", b"40000.00 ", 1), "总金额不符"),
        (lambda raw: raw[:-30], "文件不完整"),
        (lambda raw: raw.replace("张三".encode("gbk"), b"\xff\xff\xff\xff"), "字符集错误"),
        (lambda raw: raw.replace(b"\r\n", b"\n", 1), "文件不完整"),
        (lambda raw: b"\xef\xbb\xbf" + raw, "行格式错误"),
    ],
)
def test_the_bank_takes_no_package_that_is_not_in_order(bank: Bank, change: Change, words: str) -> None:
    serial = key()
    rows = PARTNER.rows("deliver_agreements", [{**ONE, "row_no": "1"}])
    now = datetime.now(UTC)
    mine = PARTNER.talk("deliver_agreements", settings=bank.settings, key=serial, now=now, agreements=rows)
    sealed = PARTNER.seal(next(mine), bank.settings, serial, "e", datetime.now(UTC))
    wrong = replace(sealed, body=change(sealed.body))
    assert asyncio.run(bank.line().exchange(wrong)).reply.status == 201
    [file] = bank.ledger()["files"]
    assert (file["state"], file["words"]) == ("refused", words)
    assert bank.ledger()["signs"] == []


@pytest.mark.parametrize("bank", [FAST], indirect=True)
def test_the_probe_looks_for_a_reply_that_cannot_exist(bank: Bank) -> None:
    assert bank.ask("probe", "") == (ProbeLeg("login", True), ProbeLeg("permission", True))
    bank.settings = replace(bank.settings, sftp_user="somebody")
    with pytest.raises(NotSent):
        bank.ask("probe", "")


def test_the_connection_test_reaches_through_the_file_door_and_names_what_failed(bank: Bank) -> None:
    def tried(**changes: Any) -> list[tuple[str, bool]]:
        settings = replace(bank.settings, **changes)
        legs = asyncio.run(
            Probe(PARTNER, settings, settings.base_url, Reach(loopback=True), lambda: datetime.now(UTC)).run()
        )
        return [(leg.leg, leg.ok) for leg in legs]

    assert tried() == [("dns", True), ("connect", True), ("login", True), ("permission", True)]
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    for wrong in ({"sftp_password": Secret("wrong")}, {"sftp_host_key": other}):
        assert tried(**wrong)[-1] == ("answer", False)


@pytest.mark.article("R7.10")
def test_a_row_that_was_open_in_the_first_reply_is_decided_in_the_next(bank: Bank) -> None:
    bank.scenario("row_pending", customer_code=ONE["customer_code"])
    serial = key()
    bank.package("deliver_agreements", serial, ONE, TWO)
    assert bank.kinds("query_delivery", serial, ONE, TWO) == {"1": PENDING, "2": LIVE}
    fields = urllib.parse.urlencode({"no": 1, "state": "1"}).encode()
    urllib.request.urlopen(bank.url + "/clerk/row", fields, timeout=10).close()
    assert bank.kinds("query_delivery", serial, ONE, TWO) == {"1": REFUSED, "2": LIVE}
