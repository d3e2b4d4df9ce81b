"""Every rule before a settlement account is filed, and its refusal."""

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import event

from hub.domain import identifiers, plans
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, NotFound, NotPermitted, Refusal, Stale
from hub.domain.settlement import accounts as account_rules
from hub.domain.settlement import card_bins
from hub.engine.runtime import WorkerRuntime
from hub.operations import disclosure
from hub.operations.grades.certificates import GradeCertificateMissing
from hub.operations.privacy import authorisations
from hub.operations.settlement import binding_rules
from hub.operations.settlement.accounts import bind_account, plan_binding
from hub.ports import now
from hub.registry.asks import ledger
from tests.support import people

RULES = (binding_rules, account_rules, card_bins, identifiers)
"""Where it is written what a binding must fulfil."""


def refused(
    runtime: WorkerRuntime, which: int, /, *, chain: bool = False, authorised: bool = True, **changes: object
) -> Refusal | None:
    """File a card with something wrong in it; the refusal, or None."""
    try:
        with runtime.office.desk(people.CLERK) as desk:
            row = people.customer(desk, which, chain=chain, authorised=authorised)
            if changes.get("exception_evidence_id") == "letter":
                changes["exception_evidence_id"] = people.paper(desk, row, "authorisation_letter").id
            bind_account(desk, people.request(desk, row, which, **changes))
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.article("R7.12")
def test_another_payer_than_the_holder_is_refused(runtime: WorkerRuntime) -> None:
    assert isinstance(refused(runtime, 1, payer_name="另一人"), binding_rules.PayerIsNotHolder)


@pytest.mark.article("R7.12")
def test_a_slip_of_one_character_is_said_to_be_one(runtime: WorkerRuntime) -> None:
    found = refused(runtime, 1, payer_name="测试2")
    assert found is not None and "只差一个字" in found.sentence("zh")


@pytest.mark.article("R7.12")
def test_a_chain_customer_with_a_letter_may_have_another_payer_and_without_it_may_not(runtime: WorkerRuntime) -> None:
    assert isinstance(refused(runtime, 1, chain=True, payer_name="石油公司"), binding_rules.PayerIsNotHolder)
    assert refused(runtime, 2, chain=True, payer_name="石油公司", exception_evidence_id="letter") is None
    assert isinstance(
        refused(runtime, 3, chain=False, payer_name="石油公司", exception_evidence_id="letter"),
        binding_rules.PayerIsNotHolder,
    )


@pytest.mark.article("R7.13", "R7.11", "R7.9")
def test_missing_papers_are_each_named_with_their_article(runtime: WorkerRuntime) -> None:
    assert isinstance(refused(runtime, 1, evidence_id=None), binding_rules.EvidenceMissing)
    assert isinstance(refused(runtime, 2, agreement_evidence_id=None), binding_rules.AgreementMissing)
    credit = refused(runtime, 3, kind="credit_card")
    assert isinstance(credit, GradeCertificateMissing) and credit.article == "R7.11"


@pytest.mark.article("R7.9")
def test_a_wrong_number_is_refused_without_being_repeated(runtime: WorkerRuntime) -> None:
    wrong = people.card(1)[:-1] + str((int(people.card(1)[-1]) + 1) % 10)
    found = refused(runtime, 1, number=Secret(wrong))
    assert isinstance(found, BadInput) and wrong not in found.sentence("zh") + str(found) + repr(found)


@pytest.mark.article("G2")
def test_without_authorisation_nothing_is_filed_and_nothing_is_left_to_send(runtime: WorkerRuntime) -> None:
    assert isinstance(refused(runtime, 1, authorised=False), disclosure.NotAuthorised)
    with runtime.office.store.transaction() as tx:
        assert ledger.recent(tx, state=None, channel=None, after=None, limit=10, units=None) == []


