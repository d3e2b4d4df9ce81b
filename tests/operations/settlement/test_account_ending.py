"""An account that is to end: refused by the bank, skipped for an open ask, not to be sent: never silently (R8.1, R9.2, G2)."""

from typing import Any

import pytest
from sqlalchemy import select

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AccountState, AskState
from hub.operations import cards, periodic
from hub.operations.asks import steering
from hub.operations.changes import applications
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.outbox import leave
from hub.operations.reconciliation import differences as desk_of_differences
from hub.operations.settlement.account_ending import report_remaining
from hub.operations.settlement.accounts import bind_account, unbind_account
from hub.operations.settlement.bank_requests import binding_values
from hub.operations.settlement.binding_rules import account_faults
from hub.ports import new_id
from hub.registry.asks.ledger import step
from hub.registry.changes import applications as stored_applications
from hub.registry.reconciliation import differences
from hub.registry.schema import Account, Ask, Change, Confidentiality, Customer
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.operations.changes.test_applications import under_way
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import asked, electronic, said
from tests.support.makers.endings import answered, lost, remains, states
from tests.support.scenes import another


def written(desk: Desk, row: Customer) -> list[tuple[str, str]]:
    """Each step of an account that the history has."""
    found = desk.tx.scalars(select(Change).where(Change.customer_id == row.id).order_by(Change.at))
    return [
        (str(old), str(new)) for old, new in (each.changes["account"] for each in found if "account" in each.changes)
    ]


@pytest.mark.article("R8.1", "R8.2")
def test_a_bank_that_refuses_the_ending_leaves_the_lost_card_on_the_desk_and_is_asked_again(
    office: Office, clock: Clock
) -> None:
    row = lost(office)
    answered(office, row, ended=False)
    with office.desk(people.CLERK) as desk:
        assert states(desk, row) == ["ending"] and desk.customer(row.id).settlement_method == "cash"
        assert remains(desk, row) == (["old_remains"], ["end_account"])
    assert office.perform(HUB, again) == 0, "the bank said no just now"
    clock.on(hours=25)
    assert office.perform(HUB, again) == 1 and office.perform(HUB, again) == 0
    answered(office, row, ended=True)
    with office.desk(people.CLERK) as desk:
        assert states(desk, row) == ["ended"] and remains(desk, row) == ([], [])


def again(desk: Desk) -> int:
    """The step of the upkeep that asks again."""
    return next(each for each in periodic.STEPS if each.__name__ == "ask_again")(desk)


@pytest.mark.article("R8.1")
def test_an_open_question_delays_the_ending_and_does_not_skip_it(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        [account] = accounts.open_accounts(desk.tx, row.id)
        question = recheck(desk, row, account)
        cards.report_card(desk, said(row, "lost_reported", "cash"))
        assert states(desk, row) == ["ending"] and remains(desk, row) == (["old_remains"], ["end_account"])
    assert office.perform(HUB, again) == 0
    with office.desk(HUB) as desk:
        held = desk.tx.get(Ask, question.id)
        assert held is not None
        step(held, AskState.DONE)
    assert office.perform(HUB, again) == 1
    answered(office, row, ended=True)
    with office.desk(people.CLERK) as desk:
        assert states(desk, row) == ["ended"] and remains(desk, row) == ([], [])


def recheck(desk: Desk, row: Customer, account: Account) -> Ask:
    """The bank is being asked whether it has ended the account."""
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    values = binding_values(desk, row, account, agreement)
    about = ("account", account.id)
    return leave(desk, row, "icbc", "recheck_binding", subject=about, article="R7.9", values=values)


@pytest.mark.article("R8.1", "G2")
def test_without_a_confidentiality_agreement_the_loss_is_taken_in_and_what_may_not_leave_stands_on_the_desk(
    office: Office,
) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        paper = desk.tx.query(Confidentiality).filter_by(channel="icbc").one()
        until, paper.valid_until = paper.valid_until, paper.valid_from
    with office.desk(people.CLERK) as desk:
        cards.report_card(desk, said(desk.customer(row.id), "lost_reported", "cash"))
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).settlement_method == "cash" and states(desk, row) == ["ending"]
        assert not under_way(desk, row), "nothing leaves"
        [found] = differences.listed(desk.tx, None)
        assert found.theirs == {"reason": "gate:no_confidentiality"}
        [task] = [each for each in tasks.open_tasks_of(desk.tx, row.id) if each.kind == "end_account"]
        assert task.article == "R8.1" and "1 个工作日" in task.sum
    assert office.perform(HUB, again) == 0
    with office.desk(people.CLERK) as desk:
        desk.tx.query(Confidentiality).filter_by(channel="icbc").one().valid_until = until
    assert office.perform(HUB, again) == 1, "as soon as it may"
    with office.desk(people.CLERK) as desk:
        assert [(each.verb, each.article) for each in under_way(desk, row)] == [("unbind_card", "R8.1")]


def signed(office: Office, row: Customer) -> Any:
    """An application for cash for good, signed by both."""
    with office.desk(people.CLERK) as desk:
        held = desk.customer(row.id)
        paper = people.paper(desk, held, "written_application").id
        sent = asked(desk, held, "cash_for_good", settlement_method="cash", evidence_ids=(paper,))
        posts = (Post.SECTION_CHIEF, Post.DEPUTY_MANAGER)
        who = [another(desk, str(post), (post, "3701")) for post in posts]
    for each in who:
        office.perform(each, applications.decide, sent.id, "approve", sent.digest)
    return sent


