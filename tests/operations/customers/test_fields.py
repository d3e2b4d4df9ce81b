"""A customer's fields: owners, versions, history, switches, and values in clear."""

import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import ports
from hub.domain.refusals import BadInput, NotFound, NotPermitted, Refusal, Stale
from hub.domain.staff.posts import Actor, Post
from hub.operations.customers import field_switches, reveals, search
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.ports import new_id
from hub.registry.schema import AuditRow, Change, Customer, User
from tests.support import lists, people
from tests.support.races import wait_for_a_waiting_transaction
from tests.support.selection import examples

EVERYBODY = Actor(people.CLERK_ID, "全岗甲", frozenset((post, "3701") for post in Post))
MANAGER = Actor(people.CLERK_ID, "经理甲", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
REASON = "客户来电核对"
MOMENT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def shop(office: Office) -> UUID:
    """A customer of unit 370101, just brought in."""
    people.found(office)
    return office.perform(lists.OFFICER, imports.add_new_entrant, lists.entrant(1))


@pytest.fixture
def clock() -> Iterator[list[datetime]]:
    """A clock that a test sets."""
    hands = [MOMENT]
    ports.set_clock(lambda: hands[0])
    yield hands
    ports.set_clock(None)


def change(office: Office, shop: UUID, version: int, actor: Actor = EVERYBODY, /, **values: str) -> int:
    return office.perform(actor, customer_fields.change_fields, shop, version, values, "核对")


def row_of(office: Office, shop: UUID) -> Customer:
    with office.store.transaction() as tx:
        return tx.get_one(Customer, shop)


def audited(office: Office, operation: str, outcome: str) -> list[AuditRow]:
    with office.store.transaction() as tx:
        return tx.query(AuditRow).filter_by(operation=operation, outcome=outcome).order_by(AuditRow.id).all()


@pytest.mark.article("R4.1")
@pytest.mark.parametrize(
    "values",
    [
        {"market_type": "city"},
        {"order_phone": "13800000001"},
        {"order_phone": "13800000001", "address": "新路1号"},
        {"order_phone": "13800000001", "market_type": "city", "backup_phone": "13800000002", "shop_name": "新店名"},
    ],
)
def test_one_edit_is_one_version_whatever_it_changes(office: Office, shop: UUID, values: dict[str, str]) -> None:
    assert change(office, shop, 1, **values) == 2
    assert row_of(office, shop).version == 2
    assert change(office, shop, 2, shop_name="又一店名") == 3
    with office.store.transaction() as tx:
        versions = [row.version for row in tx.query(Change).filter_by(customer_id=shop).order_by(Change.version)]
    assert versions == [1, 2, 3]


@pytest.mark.article("R4.1")
def test_an_edit_that_changes_nothing_is_no_version(office: Office, shop: UUID) -> None:
    assert change(office, shop, 1, order_phone="139 0000 0001", shop_name="示例商店1") == 1


@pytest.mark.article("R4.1")
def test_the_second_of_two_who_read_the_same_version_overwrites_nothing(office: Office, shop: UUID) -> None:
    change(office, shop, 1, shop_name="甲改的")
    with pytest.raises(Stale):
        change(office, shop, 1, shop_name="乙改的")
    assert row_of(office, shop).shop_name == "甲改的"
    assert len(audited(office, "customers.change_fields", "refused")) == 1


@pytest.mark.article("R4.1")
def test_of_two_transactions_at_the_same_moment_one_wins_and_the_other_is_stale(office: Office, shop: UUID) -> None:
    with pytest.raises(Stale), office.desk(EVERYBODY) as first:
        first.customer(shop)
        with office.desk(EVERYBODY) as second:
            customer_fields.change_fields(second, shop, 1, {"shop_name": "乙改的"}, "核对")
        customer_fields.change_fields(first, shop, 1, {"order_phone": "13800000001", "shop_name": "甲改的"}, "核对")
    assert row_of(office, shop).shop_name == "乙改的" and row_of(office, shop).version == 2
    with office.desk(people.CLERK) as desk:
        found = search.list_customers(desk, "13800000001")
    assert found == []


@pytest.mark.article("R4.1")
def test_many_at_once_end_in_one_version_each(office: Office, shop: UUID) -> None:
    def attempt(number: int) -> int | Refusal:
        try:
            return change(office, shop, 1, shop_name=f"店{number}", order_phone=f"138{number:08d}")
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(attempt, range(6)))
    assert told.count(2) == 1 and sum(isinstance(each, Stale) for each in told) == 5
    with office.store.transaction() as tx:
        assert tx.query(Change).filter_by(customer_id=shop).count() == 2


