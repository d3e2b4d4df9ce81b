"""The whole main job with made-up cards, ID numbers, phones and passwords: afterwards none is found anywhere in clear."""

import base64
import logging
import os
import re
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import structlog
from starlette.testclient import TestClient

from hub import logs, server
from hub.app import Hub
from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState, final
from hub.engine import worker
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import outcomes
from hub.operations.channels import settings_proposals
from hub.operations.onboarding.files.columns import REQUIRED
from hub.operations.staff import users
from hub.registry.asks import journal, ledger
from hub.registry.vault import Vault
from hub.settings import HubSettings
from tests.support import people
from tests.support.databases import as_owner, by_owner
from tests.support.loaded import python
from tests.support.partners import PLUGINS, Bank
from tests.support.scenes import another

from .canaries import Detector, Person, all_values

pytestmark = pytest.mark.usefixtures("machine_clock")
ROOT = Path(__file__).parents[2]
PASSWORD = "Kanarien-Vogel-7731x"
LIVE, REFUSED, DOUBT, CLOSED, BAD, BY_PAGE = (Person(number) for number in range(101, 107))
PERSONS = (LIVE, REFUSED, DOUBT, CLOSED, BAD, BY_PAGE)
LATER = "13876540987"
"""A phone that is changed to."""
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
REASON = "客户来电核对"
NO = 400
"""Any refusal: which one is the matter of other tests."""


