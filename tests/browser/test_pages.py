"""Every page: fits 1366×768, shows no code word, runs nobody's script, in both languages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from hub.domain.facts import ProbeLeg
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations.asks import manual_closing
from hub.operations.channels import control as channel_control
from hub.operations.channels import schedules
from hub.operations.desk import Desk
from hub.operations.onboarding import imports
from hub.operations.outages import web_help
from hub.operations.settlement import accounts
from hub.operations.staff import api_tokens, users
from hub.ports import new_id, now
from hub.registry.channels import probes
from hub.registry.reconciliation import differences, list_runs
from hub.registry.schema import Ask, Attempt, Exchange, Notice
from hub.registry.vault import SYSTEM
from tests.support import down, people, posts
from tests.support.makers.screens import AXE, PICTURES, RULES
from tests.support.month import month
from tests.support.partners import Bank
from tests.support.posts import route_things
from tests.support.scenes import another, application_for, cut_thing, entrant_things

from .conftest import Console

XSS = (
    (
        "<script>window.hacked=1</script>",
        "<img src=x onerror=window.hacked=1>",
        "\"'><svg onload=window.hacked=1>",
        "{{7*7}}${7*7}",
    )
    if PICTURES is None
    else ("示例便民超市", "与客户电话核实", "对账读取", "登录名或密钥不正确")
)
"""What strangers may write into our pages; in the handbook's pictures, what they should have written."""
CODE_WORD = re.compile(
    r"\b(in_doubt|queued|bind_card|query_binding|statistics_clerk|licence_officer|debit_card|deposit_slip"
    r"|tri_party_agreement|name_mismatch|other_card|unknown_here|list_bindings|braked|sms_code|partner_result|partner_answer|previewed|pay_electronically|no_answer)\b"
)


# What a person with a telephone cannot read at once: what runs off the edge, and a row's cell that does not say what it is.
CUT = """() => {
    const main = [...document.querySelectorAll('main *')].filter(box => box.checkVisibility())
    const past = box => box.getBoundingClientRect().right > innerWidth + 1
    const runs = main.filter(box => past(box) && ![...box.children].some(past) && !box.closest('svg, canvas, pre'))
    const bare = main.filter(box => box.matches('table.table td') && box.colSpan === 1 && box.textContent.trim()
        && box.closest('table').querySelectorAll('thead th')[box.cellIndex]?.textContent.trim()
        && getComputedStyle(box, '::before').content === 'none')
    const wide = document.documentElement.scrollWidth > innerWidth ? ['page'] : []
    return [...wide, ...[...runs, ...bare].map(box => `${box.tagName}.${box.className} ${box.textContent.replace(/\\s+/g, " ").slice(0, 70)}`)]
}"""