@pytest.mark.article("R10.1")
def test_a_second_account_is_refused_while_one_is_open(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        bind_account(desk, people.request(desk, row, 1))
    with pytest.raises(binding_rules.AccountOpenAlready), runtime.office.desk(people.CLERK) as desk:
        bind_account(desk, people.request(desk, desk.customer(row.id), 2))


@pytest.mark.article("R4.1")
def test_the_same_click_twice_and_two_clerks_at_once_end_in_one_ask(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        request = people.request(desk, row, 1)
        bind_account(desk, request)
    with pytest.raises(Stale), runtime.office.desk(people.CLERK) as desk:
        bind_account(desk, request)


@pytest.mark.article("R4.1")
def test_other_posts_are_refused_and_the_refusal_is_recorded(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        request = people.request(desk, row, 1)
    with pytest.raises(NotPermitted), runtime.office.desk(people.CENTRE) as desk:
        bind_account(desk, request)


@pytest.mark.article("R4.1")
def test_a_customer_of_another_unit_does_not_exist_for_the_clerk(runtime: WorkerRuntime) -> None:
    other = people.clerk_of("370102")
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        request = people.request(desk, row, 1)
    with pytest.raises(NotFound), runtime.office.desk(other) as desk:
        bind_account(desk, request)


@pytest.mark.article("R7.9")
def test_a_plan_lists_all_that_is_missing_writes_nothing_and_is_void_when_something_moved(
    runtime: WorkerRuntime,
) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1, authorised=False)
        request = people.request(desk, row, 1, payer_name="另一人", evidence_id=None)
        plan = plan_binding(desk, request)
    assert {each.article for each in plan.missing} == {"R7.12", "R7.13", "G2"}
    with runtime.office.desk(people.CLERK) as desk:
        people.authorise(desk, row)
        request = people.request(desk, row, 1)
        plan = plan_binding(desk, request)
        assert plan.missing == ()
    with runtime.office.desk(people.CLERK) as desk:
        customer = desk.customer(row.id)
        customer.updated_at = now()
        desk.tx.flush()
        moved = people.request(desk, customer, 1)
        with pytest.raises(plans.PlanMoved):
            bind_account(desk, moved, plan.digest)


@pytest.mark.article("G2")
def test_an_authorisation_withdrawn_twice_stays_withdrawn(runtime: WorkerRuntime) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1, authorised=False)
        paper = people.authorise(desk, row)
        authorisations.withdraw_authorisation(desk, paper.id, "客户要求")
        authorisations.withdraw_authorisation(desk, paper.id, "再次")
        assert paper.withdrawn_why == "客户要求"


def asked(runtime: WorkerRuntime, which: int, *, digest: bool) -> int:
    """How many questions to the database a binding takes, with the digest of its plan or without one."""
    statements: list[str] = []

    def count(connection: object, cursor: object, statement: str, *rest: object) -> None:
        statements.append(statement)

    with runtime.office.desk(people.CLERK) as desk:
        request = people.request(desk, people.customer(desk, which), which)
    with runtime.office.desk(people.CLERK) as desk:
        shown = plan_binding(desk, request).digest if digest else None
    event.listen(runtime.office.store.engine, "before_cursor_execute", count)
    try:
        with runtime.office.desk(people.CLERK) as desk:
            bind_account(desk, request, shown)
    finally:
        event.remove(runtime.office.store.engine, "before_cursor_execute", count)
    return len(statements)


@pytest.mark.article("R7.9")
def test_the_rules_are_asked_once_also_when_the_plan_is_compared(runtime: WorkerRuntime) -> None:
    """Two answers of the rules within one call could differ, and only one of them would be what was compared."""
    assert asked(runtime, 1, digest=True) == asked(runtime, 2, digest=False)


@pytest.mark.article("R7.9")
def test_a_plan_is_signed_together_with_its_rules_as_they_are_written(runtime: WorkerRuntime) -> None:
    """Nobody has to remember a version: another wording of a rule, an amount, or a table is another digest."""
    texts = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in RULES]
    assert hashlib.sha256("\0".join(texts).encode()).hexdigest() == binding_rules.rules_digest()