@pytest.mark.article("R4.1")
def test_a_post_changes_its_own_fields_alone_and_the_owner_is_named(office: Office, shop: UUID) -> None:
    assert change(office, shop, 1, MANAGER, market_type="city") == 2
    with pytest.raises(NotPermitted) as caught:
        change(office, shop, 2, MANAGER, market_type="country", order_phone="13800000001")
    assert "统计" in caught.value.advice("zh")
    assert row_of(office, shop).values["market_type"] == "city"
    with pytest.raises(customer_fields.OwnWay):
        change(office, shop, 2, settlement_method="electronic")


@pytest.mark.article("R4.1")
def test_a_licence_of_another_customer_is_refused_also_at_the_same_moment(office: Office, shop: UUID) -> None:
    other = office.perform(lists.OFFICER, imports.add_new_entrant, lists.entrant(2))
    with pytest.raises(BadInput, match="Licence number"):
        change(office, shop, 1, licence_no=lists.entrant(2)["licence_no"])

    with ThreadPoolExecutor() as pool:
        with office.desk(EVERYBODY) as desk:
            customer_fields.change_fields(desk, shop, 1, {"licence_no": "370199999999"}, "核对")
            answer = pool.submit(change, office, other, 1, licence_no="370199999999")
            wait_for_a_waiting_transaction(office)
        assert isinstance(answer.exception(), BadInput)
    assert row_of(office, other).licence_no == lists.entrant(2)["licence_no"]


@pytest.mark.article("G4", "R4.1")
def test_a_wrong_value_is_refused_without_being_repeated(office: Office, shop: UUID) -> None:
    for key, value in [("id_number", "110101199001011234"), ("order_phone", "139000000019"), ("address", "=秘密路")]:
        with pytest.raises(BadInput) as caught:
            change(office, shop, 1, **{key: value})
        assert value not in caught.value.sentence("zh") + caught.value.advice("zh") + repr(caught.value)


@pytest.mark.article("R2.1", "G4")
def test_the_past_is_readable_as_of_any_moment_and_masked(office: Office, clock: list[datetime], shop: UUID) -> None:
    for version in (1, 2, 3):
        clock[0] = MOMENT + timedelta(days=version)
        change(office, shop, version, order_phone=f"1380000000{version}", shop_name=f"店{version}")
    clock[0] = MOMENT + timedelta(days=9)
    for day, phone, name in [
        (0, "139****0001", "示例商店1"),
        (1, "138****0001", "店1"),
        (2, "138****0002", "店2"),
        (8, "138****0003", "店3"),
    ]:
        found = office.perform(people.CLERK, customer_fields.as_of, shop, MOMENT + timedelta(days=day))
        assert (found["order_phone"], found["shop_name"], found["unit_code"]) == (phone, name, people.UNIT)
        assert found["id_number"] == "9****************" + people.id_number(1)[-1]
        assert found["address"] == "示***"
    assert office.perform(people.CLERK, customer_fields.as_of, shop, MOMENT - timedelta(seconds=1)) == {}


NUMBERS = itertools.count(2000)
EDITS = st.lists(
    st.dictionaries(
        st.sampled_from(["order_phone", "shop_name", "market_type", "shop_sign", "chain_customer"]),
        st.integers(0, 3),
        min_size=1,
    ),
    max_size=6,
)
VALUES = {
    "order_phone": ("13800000001", "13800000002", "13800000003", "13800000004"),
    "shop_name": ("店一", "店二", "店三", "店四"),
    "market_type": ("city", "country", "城镇", "Country"),
    "shop_sign": ("有", "无", "", "旧"),
    "chain_customer": ("yes", "no", "yes", "no"),
}


@pytest.mark.thorough
@pytest.mark.article("R2.1")
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_every_past_state_is_what_a_reader_saw_then(
    office: Office, clock: list[datetime], edits: list[dict[str, int]]
) -> None:
    clock[0] = MOMENT
    people.found(office)
    own = next(NUMBERS)
    entrant = lists.entrant(own)
    shop = office.perform(lists.OFFICER, imports.add_new_entrant, entrant)
    version, kept = 1, [(MOMENT, office.perform(people.CLERK, customer_fields.as_of, shop, MOMENT))]
    for edit in edits:
        clock[0] += timedelta(minutes=1)
        values = {key: VALUES[key][which].replace("1380000", f"138{own:04d}") for key, which in edit.items()}
        plain = {key: {"城镇": "city", "Country": "country"}.get(text, text) for key, text in values.items()}
        version = change(office, shop, version, **values)
        told = kept[-1][1] | {
            key: f"138****{text[-4:]}" if key == "order_phone" else text for key, text in plain.items()
        }
        kept.append((clock[0], told))
    for moment, told in kept:
        seen = office.perform(people.CLERK, customer_fields.as_of, shop, moment)
        assert {"chain_customer": "no"} | seen == {"chain_customer": "no"} | {
            key: text for key, text in told.items() if text
        }


