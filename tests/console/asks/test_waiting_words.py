"""A counter case that is finished says nothing of "not at the counter"; the next question is no deadline (R7.9, R8.4)."""

import re
from datetime import date
from uuid import UUID

import pytest

from hub.domain.facts import Accepted, BindingLive, Busy, Fact, Pending
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations.asks.outcomes import Learnt, doubt, learn
from hub.operations.office import Office
from hub.operations.privacy.authorisations import record_confidentiality
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from hub.registry.session import Store
from tests.support import people
from tests.support.makers.orders import office_of
from tests.support.scenes import Browse, Browser

PASSBOOK = "6000000000000000010"


@pytest.fixture
def postal(office: Office, store: Store) -> Office:
    """An office of a bank whose counter keeps the agreements."""
    there = office_of(store, "postal")
    with there.desk(people.CENTRE) as desk:
        record_confidentiality(desk, "postal", "保密-邮政", date(2025, 1, 1), date(2999, 12, 31))
    return there


@pytest.fixture
def browser(postal: Office, browse: Browse) -> Browser:
    """A clerk at the console."""
    return browse("clerk21", {Post.STATISTICS_CLERK})


def awaited(postal: Office) -> UUID:
    """A customer who is to go to the counter."""
    with postal.desk(people.CLERK) as desk:
        row = people.customer(desk, 1, authorised=False)
        people.authorise(desk, row, "postal")
        paper = people.paper(desk, row, "passbook_copy").id
        given = {"channel": "postal", "kind": "passbook", "number": people.Secret(PASSBOOK), "evidence_id": paper}
        return bind_account(desk, people.request(desk, row, 1, **given))


def told(postal: Office, ask_id: UUID, fact: Fact) -> Ask:
    """The bank's answer to a question."""
    with postal.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        learn(desk, ask, Learnt([fact], None, True))
        return ask


def page(browser: Browser, ask_id: UUID) -> str:
    """The part of the ask's page that a person reads first, without its tags."""
    text = browser.client.get(f"/asks/{ask_id}/live?until=9999999999").text
    return re.sub(r"<[^>]+>|\s+", " ", text)


@pytest.mark.article("R7.9", "R8.4")
def test_a_finished_counter_case_says_nothing_of_its_waiting(postal: Office, browser: Browser) -> None:
    ask_id = awaited(postal)
    told(postal, ask_id, Pending("370101000001", "not_at_counter"))
    waiting = page(browser, ask_id)
    assert "客户还没有到柜台办理" in waiting and "not_at_counter" not in waiting
    done = told(postal, ask_id, BindingLive("370101000001", "YZ1", PASSBOOK[-4:]))
    assert (done.state, done.partner_code, done.partner_text) == (AskState.DONE, None, None)
    finished = page(browser, ask_id)
    assert "not_at_counter" not in finished and "没有到柜台" not in finished


@pytest.mark.article("R7.9")
def test_the_next_question_is_called_that_and_no_deadline(postal: Office, browser: Browser) -> None:
    ask_id = awaited(postal)
    ask = told(postal, ask_id, Pending("370101000001", "not_at_counter"))
    assert ask.waits_for == "counter"
    words = page(browser, ask_id)
    assert "最迟" not in words and "下次查询" in words
    with postal.desk(HUB) as desk:
        held = ledger.get(desk.tx, ask_id, lock=True)
        assert held is not None
        held.waits_for = "rate"
    assert "下次尝试" in page(browser, ask_id)
    with postal.desk(HUB) as desk:
        held = ledger.get(desk.tx, ask_id, lock=True)
        assert held is not None
        held.waits_for = "worker"
    assert "最迟" not in page(browser, ask_id) and "下次" not in page(browser, ask_id)


@pytest.mark.article("R7.9")
def test_what_the_partner_said_on_the_way_is_no_word_about_the_end(office: Office) -> None:
    """Of the same kind: a busy, a doubt, a "not in force yet" stand beside an ask only until it is done."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        ask_id = bind_account(desk, people.request(desk, row, 1))
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        ledger.step(ask, AskState.SENDING)
        doubt(desk, ask, str(Busy("U9").code), "稍后再试")
        assert ask.partner_code == "U9"
        ledger.step(ask, AskState.ASKED)
        learn(desk, ask, Learnt([Accepted(row.code, "R1")], None, True))
        assert (ask.state, ask.partner_code, ask.partner_text) == (AskState.ACCEPTED, None, None)
        ledger.step(ask, AskState.ASKED)
        learn(desk, ask, Learnt([Pending(row.code, "5", "处理中")], None, True))
        assert ask.partner_code == "5"
        ledger.step(ask, AskState.ASKED)
        learn(desk, ask, Learnt([BindingLive(row.code, "A1", people.card(1)[-4:])], None, True))
        assert (ask.state, ask.partner_code, ask.partner_text) == (AskState.DONE, None, None)