@dataclass
class Data:
    """What the pages are about."""

    customer: UUID
    ask: UUID
    doubt: UUID
    run: UUID
    code: UUID
    application: UUID
    entrant: UUID
    mail: UUID
    cut: UUID
    meeting: UUID
    scenario: UUID
    outage: UUID
    planned: UUID
    broken: UUID
    proposal: UUID

    def paths(self) -> Iterator[tuple[str, str]]:
        """Every page's name and path."""
        customer = f"/customers/{self.customer}"
        yield from (("home", "/"), ("customers", "/customers"))
        yield from (("customer", customer), ("edit", f"{customer}/fields/business"), ("bind", f"{customer}/bind"))
        yield from (("imports", "/imports"), ("import", f"/imports/{self.run}"))
        yield from (("asks", "/asks"), ("ask", f"/asks/{self.ask}"), ("doubt", f"/asks/{self.doubt}"))
        yield ("code", f"/asks/{self.code}")
        yield from (
            ("doubts", "/doubts"),
            ("channels", "/channels"),
            ("differences", "/differences"),
            ("schedules", "/schedules"),
            ("channel", "/channels/icbc"),
            ("onboarding", "/onboarding"),
            ("entrant", f"/onboarding/{self.entrant}"),
            ("grading", "/grading"),
            ("web-ordering", "/web-ordering"),
            ("cards", "/cards"),
            ("outages", "/outages"),
            ("orders", "/orders"),
            ("tasks", "/tasks"),
            ("broken", f"/customers/{self.broken}"),
            ("outage", f"/outages/{self.outage}"),
            ("outage-planned", f"/outages/{self.planned}"),
            ("outage-unreturned", f"/outages/{self.outage}?why=unreturned"),
            ("card", f"/customers/{self.customer}/cards"),
            ("applications", "/applications"),
            ("calendar", "/calendar"),
            ("changes", f"/customers/{self.customer}/changes"),
            ("change", f"/customers/{self.customer}/changes?rule=bank_change"),
            ("application", f"/applications/{self.application}"),
            ("settings", "/channels/icbc/settings"),
            ("proposal", f"/settings-proposals/{self.proposal}"),
            ("cover", "/cover"),
            ("notices", "/notices?seen=yes"),
            ("notices-unseen", "/notices"),
            ("mails", "/mails"),
            ("mail", f"/mails/{self.mail}"),
            ("custody", "/custody"),
            ("timeliness", "/timeliness"),
            ("power-cuts", "/power-cuts"),
            ("power-cut", f"/power-cuts/{self.cut}"),
            ("power-cut-print", f"/power-cuts/{self.cut}/print"),
            ("help-records", "/help-records"),
            ("help-records-print", "/help-records/print"),
            ("timeline", f"/customers/{self.customer}/timeline"),
            ("application-print", f"/applications/{self.application}/print"),
            ("empty-form", f"/customers/{self.customer}/changes/print?rule=phone_for_good"),
            ("regulation", "/regulation"),
            ("regulation-row", "/regulation/R9.2"),
            ("unit-rules", "/unit-rules"),
            ("exports", "/exports"),
            ("phones", "/phones"),
            ("routes", "/routes"),
            ("propose", f"{customer}/route"),
            ("meeting", f"/routes/meetings/{self.meeting}"),
            ("scenario", f"/routes/scenarios/{self.scenario}"),
            ("drivers", "/route-drivers"),
        )
        yield from (("staff", "/staff"), ("fields", "/fields"), ("password", "/password"))
        yield from (("none", f"/customers/{uuid4()}"), ("no-page", "/nowhere"))


@pytest.fixture
def data(console: Console, bank: Bank) -> Data:
    """Customers with hostile names, an account in each state, a list with faults."""
    with console.runtime.office.desk(people.CLERK) as desk:
        for number, words in enumerate(XSS, start=1):
            row = people.customer(desk, number, name=words)
            row.shop_name = words
        asks = [filed(desk, number) for number in (11, 12)]
        talk(desk, asks[0])
        doubt(desk, asks[1])
        assert asks[0].customer_id is not None
        desk.tx.add(
            Notice(
                id=new_id(), customer_id=asks[0].customer_id, kind="pay_electronically", article="R7.9", made_at=now()
            )
        )
        customer = asks[0].customer_id
        ids = asks[0].id, asks[1].id
        letter = people.paper(desk, desk.customer(asks[1].customer_id or SYSTEM), "bank_letter")
        manual_closing.propose_closing(desk, asks[1].id, "live", XSS[0], letter.id)
        code = filed(desk, 13)
        code.state, code.sent_at, code.attempts = AskState.ACCEPTED, now(), 1
        code.waits_for, code.waits_until = "input:sms_code", now() + timedelta(minutes=4)
        code_id = code.id
        partners_words(desk, customer)
    with console.runtime.office.desk(HUB) as desk:
        robot = users.create_service_user(desk, "robot1", XSS[1], "3701")
        ends = now() + timedelta(days=30)
        api_tokens.issue_token(desk, robot, XSS[2], ["read", "asks.*", "customers.show_customer"], "3701", ends)
    with console.runtime.office.desk(console.tester) as desk:
        lines = "客户代码,烟草证号,持证人,店名,单位代码,身份证号,订货电话\n"
        lines += f"370101000077,370100000077,甲乙丙,示例店,370101,{people.id_number(77)},13900000077\n"
        lines += '370101000078,37010000007,"<b>x",<i>,370199,123,1\n'
        run = imports.preview_import(
            desk, "<u>名单</u>.csv" if PICTURES is None else "十一月二十六日新入网户.csv", lines.encode()
        )
        run_id = run.id
        application_id = application_for(desk, desk.customer(customer)).id
        entrant, *_ = entrant_things(desk, desk.customer(customer))
        cut = cut_thing(desk, desk.customer(customer))
        helped = people.customer(desk, 72, name=XSS[0])
        helped.values = {"order_method": "web"}
        web_help.record_help(desk, helped.id, "on_behalf", XSS[1])
    mail = posts.busy(console.runtime.office, console.tester, customer, XSS[1])
    outage = down.outages_of(console.runtime.office, XSS[0])
    return Data(
        customer,
        *ids,
        run_id,
        code_id,
        application_id,
        entrant,
        mail,
        cut,
        *route_things(console.runtime.office, customer),
        *outage,
        proposed(console, bank),
    )