@pytest.mark.article("R9.2")
def test_cash_for_good_is_carried_out_when_the_bank_has_ended_it_and_a_refusal_leaves_it_open(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
    sent = signed(office, row)
    office.perform(people.CLERK, applications.carry_out, sent.id)
    answered(office, row, ended=False)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).settlement_method == "electronic"
        assert stored_applications.application(desk.tx, sent.id).state == "approved"  # type: ignore[union-attr]
        assert remains(desk, row) == (["old_remains"], ["end_account"])
        [account] = accounts.open_accounts(desk.tx, row.id)
        unbind_account(desk, account.id, account.version, "银行同意后再次申请")
        assert written(desk, row).count(("live", "ending")) == 1, "only what moved"
    answered(office, row, ended=True)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).settlement_method == "cash"
        found = stored_applications.application(desk.tx, sent.id)
        assert found is not None and found.state == "carried_out" and found.done_at is not None
        assert remains(desk, row) == ([], [])


@pytest.mark.article("R9.2", "R10.1")
def test_an_account_is_not_ended_by_hand_without_a_ground(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        [account] = accounts.open_accounts(desk.tx, row.id)
        with pytest.raises(Refusal) as refused:
            unbind_account(desk, account.id, account.version, "客户要求")
        assert (refused.value.code, refused.value.article) == ("no_ground_to_end", "R9.2")
        assert all(each in refused.value.advice() for each in ("第九条第2款", "第十条", "第八条第1款"))
        damage = cards.report_card(desk, said(row, "damaged", "transfer"))
        with pytest.raises(Refusal):
            unbind_account(desk, account.id, account.version, "卡坏了")
        cards.close_case(desk, damage, "replaced", "已换卡,号码不变")
    sent = signed(office, row)
    with office.desk(people.CLERK) as desk:
        [account] = accounts.open_accounts(desk.tx, row.id)
        ask = desk.tx.get(Ask, unbind_account(desk, account.id, account.version, "已批准"))
        assert ask is not None and ask.article == "R9.2"
    answered(office, row, ended=True)
    with office.desk(people.CLERK) as desk:
        assert stored_applications.application(desk.tx, sent.id).state == "carried_out"  # type: ignore[union-attr]


@pytest.mark.article("R10.1", "R9.1", "R9.2")
@pytest.mark.parametrize("how", ["lost", "for_good"])
def test_another_bank_after_the_account_has_ended_is_a_change_of_bank_unless_the_customer_left_for_good(
    office: Office, how: str
) -> None:
    if how == "lost":
        row = lost(office)
    else:
        with office.desk(people.CLERK) as desk:
            row = electronic(desk)
        sent = signed(office, row)
        office.perform(people.CLERK, applications.carry_out, sent.id)
    answered(office, row, ended=True)
    with office.desk(people.CLERK) as desk:
        held = desk.customer(row.id)
        assert (held.settlement_method, held.settlement_bank) == ("cash", None)
        wanted = people.request(desk, held, 9, channel="abc")
        found = [each.code for each in account_faults(desk, held, wanted)]
        assert ("other_bank_live" in found) is (how == "lost")
        paper = people.paper(desk, held, "written_application").id
        if how == "lost":
            sent = asked(desk, held, "bank_change", settlement_bank="abc", evidence_ids=(paper,))
            assert sent.chain == ["section_chief", "deputy_manager"], "the way is open to who lost the card"
        assert bind_account(desk, people.request(desk, held, 8, agreement_no="XY8"))


@pytest.mark.article("R8.1")
def test_an_ending_that_the_clerk_takes_back_before_it_left_is_no_silent_end_of_the_matter(office: Office) -> None:
    row = lost(office)
    with office.desk(people.CLERK) as desk:
        [ask] = under_way(desk, row)
        steering.cancel(desk, ask.id, "误操作")
        assert states(desk, row) == ["ending"], "the card is lost all the same"
        assert remains(desk, row) == (["old_remains"], ["end_account"])


@pytest.mark.article("R8.3", "R8.5")
def test_of_two_accounts_at_one_bank_the_ending_one_is_meant_by_what_remains(office: Office) -> None:
    """A bank that keeps the old card until the new one is live has both; to end the new one would leave the customer none."""
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        [old] = accounts.open_accounts(desk.tx, row.id)
        columns = [column.key for column in Account.__table__.columns]
        kept = {key: getattr(old, key) for key in columns if key not in ("id", "version")}
        old.state = AccountState.ENDING
        desk.tx.flush()
        desk.tx.add(Account(id=new_id(), **kept))
        desk.tx.flush()
        # Written again, so that the database finds it after the new one.
        old.ending = "change_of_card"
        desk.tx.flush()
        report_remaining(desk, row, old, "R8.5", "refused")
        [difference] = [known for known in differences.listed(desk.tx, None) if known.what == "old_remains"]
        desk_of_differences.propose(desk, difference.id, "ours", "已电话核实")
        chief = another(desk, "chief8", (Post.SECTION_CHIEF, people.UNIT))
    office.perform(chief, desk_of_differences.confirm, difference.id)
    with office.desk(HUB) as desk:
        asked_about = set(desk.tx.scalars(select(Ask.subject_id).where(Ask.verb == "unbind_card")))
        assert asked_about == {old.id}
        assert sorted(states(desk, row)) == ["ending", "live"]