@dataclass
class Stage:
    """The running hub, who acts at it, and what was shown to anybody."""

    runtime: WorkerRuntime
    bank: Bank
    api: TestClient
    page: TestClient
    shown: list[tuple[str, str]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def call(self, method: str, path: str, status: int, /, *, quiet: bool = False, **how: Any) -> Any:
        """One call of the API; its answer is among what was shown, unless the caller asked for clear values."""
        headers = {"Idempotency-Key": uuid4().hex}
        answer = self.api.request(method, f"/api/v1{path}", headers=headers, **how)
        assert answer.status_code == status or (status == NO and 400 <= answer.status_code < 500), answer.text
        if not quiet:
            self.shown.append((f"{method} {path}", answer.text + str(answer.headers)))
        return answer.json() if "json" in answer.headers.get("content-type", "") else answer.content

    def look(self, path: str, status: int = 200) -> str:
        """One page of the console."""
        answer = self.page.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        self.shown.append((path, answer.text + str(answer.headers)))
        return answer.text

    def press(self, path: str, status: int = 303, *, quiet: bool = False, **how: Any) -> str:
        """A form of the console."""
        how["data"] = {"csrf": self.csrf, **how.get("data", {})}
        answer = self.page.post(path, follow_redirects=False, **how)
        assert answer.status_code == status or (status == NO and 400 <= answer.status_code < 500), (path, answer.text)
        if not quiet:
            self.shown.append((path, answer.text + str(answer.headers)))
        return answer.text if status != 303 else answer.headers["location"]


@pytest.fixture
def loud(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """Logs as an installation has them, at their loudest."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure("DEBUG")
    yield
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def stage(runtime: WorkerRuntime, bank: Bank, loud: None) -> Iterator[Stage]:
    """A hub with a bank, and a clerk with every post in front of API and console."""
    app = server.build(Hub(HubSettings(), runtime.office, PLUGINS))
    once = runtime.office.perform(HUB, users.create_user, "allposts", "全岗", "3701")
    user = next(v for v in runtime.office.perform(HUB, users.list_users) if v.login == "allposts")
    for post in Post:
        runtime.office.perform(HUB, users.grant_post, user.id, post, "3701", "a")
    here = {"Origin": "http://testserver"}
    with (
        TestClient(app, raise_server_exceptions=False) as api,
        TestClient(app, headers=here, raise_server_exceptions=False) as page,
    ):
        stage = Stage(runtime, bank, api, page)
        sign_in(stage, once)
        yield stage


def sign_in(stage: Stage, once: str) -> None:
    """Sign in at both faces, the password also typed where it does not belong."""
    wrong = {"login": PASSWORD, "password": PASSWORD + "!"}
    stage.call("POST", "/sessions", 401, json=wrong)
    stage.call("POST", "/sessions", NO, json={"login": "allposts", "password": [PASSWORD]})
    token = stage.call("POST", "/sessions", 201, json={"login": "allposts", "password": once})["token"]
    stage.api.headers["Authorization"] = f"Bearer {token}"
    stage.call("POST", "/sessions/password", NO, json={"old": once, "new": "allposts" + PASSWORD[:2]})
    stage.call("POST", "/sessions/password", 200, json={"old": once, "new": PASSWORD})
    token = stage.call("POST", "/sessions", 201, json={"login": "allposts", "password": PASSWORD})["token"]
    stage.api.headers["Authorization"] = f"Bearer {token}"
    stage.press("/sign-in", 401, data={"login": "allposts", "password": PASSWORD[:-1] + "?"})
    stage.press("/sign-in", data={"login": "allposts", "password": PASSWORD})
    found = re.search(r'name="csrf" value="([^"]+)"', stage.look("/"))
    assert found is not None
    stage.csrf = found[1]


def sheet() -> bytes:
    """The licence officer's list: good lines, and bad ones with canaries in and under the wrong columns."""
    titles = [FIELDS[key].title[0] for key in (*REQUIRED, "id_number")]
    lines = [
        [p.code, f"370100{p.number:06d}", f"测试{p.number}", "示例商店", people.UNIT, p.phone, p.id_number]
        for p in PERSONS
        if p is not BAD
    ]
    lines += [
        [BAD.code, "370100000999", "测试坏", "示例商店", people.UNIT, BAD.id_number, BAD.phone],
        [BAD.code, BAD.card, BAD.phone, BAD.id_number, BAD.card, BAD.phone, BAD.id_number[:-1] + "?"],
        [BAD.phone, BAD.phone, "=" + BAD.phone, "", "", BAD.card, BAD.card],
    ]
    return "\n".join(map(",".join, [titles, *lines])).encode()


def bring_in(stage: Stage) -> None:
    """Import, papers, authorisations; a phone changed, well and badly; values revealed."""
    file = {"file": (f"名单 {BAD.phone}.csv", sheet(), "text/csv")}
    made = stage.call("POST", "/imports", 201, files=file)
    stage.ids["import"] = made["id"]
    assert made["good"] == 5 and made["bad"] == 3
    stage.call("POST", f"/imports/{made['id']}/apply", 200)
    stage.call("GET", f"/imports/{made['id']}/returned", 200, quiet=True)
    stage.press("/imports", files={"file": (f"{BAD.card}.csv", sheet() + b"\n,,,", "text/csv")})
    for row in stage.call("GET", "/customers", 200)["items"]:
        stage.ids[row["code"]] = row["id"]
    for person in PERSONS:
        if person is not BAD:
            given = {"channel": "icbc", "purpose": "settlement", "text_version": "1", "way": "paper"}
            url = f"/customers/{stage.ids[person.code]}"
            stage.call("POST", f"{url}/authorisations", 201, json=given | {"given_on": "2026-01-02"})
    url = f"/customers/{stage.ids[LIVE.code]}"
    stage.api.headers["If-Match"] = '"1"'
    for bad in (LIVE.card, LATER + "1", [LATER], {"order_phone": LATER}):
        stage.call("PATCH", url, NO, json={"values": {"order_phone": bad}, "why": LATER})
    stage.call("PATCH", url, NO, json={"values": {LIVE.card: "x"}, "why": LATER})
    change = {"values": {"backup_phone": LATER}, "why": f"客户说改为 {LATER},卡 {LIVE.card[:4]} {LIVE.card[4:8]}"}
    stage.call("PATCH", url, 200, json=change)
    stage.call("PATCH", url, NO, json=change)
    del stage.api.headers["If-Match"]


def papers(stage: Stage, person: Person) -> dict[str, str]:
    """The papers of a binding, with a telling file name."""
    found = {}
    for name, kind in (("evidence_id", "deposit_slip"), ("agreement_evidence_id", "tri_party_agreement")):
        words = {"kind": kind, "title": f"{person.id_number}.png", "custodian": "资料员"}
        url = f"/customers/{stage.ids[person.code]}/evidence"
        found[name] = stage.call("POST", url, 201, data=words, files={"file": ("a.png", PNG, "image/png")})["id"]
    return found


def wish(stage: Stage, person: Person, version: int) -> dict[str, Any]:
    """A complete request to bind the person's card."""
    return papers(stage, person) | {
        "version": version,
        "channel": "icbc",
        "kind": "debit_card",
        "number": person.card,
        "payer_name": f"测试{person.number}",
        "agreement_no": f"XY{person.number}",
        "signed_on": "2026-01-02",
        "documents": ["licence", "id_card"],
    }


def bind(stage: Stage) -> None:
    """Cards filed by API and console: well, wrongly, and while the database fails."""
    stage.bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code=REFUSED.code)
    stage.bank.post("/_sim/scenario", scenario="drop_after_work", customer_code=DOUBT.code)
    for person in (LIVE, REFUSED, DOUBT):
        url = f"/customers/{stage.ids[person.code]}/accounts"
        given = wish(stage, person, 2 if person is LIVE else 1)
        stage.call("POST", f"{url}/plan", 200, json=given)
        slip = person.card[:-1] + str((int(person.card[-1]) + 1) % 10)
        stage.call("POST", url, NO, json=given | {"number": slip})
        stage.call("POST", url, NO, json=given | {"number": int(person.card)})
        stage.call("POST", url, NO, json=given | {person.card: person.phone})
        with broken(stage, "accounts"):
            stage.call("POST", url, 500, json=given)
            stage.press(f"/customers/{stage.ids[BY_PAGE.code]}/reveal", 500, data={"what": "x", "reason": REASON})
        stage.ids[f"ask {person.code}"] = stage.call("POST", url, 202, json=given)["id"]
        stage.call("POST", url, NO, json=given)
    url = f"/customers/{stage.ids[BY_PAGE.code]}/bind"
    stage.look(url)
    form = {name: value if isinstance(value, list) else str(value) for name, value in wish(stage, BY_PAGE, 1).items()}
    stage.press(f"{url}/plan", NO, data=form | {"payer_name": "别人", "number": BY_PAGE.card})
    plan = stage.press(f"{url}/plan", 200, data=form)
    hidden = dict(re.findall(r'name="(ticket|digest)" value="([^"]+)"', plan))
    place = stage.press(f"{url}/confirm", data=hidden)
    stage.ids[f"ask {BY_PAGE.code}"] = place.partition("?")[0].rpartition("/")[2]


class broken:
    """The database fails at one table, as it would in the middle of a bad upgrade."""

    def __init__(self, stage: Stage, table: str) -> None:
        self.store, self.table = stage.runtime.office.store, table

    def rename(self, old: str, new: str) -> None:
        by_owner(self.store, f"ALTER TABLE {old} RENAME TO {new}")

    def __enter__(self) -> None:
        self.rename(self.table, f"{self.table}_away")

    def __exit__(self, *_: object) -> None:
        self.rename(f"{self.table}_away", self.table)


def environment(stage: Stage, folder: Path) -> dict[str, str]:
    """What a process of this installation is given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PARTNERHUB_")}
    return kept | {
        "PARTNERHUB_DATABASE_URL": stage.runtime.office.store.url,
        "PARTNERHUB_MASTER_KEY": base64.b64encode(bytes(range(32))).decode(),
        "PARTNERHUB_DATA": str(folder),
        "PARTNERHUB_ALLOW_LOOPBACK_PARTNERS": "true",
        "PARTNERHUB_LOG_LEVEL": "DEBUG",
        "PARTNERHUB_PASSWORD": PASSWORD,
        "PARTNERHUB_LOGIN": "allposts",
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "plugins" / "icbc")]),
        "COLUMNS": "300",
    }


def carry(stage: Stage, folder: Path) -> None:
    """A real worker, until every ask has ended; what it writes goes where ours goes."""
    limits = {"hub.rate": "500/s", "hub.deadline": "2", "hub.settles_within": "0.2"}
    given = {"values": stage.bank.settings() | limits, "why": f"银行来电 {LIVE.phone} 通知"}
    proposal = stage.call("PUT", "/channels/icbc/settings", 202, json=given)["proposal"]
    stage.look(f"/settings-proposals/{proposal}")
    with stage.runtime.office.desk(HUB) as desk:
        second = another(desk, "second", (Post.INTERNAL_CONTROL, "3701"))
    stage.runtime.office.perform(second, settings_proposals.confirm_settings, UUID(proposal))
    stage.look("/channels/icbc/settings")
    child = subprocess.Popen(python("hub.cli", "worker"), cwd=ROOT, env=environment(stage, folder))
    try:
        end = time.monotonic() + 60
        waiting = {name for name in stage.ids if name.startswith("ask ")}
        while waiting and time.monotonic() < end:
            states = {name: stage.call("GET", f"/asks/{stage.ids[name]}", 200)["ask"]["state"] for name in waiting}
            waiting = {name for name, state in states.items() if not final(AskState(state))}
            time.sleep(0.3)
        assert not waiting, "asks that did not end"
    finally:
        child.terminate()
        child.wait(20)


def partner_talks_too_much(stage: Stage) -> None:
    """A bank that repeats card and ID number in its words, in digits and as they stand on the plastic."""
    spaced = " ".join(re.findall("....|.+", CLOSED.card))
    url = f"/customers/{stage.ids[CLOSED.code]}/accounts"
    ask_id = stage.call("POST", url, 202, json=wish(stage, CLOSED, 1))["id"]
    stage.ids[f"ask {CLOSED.code}"] = ask_id
    with stage.runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, UUID(ask_id), lock=True)
        assert ask is not None
        ledger.step(ask, AskState.SENDING)
        outcomes.doubt(desk, ask, CLOSED.card, f"证件 {CLOSED.id_number} 电话 {CLOSED.phone}")
        attempt = journal.open_attempt(desk.tx, ask, "bind_card", ask.key)
        attempt.ended_at, attempt.outcome, attempt.code, attempt.text = ask.changed_at, "unknown", "x", CLOSED.card
    stage.look("/doubts")
    with stage.runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, UUID(ask_id), lock=True)
        assert ask is not None
        outcomes.refuse(desk, ask, "other", "B2024", f"卡号 {CLOSED.card}({spaced})已销户")


def look_everywhere(stage: Stage, folder: Path) -> None:
    """Clear views with their reasons; then every page, every reading route, and the commands."""
    url = f"/customers/{stage.ids[LIVE.code]}"
    reason = {"reason": f"核对卡号 {LIVE.card} 与证件 {LIVE.id_number}"}
    clear = stage.call("POST", f"{url}/reveal", 200, quiet=True, json=reason | {"field": "order_phone"})
    assert LIVE.phone in str(clear), "the clear view shows what it is for"
    stage.press(f"{url}/reveal", 200, quiet=True, data=reason | {"what": "id_number"})
    stage.call("POST", f"{url}/reveal", NO, json={"reason": LIVE.card[:4], "field": "order_phone"})
    account = stage.call("GET", url, 200)["accounts"][0]["id"]
    stage.call("POST", f"/accounts/{account}/reveal", 200, quiet=True, json=reason)
    for path in ("/", "/customers", "/asks", "/doubts", "/imports", "/channels", "/staff", "/fields", "/password"):
        stage.look(path)
    stage.look(f"/imports/{stage.ids['import']}")
    for path in ("/imports", f"/imports/{stage.ids['import']}", "/asks", "/asks/doubts", "/channels", "/users"):
        stage.call("GET", path, 200)
    for path in ("/audit/chain", "/operations", f"{url}/evidence", f"{url}/as-of?moment=2026-11-01T00:00:00Z"):
        stage.call("GET", path, 200)
    commands = [["customers", "list"], ["asks", "list"], ["audit", "verify"]]
    for name, found in stage.ids.items():
        if name == "import":
            continue
        noun = "asks" if name.startswith("ask ") else "customers"
        stage.call("GET", f"/{noun}/{found}", 200)
        stage.look(f"/{noun}/{found}")
        commands.append([noun, "show", found])
    for group in ("identification", "basic"):
        stage.look(f"{url}/fields/{group}")
    for words in commands[:6]:
        call = python("hub.cli", *words)
        done = subprocess.run(
            call, cwd=ROOT, env=environment(stage, folder), capture_output=True, text=True, check=True
        )
        stage.shown.append((" ".join(words), done.stdout + done.stderr))


@pytest.mark.article("G4", "G5")
def test_no_card_id_number_phone_or_password_is_found_anywhere_in_clear(
    stage: Stage, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    bring_in(stage)
    bind(stage)
    carry(stage, tmp_path)
    partner_talks_too_much(stage)
    worker.seal(stage.runtime.office)
    look_everywhere(stage, tmp_path)
    written = "".join(capfd.readouterr())
    assert '"event": "talk.ended"' in written and '"event": "fault.raised"' in written, "there were logs to look at"
    detector = Detector([*all_values(PERSONS), LATER, PASSWORD])
    detector.look("logs", written)
    for place, text in stage.shown:
        detector.look(place, text)
    url = as_owner(stage.runtime.office.store.url)
    assert detector.look_at_database(url) > 1_000 and detector.look_at_files(url) > 100
    assert not detector.seen, "\n".join(sorted(set(detector.seen))[:40])
    the_detector_sees(stage, detector)
    the_journal_has_it(stage)


def the_detector_sees(stage: Stage, detector: Detector) -> None:
    """A detector that finds nothing would be green for ever: one planted value for each kind of column."""
    with psycopg.connect(stage.runtime.office.store.url) as connection:
        connection.execute("UPDATE customers SET shop_name = %s", (LIVE.phone[-8:],))
        connection.execute("UPDATE channel_settings SET values_sealed = %s", (PASSWORD.encode(),))
        coded = base64.b64encode(b"ab" + LIVE.card.encode()).decode()
        connection.execute("UPDATE notices SET details = jsonb_build_object('x', %s::text)", (coded,))
    detector.look_at_database(stage.runtime.office.store.url)
    assert {place.split(":")[0] for place in detector.seen} == {
        "customers.shop_name",
        "channel_settings.values_sealed",
        "notices.details",
    }


def the_journal_has_it(stage: Stage) -> None:
    """What was sent is kept as it was, sealed: evidence in a dispute; and shown masked."""
    with stage.runtime.office.store.transaction() as tx:
        ask = ledger.get(tx, UUID(stage.ids[f"ask {LIVE.code}"]))
        assert ask is not None
        talks = [row for attempt in ledger.attempts_of(tx, ask.id) for row in ledger.exchanges_of(tx, attempt.id)]
        sent = b"".join(journal.open_exchange(Vault(stage.runtime.office.master, tx), ask, row)[0] for row in talks)
    assert LIVE.card.encode() in sent and LIVE.id_number.encode() in sent and b"Secret" not in sent
    shown = dict(stage.shown)[f"GET /asks/{ask.id}"]
    assert LIVE.card[:2] + "*" * 15 + LIVE.card[-2:] in shown
