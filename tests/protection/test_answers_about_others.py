"""What an answer says of people and units that the caller may not read: the article's refusal, and not a word more (G5, R4.1)."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.operations.phones import permits
from hub.operations.phones.permits import PermitRequest
from hub.operations.settlement import accounts
from hub.ports import today
from hub.registry.schema import AuditRow, Customer
from tests.support import people
from tests.support.lists import entrant

EAST, WEST = people.UNIT, "370102"
NUMBER = "13900000001"


def clerk_of(unit: str, post: Post = Post.STATISTICS_CLERK) -> Actor:
    """Somebody of one county alone."""
    return Actor(people.CLERK_ID, "县里的人", frozenset({(post, unit)}))


def in_units(office: Office, *units: str) -> list[Customer]:
    """A customer a unit, who orders on the web on Wednesdays; the first has the phone NUMBER."""
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in range(1, len(units) + 1)]
        for row, unit in zip(rows, units, strict=True):
            row.unit_code, row.values = unit, {"order_method": "web", "order_day": "3"}
            people.entering(desk, row)
        return rows


def refused(office: Office, actor: Actor, do: object, *about: object) -> str:
    """What a refusal says, zh-CN and English."""
    with pytest.raises(Refusal) as no:
        office.perform(actor, do, *about)  # type: ignore[arg-type]
    return no.value.sentence() + no.value.sentence("en")


def with_phone(row: Customer, rule: str) -> ChangeRequest:
    """An application for the phone that somebody else has."""
    values = {"order_phone": NUMBER}
    return ChangeRequest(customer_id=row.id, version=row.version, rule=rule, values=values, why="客户来电")


@pytest.mark.article("R12.3", "G5")
def test_that_another_countys_customer_has_a_phone_is_refused_without_which_county_and_how_many(office: Office) -> None:
    """Article 12 wants no number twice; it does not want one county to learn of another's customers."""
    _, other, own, _ = in_units(office, EAST, EAST, WEST, WEST)
    new = entrant(9, unit_code=WEST, order_phone=NUMBER)
    officer = clerk_of(WEST, Post.LICENCE_OFFICER)

    def said() -> set[str]:
        """Each way that a number comes in."""
        change = {"backup_phone": NUMBER}
        return {
            refused(office, clerk_of(WEST), customer_fields.change_fields, own.id, own.version, change, "客户来电"),
            refused(office, clerk_of(WEST), applications.send_change, with_phone(own, "phone_told")),
            refused(office, officer, imports.add_new_entrant, new),
        }

    once = said()
    assert all(EAST not in words and not re.search(r"\d", words.replace("R12", "")) for words in once), once
    with office.desk(people.CLERK) as desk:
        there = desk.customer(other.id)
        there.sealed = {**there.sealed, "order_phone": desk.vault.seal_field(there.id, "order_phone", NUMBER)}
        customer_fields.customers.index(desk.tx, there.id, "order_phone", desk.vault.digest("order_phone", NUMBER))
    assert said() == once, "one or two: the same words"


@pytest.mark.article("R12.3", "G5")
def test_the_section_chief_who_decides_a_shared_number_reads_of_no_other_countys_customers(office: Office) -> None:
    _, own = in_units(office, EAST, WEST)
    with office.desk(people.CLERK) as desk:
        there = desk.customer(own.id)
        there.values = {**there.values, "order_method": "phone"}
    request = with_phone(own, "phone_for_now")
    plan = office.perform(clerk_of(WEST), applications.plan_change, request)
    [line] = [line for line in plan.lines if line.article == "R12.3" and "重号" in line.zh]
    assert EAST not in line.zh + line.en and not re.search(r"\d", line.zh + line.en)


@pytest.mark.article("G4", "G5", "R12.3")
def test_trying_a_phone_in_a_plan_is_on_record_as_looking_for_it_is(office: Office) -> None:
    """A plan asks all customers of all units for the number as a search does, and answers as well."""
    _, own = in_units(office, EAST, WEST)
    for _ in range(2):
        office.perform(clerk_of(WEST), applications.plan_change, with_phone(own, "phone_told"))
    with office.store.transaction() as tx:
        lines = [row.detail for row in tx.scalars(select(AuditRow)) if row.operation == "applications.plan_change"]
    assert lines == [{"looked_by": "number"}] * 2 and NUMBER not in repr(lines)


@pytest.mark.article("G4", "G5", "R7.9")
def test_trying_a_card_in_a_plan_is_on_record_too(office: Office) -> None:
    """It answers whether the customer's account has this number, so it is no guess without a trace."""
    with office.desk(people.CLERK) as desk:
        request = people.request(desk, people.customer(desk, 1), 1)
    for _ in range(2):
        office.perform(people.CLERK, accounts.plan_binding, request)
    with office.store.transaction() as tx:
        lines = [row.detail for row in tx.scalars(select(AuditRow)) if row.operation == "settlement.plan_binding"]
    assert lines == [{"looked_by": "number"}] * 2 and request.number.reveal() not in repr(lines)


@pytest.mark.article("R12.5", "G5")
def test_a_shared_phones_refusal_does_not_tell_which_codes_another_county_has(office: Office) -> None:
    """With one code that nobody has beside it, the other code's answer cost nothing and left no application."""
    there, own = in_units(office, EAST, WEST)

    def said(*codes: str) -> str:
        about = dict.fromkeys([own.code, *codes], "夫妻两店")
        until = today() + timedelta(days=60)
        request = PermitRequest(Secret(NUMBER), about, "两店共用", until)
        return refused(office, clerk_of(WEST, Post.ACCOUNT_MANAGER), permits.ask_permit, request)

    known = said(there.code, "370101999999")
    nowhere = said("370101888888", "370101999999")
    assert known.replace(there.code, "…") == nowhere.replace("370101888888", "…")


@pytest.mark.article("R7.1", "G5")
def test_a_list_is_answered_alike_whatever_state_another_countys_customer_is_in(office: Office) -> None:
    sound, torn = in_units(office, EAST, EAST)
    with office.desk(people.CLERK) as desk:
        desk.customer(torn.id).sealed = {"id_number": "torn", "order_phone": "torn"}
    officer = clerk_of(WEST, Post.LICENCE_OFFICER)

    def said(number: int, customer_id: UUID) -> str:
        assert customer_id
        new = entrant(number, unit_code=WEST, order_phone=f"1380000000{number}")
        return refused(office, officer, imports.add_new_entrant, new)

    assert said(1, sound.id) == said(2, torn.id)


@pytest.mark.article("R12.5", "G5")
def test_a_reason_for_it_does_not_tell_whether_another_countys_code_exists(office: Office) -> None:
    """And a code that was tried stands in the audit."""
    own, theirs = in_units(office, EAST, WEST)

    def tried(code: str, reason: str) -> str:
        request = PermitRequest(
            Secret("13900000055"), {own.code: "共用一部", code: reason}, "夫妻店", today() + timedelta(30)
        )
        words = refused(office, clerk_of(EAST, Post.ACCOUNT_MANAGER), permits.ask_permit, request)
        return words.replace(code, "…")

    unknown = "370102999999"
    assert tried(theirs.code, "共用一部") == tried(unknown, "共用一部")
    tried(unknown, "")
    with office.store.transaction() as tx:
        asked = tx.scalars(select(AuditRow).where(AuditRow.operation == "phone_permits.ask_permit")).all()
    assert [line.detail.get("tried") for line in asked if "tried" in line.detail] == [[unknown]]
