"""The same list twice, another list with the same customers, and two lists at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import Actor, Post
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.onboarding import imports, registration
from hub.operations.onboarding.imports import NotOpen
from hub.ports import new_id
from hub.registry.customers import customers as registered
from hub.registry.schema import Change, CustomerIndex, ImportRun, Onboarding
from tests.support import lists, people
from tests.support.races import wait_for_a_waiting_transaction

pytestmark = pytest.mark.article("R7.1")
CONTENT = lists.as_csv([lists.line(number) for number in (1, 2, 3)])
SECOND = Actor(new_id(), "证件员丁", frozenset({(Post.LICENCE_OFFICER, "3701")}))


def rows(office: Office) -> tuple[int, int, int]:
    """How many onboardings, changes and index entries there are."""
    with office.store.transaction() as tx:
        return tx.query(Onboarding).count(), tx.query(Change).count(), tx.query(CustomerIndex).count()


def test_the_same_file_twice_changes_nothing(counter: Office) -> None:
    first = lists.bring(counter, CONTENT)
    before = rows(counter)
    again = lists.bring(counter, CONTENT, apply=False)
    assert again.id == first.id and again.state == "applied" and before == (3, 3, 6)
    with pytest.raises(NotOpen), counter.desk(lists.OFFICER) as desk:
        imports.apply_import(desk, first.id)
    assert rows(counter) == before


def test_the_same_lines_from_somebody_else_change_nothing(counter: Office) -> None:
    lists.bring(counter, CONTENT)
    before = rows(counter)
    run = lists.bring(counter, lists.as_xlsx([lists.line(number) for number in (3, 2, 1)]), SECOND)
    assert (run.good, run.unchanged, run.bad) == (0, 3, 0)
    assert rows(counter) == before


@pytest.mark.parametrize("changes", [{"shop_name": "另一店"}, {"order_phone": "13911111111"}, {"address": "另一路"}])
def test_other_content_for_a_known_customer_is_returned_and_not_overwritten(
    counter: Office, changes: dict[str, str]
) -> None:
    lists.bring(counter, CONTENT)
    run = lists.bring(counter, lists.as_csv([lists.line(1, **changes), lists.line(2)]))
    assert (run.good, run.unchanged, run.bad) == (0, 1, 1)
    assert run.problems["cells"][0]["problem"][1] == "The code exists with other content"
    assert lists.bring(counter, lists.as_xlsx([lists.line(1)])).unchanged == 1


def test_a_licence_of_another_customer_is_returned(counter: Office) -> None:
    lists.bring(counter, CONTENT)
    run = lists.bring(counter, lists.as_csv([lists.line(9, licence_no=lists.entrant(1)["licence_no"])]))
    assert run.bad == 1 and "许可证号已属于" in run.problems["cells"][0]["problem"][0]


def test_one_entrant_by_api_is_a_line_of_a_list_and_twice_is_once(counter: Office) -> None:
    with counter.desk(lists.OFFICER) as desk:
        made = imports.add_new_entrant(desk, lists.entrant(1))
    with counter.desk(lists.OFFICER) as desk:
        assert imports.add_new_entrant(desk, lists.entrant(1)) == made
        with pytest.raises(BadInput, match="customer code"):
            imports.add_new_entrant(desk, lists.entrant(1, shop_name="另一店"))
        with pytest.raises(BadInput, match="身份证号"):
            imports.add_new_entrant(desk, lists.entrant(2, id_number="9.99E+17"))
    assert lists.bring(counter, CONTENT).unchanged == 1 and rows(counter) == (3, 3, 6)


def test_two_lists_at_the_same_moment_enter_each_customer_once(counter: Office) -> None:
    numbers = range(1, 301)
    contents = {
        lists.OFFICER: lists.as_csv([lists.line(number) for number in numbers]),
        SECOND: lists.as_csv([lists.line(number) for number in reversed(numbers)]),
    }
    runs = {actor: lists.bring(counter, content, actor, apply=False).id for actor, content in contents.items()}

    def apply(actor: Actor) -> ImportRun | Refusal:
        try:
            return counter.perform(actor, imports.apply_import, runs[actor])
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor() as pool:
        told = list(pool.map(apply, runs))
    assert all(not isinstance(each, Refusal) or isinstance(each, registration.ListsCollide) for each in told)
    assert rows(counter) == (300, 300, 600)
    assert sum(each.good for each in told if not isinstance(each, Refusal)) == 300


def test_a_customer_entered_between_question_and_writing_is_found_again(counter: Office) -> None:
    run = lists.bring(counter, CONTENT, apply=False)
    with ThreadPoolExecutor() as pool:
        with counter.desk(SECOND) as other:
            imports.add_new_entrant(other, lists.entrant(2))
            answer = pool.submit(counter.perform, lists.OFFICER, imports.apply_import, run.id)
            wait_for_a_waiting_transaction(counter)
        run = answer.result()
    assert (run.good, run.unchanged, run.bad) == (2, 1, 0) and rows(counter) == (3, 3, 6)


def test_a_customer_that_is_held_for_long_is_a_refusal_and_nothing_is_half_done(counter: Office) -> None:
    run = lists.bring(counter, CONTENT, apply=False)
    with counter.desk(SECOND) as other:
        imports.add_new_entrant(other, lists.entrant(2))
        with pytest.raises(registration.ListsCollide), counter.desk(lists.OFFICER) as desk:
            desk.tx.connection().exec_driver_sql("SET LOCAL lock_timeout = '200ms'")
            imports.apply_import(desk, run.id)
    assert rows(counter) == (1, 1, 2)
    with counter.desk(lists.OFFICER) as desk:
        assert imports.apply_import(desk, run.id).good == 2


@pytest.mark.article("R2.1")
def test_what_a_list_brought_is_the_first_line_of_the_history(counter: Office) -> None:
    lists.bring(counter, CONTENT)
    with counter.desk(people.CLERK) as desk:
        row = registered.by_code(desk.tx, lists.entrant(1)["customer_code"])
        assert row is not None and row.version == 1
        shown = customer_fields.as_of(desk, row.id, people.now())
    assert shown["shop_name"] == "示例商店1" and shown["order_phone"] == "139****0001"