def proposed(console: Console, bank: Bank) -> UUID:
    """ICBC's first settings, which wait for a second person."""
    legs = [ProbeLeg("dns", True), ProbeLeg("connect", True), ProbeLeg("login", False, XSS[3])]
    with console.runtime.office.desk(HUB) as desk:
        other = another(desk, "proposer", (Post.INFORMATION_CENTRE, "3701"))
    with console.runtime.office.desk(other) as desk:
        saved = channel_control.save_settings(desk, "icbc", bank.settings(), XSS[1], legs)
        assert saved.proposal is not None
        return saved.proposal


def partners_words(desk: Desk, customer_id: UUID) -> None:
    """A difference of each side's, schedules, runs (one braked), a test that failed at a leg."""
    code = desk.customer(customer_id).code
    for what, theirs in (
        ("other_card", {"ending": "0002", "state": "live"}),
        ("unknown_here", {"agreement_no": XSS[0]}),
    ):
        found = differences.DifferenceFound("binding", code, what, customer_id, code, None, {"ending": "0001"}, theirs)
        row = differences.open_difference(desk.tx, "icbc", found, "ask_customer", now())
    row.proposed, row.proposed_why, row.proposed_by_name = "theirs", XSS[1], XSS[2]
    schedules.ensure_all(desk)
    ran(desk)
    for outcome in ("done", "braked"):
        run = list_runs.start(desk.tx, "icbc", "list_bindings", "full", now(), "partnerhub")
        run.outcome, run.pages, run.facts, run.ended = outcome, 12, 1180, 40 if outcome == "braked" else 0
        desk.tx.flush()
    legs = [("dns", True, ""), ("connect", True, ""), ("login", False, XSS[3])]
    probes.keep_probe(desk.tx, "icbc", legs, by_name="partnerhub", moment=now())


def ran(desk: Desk) -> None:
    """A month of the channel, its digests, runs of its schedules: done, failed, waiting."""
    month(desk.tx, "icbc", now())
    desk.tx.execute(
        text(
            "INSERT INTO digests SELECT 'icbc', d::date, d::date, 18, 12, '{\"limit\": 2}', 1, now(), 3, false, now() "
            "FROM generate_series(current_date - 9, current_date - 1, interval '1 day') d"
        )
    )
    for name, outcome in (("icbc.list_bindings.changes", "done"), ("digest", "failed"), ("icbc.package", None)):
        run = schedules.run_now(desk, name)
        if outcome:
            schedules.begin(desk, run.no)
            schedules.end(desk, run.no, outcome, None if outcome == "done" else "no_answer", 12)
    schedules.read_again(desk, "icbc", "list_bindings", date(2026, 1, 1))


