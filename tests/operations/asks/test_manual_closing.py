"""A doubt is closed by hand by two people, with the bank's letter (G3, R16.1)."""

from datetime import timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from hub.domain.refusals import BadInput, NotFound, NotPermitted, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, outcomes, overview
from hub.operations.asks import steering as ask_operations
from hub.operations.asks.manual_closing import confirm_closing, propose_closing, reject_closing
from hub.operations.asks.packages import send_package
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.settlement import accounts as settlement_accounts
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.schema import Account, Ask, Customer
from hub.registry.session import Store
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.scenes import another, in_doubt


def doubtful(office: Office, number: int) -> tuple[UUID, UUID, UUID]:
    """A binding whose answer was lost, with the bank's letter: (ask, letter, customer)."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        ask_id = settlement_accounts.bind_account(desk, people.request(desk, row, number))
        in_doubt(ask_of(desk, ask_id))
        return ask_id, people.paper(desk, row, "bank_letter").id, row.id


def ask_of(desk: Desk, ask_id: UUID) -> Ask:
    ask = desk.tx.get(Ask, ask_id)
    assert ask is not None
    return ask


@pytest.fixture
def second(office: Office) -> Actor:
    """The section chief, who looks a second time."""
    with office.desk(HUB) as desk:
        return another(desk, "chief", (Post.SECTION_CHIEF, "3701"))


def state(office: Office, ask_id: UUID) -> str:
    with office.desk(HUB) as desk:
        return ask_of(desk, ask_id).state


@pytest.mark.article("G3", "R16.1")
@pytest.mark.parametrize(("outcome", "account"), [("live", "live"), ("refused", "refused")])
def test_one_proposes_and_nothing_changes_until_another_confirms(
    office: Office, store: Store, second: Actor, outcome: str, account: str
) -> None:
    ask_id, letter, customer_id = doubtful(office, 1)
    office.perform(people.CLERK, propose_closing, ask_id, outcome, "银行函告结果", letter)
    assert state(office, ask_id) == "in_doubt"
    with pytest.raises(manual_closing.SecondPersonNeeded) as refused:
        office.perform(people.CLERK, confirm_closing, ask_id)
    assert refused.value.article == "G3" and state(office, ask_id) == "in_doubt"
    office.perform(second, confirm_closing, ask_id)
    with office.desk(HUB) as desk:
        ask = ask_of(desk, ask_id)
        assert (ask.state, ask.ended_by) == (outcome, f"统计员甲、{second.name}")
        assert accounts.accounts_of(desk.tx, customer_id)[0].state == account
        customer = desk.tx.get(Customer, customer_id)
        assert customer is not None
        assert customer.settlement_method == ("electronic" if outcome == "live" else "cash")
    with psycopg.connect(store.url) as connection:
        told = connection.execute("SELECT operation, actor, outcome FROM audit WHERE operation LIKE 'closing.%'")
        assert told.fetchall() == [
            ("closing.propose_closing", "统计员甲", "done"),
            ("closing.confirm_closing", "统计员甲", "refused"),
            ("closing.confirm_closing", second.name, "done"),
        ]


@pytest.mark.article("G3", "R10.1")
def test_a_confirmed_ending_ends_the_account_and_the_customer_pays_cash(office: Office, second: Actor) -> None:
    """The bank's "done" to an ending is the end of the account, never a new life of it."""
    ask_id, letter, customer_id = doubtful(office, 1)
    with office.desk(people.CLERK) as desk:
        ledger.step(ask_of(desk, ask_id), AskState.REFUSED)
        account = desk.tx.get(Account, ask_of(desk, ask_id).subject_id)
        customer = desk.tx.get(Customer, customer_id)
        assert account is not None and customer is not None
        account.state, customer.settlement_method, customer.settlement_bank = "live", "electronic", "icbc"
        desk.tx.flush()
        people.lost(desk, customer)
        ending = settlement_accounts.unbind_account(desk, account.id, account.version, "换卡")
        in_doubt(ask_of(desk, ending))
    office.perform(people.CLERK, propose_closing, ending, "live", "银行已终止", letter)
    office.perform(second, confirm_closing, ending)
    with office.desk(HUB) as desk:
        [account] = accounts.accounts_of(desk.tx, customer_id)
        customer = desk.tx.get(Customer, customer_id)
        assert customer is not None
        assert (account.state, customer.settlement_method) == ("ended", "cash")


@pytest.mark.article("R16.1")
def test_a_proposal_needs_the_banks_letter_of_this_customer_an_outcome_and_a_reason(office: Office) -> None:
    ask_id, letter, customer_id = doubtful(office, 1)
    _, elsewhere, _ = doubtful(office, 2)
    with office.desk(people.CLERK) as desk:
        customer = desk.customer(customer_id)
        slip = people.paper(desk, customer, "deposit_slip").id
    wrong: list[tuple[str, str, UUID, type[Refusal]]] = [
        ("live", "函", uuid4(), manual_closing.PaperNeeded),
        ("live", "函", slip, manual_closing.PaperNeeded),
        ("live", "函", elsewhere, manual_closing.PaperNeeded),
        ("", "函", letter, BadInput),
        ("done", "函", letter, BadInput),
        ("each", "函", letter, BadInput),
        ("live", "  ", letter, BadInput),
    ]
    for outcome, why, paper, kind in wrong:
        with pytest.raises(kind):
            office.perform(people.CLERK, propose_closing, ask_id, outcome, why, paper)
    assert state(office, ask_id) == "in_doubt"