@pytest.mark.article("R3.2", "R3.1")
def test_a_field_that_is_switched_off_disappears_and_what_is_stored_stays(office: Office, shop: UUID) -> None:
    change(office, shop, 1, shop_sign="旧招牌", order_phone="13800000001")
    for key in ("shop_sign", "order_phone", "size"):
        office.perform(people.CENTRE, field_switches.switch_field, key, True, "不再采集")
    view = office.perform(people.CLERK, customer_fields.show_customer, shop)
    assert not {"shop_sign", "order_phone", "size"} & {each.field for each in view.fields}
    assert "旧招牌" not in str([each.what_zh for each in view.timeline])
    seen = office.perform(people.CLERK, customer_fields.as_of, shop, ports.now())
    assert "shop_name" in seen and not {"shop_sign", "order_phone", "size"} & seen.keys()
    with pytest.raises(BadInput):
        change(office, shop, 2, shop_sign="新招牌")
    with pytest.raises(NotFound):
        office.perform(people.CLERK, reveals.reveal_field, shop, "order_phone", REASON)
    assert row_of(office, shop).values["shop_sign"] == "旧招牌"
    for key in ("shop_sign", "order_phone", "size"):
        office.perform(people.CENTRE, field_switches.switch_field, key, False, "恢复采集")
    view = office.perform(people.CLERK, customer_fields.show_customer, shop)
    values = {each.field: each for each in view.fields}
    assert values["shop_sign"].value == "旧招牌" and values["order_phone"].value == "138****0001"
    assert values["size"].missing


@pytest.mark.article("R3.2", "R4.1")
def test_only_the_information_centre_switches_and_never_a_field_that_all_stands_on(office: Office, shop: UUID) -> None:
    with pytest.raises(NotPermitted):
        office.perform(people.CLERK, field_switches.switch_field, "size", True, "不再采集")
    with pytest.raises(BadInput):
        office.perform(people.CENTRE, field_switches.switch_field, "licence_holder", True, "不再采集")


@pytest.mark.article("G4", "G5")
def test_a_value_in_clear_needs_a_reason_and_is_audited_without_the_value(office: Office, shop: UUID) -> None:
    for reason in ("", "   看看   ", "核对"):
        with pytest.raises(reveals.ReasonNeeded):
            office.perform(people.CLERK, reveals.reveal_field, shop, "order_phone", reason)
    assert len(audited(office, "customers.reveal_field", "refused")) == 3
    secret = office.perform(people.CLERK, reveals.reveal_field, shop, "order_phone", REASON)
    assert secret.reveal() == "13900000001" and "139" not in f"{secret} {secret!r}"
    (line,) = audited(office, "customers.reveal_field", "done")
    assert line.detail == {"field": "order_phone", "reason": REASON} and line.object_id == "370101000001"
    with pytest.raises(NotPermitted):
        office.perform(people.CENTRE, reveals.reveal_field, shop, "order_phone", REASON)
    with pytest.raises(NotFound):
        office.perform(people.CLERK, reveals.reveal_field, shop, "nothing", REASON)


@pytest.mark.article("G5")
def test_sixty_an_hour_and_no_more_for_each_user(office: Office, shop: UUID, clock: list[datetime]) -> None:
    def look(actor: Actor = people.CLERK) -> str:
        return office.perform(actor, reveals.reveal_field, shop, "order_phone", REASON).reveal()

    for _ in range(reveals.REVEALS_AN_HOUR):
        clock[0] += timedelta(seconds=10)
        look()
    with pytest.raises(reveals.TooManyReveals):
        look()
    assert len(audited(office, "customers.reveal_field", "refused")) == 1
    with office.store.transaction() as tx:
        other = User(
            id=new_id(),
            login="other",
            name="统计员丁",
            unit_code="3701",
            password_hash="x",
            password_set_at=MOMENT,
            created_at=MOMENT,
        )
        tx.add(other)
    assert look(Actor(other.id, "统计员丁", people.CLERK.grants)) == "13900000001"
    clock[0] += timedelta(hours=1, seconds=1)
    assert look() == "13900000001"


@pytest.mark.article("G5")
def test_a_crowd_of_clicks_does_not_get_past_the_limit(
    office: Office, shop: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reveals, "REVEALS_AN_HOUR", 3)

    def look(_: int) -> bool:
        try:
            office.perform(people.CLERK, reveals.reveal_field, shop, "order_phone", REASON)
        except reveals.TooManyReveals:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(look, range(12))) == 3


@pytest.mark.article("G11")
def test_a_customer_is_found_by_a_whole_phone_or_id_number_after_a_change(office: Office, shop: UUID) -> None:
    change(office, shop, 1, order_phone="13800000001")
    for words, expected in [("13800000001", 1), ("13900000001", 0), (people.id_number(1), 1), ("1380000", 0)]:
        assert len(office.perform(people.CLERK, search.list_customers, words)) == expected