def filed(desk: Desk, number: int) -> Ask:
    """A card filed at the bank."""
    row = people.customer(desk, number, name="王示例")
    row.values = {"visit_batch": "第一批", "delivery_route": "城区二线", "order_day": "2"}
    desk.tx.flush()
    ask = desk.tx.get(Ask, accounts.bind_account(desk, people.request(desk, row, number)))
    assert ask is not None
    return ask


def talk(desk: Desk, ask: Ask) -> None:
    """A talk whose answer is hostile."""
    ask.state, ask.sent_at, ask.waits_for = AskState.ACCEPTED, now(), "partner_result"
    ask.partner_code, ask.partner_text = "0", XSS[0]
    attempt = Attempt(id=new_id(), ask_id=ask.id, no=1, verb="bind_card", started_at=now(), outcome="answered")
    desk.tx.add(attempt)
    desk.tx.flush()
    exchange_id = new_id()
    owner = ask.customer_id or SYSTEM
    desk.tx.add(
        Exchange(
            id=exchange_id,
            attempt_id=attempt.id,
            no=1,
            path="/api/mepbprotocolsubmit/V1",
            marked_at=now(),
            request_sealed=desk.vault.seal(owner, f"exchanges.request_sealed:{exchange_id}", '{"name":"王示例"}'),
            reply_sealed=desk.vault.seal(owner, f"exchanges.reply_sealed:{exchange_id}", XSS[0]),
            tries=1,
            sent="answered",
            status=200,
            elapsed_ms=21,
        )
    )


def doubt(desk: Desk, ask: Ask) -> None:
    """An ask whose answer was lost."""
    ask.state, ask.sent_at, ask.doubt_since = AskState.IN_DOUBT, now(), now()
    ask.waits_for, ask.partner_code, ask.questions = "question", "no_answer", 2


@pytest.mark.browser
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_every_page_fits_and_shows_only_words_and_runs_no_strangers_script(
    page: Page, console: Console, data: Data, tongue: str
) -> None:
    page.context.add_cookies([{"name": "ph_language", "value": tongue, "url": console.url}])
    for name, path in data.paths():
        answer = page.goto(console.url + path)
        assert answer is not None and answer.status == (404 if name in ("none", "no-page") else 200), path
        if PICTURES is not None:
            page.screenshot(path=PICTURES / tongue / f"{name}.png", full_page=True)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1366, f"{name} is too wide"
        assert CODE_WORD.search(page.inner_text("body")) is None, name
        assert page.evaluate("window.hacked") is None, name
    assert Post.STATISTICS_CLERK not in page.content()


@pytest.mark.browser
def test_every_page_can_be_used_by_all(page: Page, console: Console, data: Data) -> None:
    found = {}
    axe = AXE.read_text(encoding="utf-8")
    for name, path in data.paths():
        page.goto(console.url + path)
        page.evaluate(axe)
        if wrong := page.evaluate(RULES):
            found[name] = wrong
    page.context.clear_cookies()
    page.goto(f"{console.url}/sign-in")
    page.evaluate(axe)
    found |= {"sign-in": wrong} if (wrong := page.evaluate(RULES)) else {}
    assert found == {}, "\n".join(f"{name}: {each[:300]}" for name, wrong in found.items() for each in wrong)


@pytest.mark.browser
def test_on_a_telephone_nothing_runs_off_the_edge_and_every_cell_says_what_it_is(
    page: Page, console: Console, data: Data
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    cut = {}
    for name, path in data.paths():
        page.goto(console.url + path)
        if wrong := page.evaluate(CUT):
            cut[name] = wrong
    assert cut == {}, "\n".join(f"{name}: {each}" for name, wrong in cut.items() for each in wrong)