@pytest.mark.article("G3")
def test_a_proposal_is_sent_back_taken_back_and_made_once(office: Office, second: Actor) -> None:
    ask_id, letter, _ = doubtful(office, 1)
    for decider in (second, people.CLERK):
        office.perform(people.CLERK, propose_closing, ask_id, "live", "函", letter)
        with pytest.raises(manual_closing.ProposedAlready):
            office.perform(people.CLERK, propose_closing, ask_id, "refused", "函", letter)
        office.perform(decider, reject_closing, ask_id, "函件不清楚")
        with pytest.raises(NotFound):
            office.perform(second, confirm_closing, ask_id)
    assert state(office, ask_id) == "in_doubt"
    driver = Actor(second.user_id, "送货员", frozenset({(Post.DELIVERY_DRIVER, "3701")}))
    office.perform(people.CLERK, propose_closing, ask_id, "live", "函", letter)
    with pytest.raises(NotPermitted):
        office.perform(driver, confirm_closing, ask_id)
    with pytest.raises(manual_closing.SecondPersonNeeded):
        office.perform(HUB, confirm_closing, ask_id)


@pytest.mark.article("G3", "R7.9")
def test_what_the_bank_said_meanwhile_goes_before_the_proposal(office: Office, second: Actor) -> None:
    ask_id, letter, _ = doubtful(office, 1)
    resent, its_letter, _ = doubtful(office, 2)
    for each, paper in ((ask_id, letter), (resent, its_letter)):
        office.perform(people.CLERK, propose_closing, each, "refused", "函", paper)
    with office.desk(HUB) as desk:
        ledger.step(ask_of(desk, ask_id), AskState.DONE)
        ask_of(desk, resent).sent_at = now() + timedelta(seconds=1)
    for each in (ask_id, resent):
        with pytest.raises(ask_operations.NotNow):
            office.perform(second, confirm_closing, each)
    assert (state(office, ask_id), state(office, resent)) == ("live", "in_doubt")


def package(office: Office) -> tuple[UUID, list[UUID], UUID]:
    """A package of three whose answer was lost, with a bank letter: (package, rows, letter)."""
    with office.desk(people.CLERK) as desk:
        for number in (1, 2, 3):
            row = people.customer(desk, number)
            settlement_accounts.bind_account(desk, people.request(desk, row, number, with_package=True))
            letter = people.paper(desk, row, "bank_letter").id
        [package_id] = send_package(desk, "icbc")
        rows = ledger.rows_of(desk.tx, package_id)
        for each in (*rows, ask_of(desk, package_id)):
            in_doubt(each)
        ledger.step(ask_of(desk, package_id), AskState.PERSON)
        return package_id, [row.id for row in rows], letter


@pytest.mark.article("G3", "R7.10")
@pytest.mark.parametrize("outcome", ["live", "refused", "each"])
def test_a_package_closed_by_hand_gives_each_row_its_end_or_a_question_of_its_own(
    office: Office, second: Actor, outcome: str
) -> None:
    package_id, rows, letter = package(office)
    nudged: list[UUID] = []
    office.nudge = lambda tx, ask_id, at=None: nudged.append(ask_id)
    office.perform(people.CLERK, propose_closing, package_id, outcome, "银行函告", letter)
    office.perform(second, confirm_closing, package_id)
    with office.desk(HUB) as desk:
        found = [ask_of(desk, row) for row in rows]
        assert state(office, package_id) == "live", "the package is settled: nothing of it is open"
        if outcome == "each":
            assert {(row.state, row.package_id, row.waits_for) for row in found} == {("in_doubt", None, "question")}
            assert {row.sent_key for row in found} == {ask_of(desk, package_id).key}, "asked under its serial"
            assert set(nudged) == set(rows)
        else:
            assert {row.state for row in found} == {outcome}
            assert {desk.tx.get(Account, row.subject_id).state for row in found} == {outcome}  # type: ignore[union-attr]


@pytest.mark.article("G3", "R7.10")
def test_a_package_that_never_left_is_not_closed_but_sent_again(office: Office) -> None:
    package_id, _, letter = package(office)
    with office.desk(HUB) as desk:
        ask_of(desk, package_id).sent_at = ask_of(desk, package_id).doubt_since = None
    with pytest.raises(ask_operations.NotNow):
        office.perform(people.CLERK, propose_closing, package_id, "live", "函", letter)


@pytest.mark.article("R7.9")
def test_what_waits_for_a_person_has_a_deadline_and_comes_first_by_it(office: Office) -> None:
    found = [doubtful(office, number)[0] for number in (1, 2, 3)]
    with office.desk(HUB) as desk:
        for number, each in enumerate(found):
            ask_of(desk, each).doubt_since = now() - timedelta(hours=30 - number)
        for each in (found[2], found[1]):
            outcomes.to_person(ask_of(desk, each), "doubt_too_old")
            desk.tx.flush()
    with office.desk(people.CLERK) as desk:
        views = overview.doubts(desk)
    assert [view.ask.id for view in views] == [found[2], found[1], found[0]]
    deadline = views[0].ask.decide_by
    assert deadline is not None and abs(deadline - now() - timedelta(hours=48)) < timedelta(minutes=1)
    assert views[2].ask.decide_by is None, "the machine still asks"
    office.perform(people.CLERK, ask_operations.ask_again, found[2])
    with office.desk(HUB) as desk:
        assert ask_of(desk, found[2]).decide_by is None
