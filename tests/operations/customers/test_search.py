"""Finding customers: by code, licence, part of a name, initials, pinyin and phone; within one's units; audited."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.customers import name_search
from hub.domain.staff.posts import Actor, Post
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import search
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.registry.schema import AuditRow, Customer
from tests.support import lists, people

ELSEWHERE = Actor(people.CLERK_ID, "外县经理", frozenset({(Post.ACCOUNT_MANAGER, "370102")}))
EVERYBODY = Actor(people.CLERK_ID, "全岗甲", frozenset((post, "3701") for post in Post))


@pytest.fixture
def shops(office: Office) -> Office:
    """Three shops of unit 370101."""
    people.found(office)
    for number, (shop, holder) in enumerate(
        [("宏达便民超市", "李测试"), ("宏远烟酒店", "王测试"), ("Happy便利", "赵测")]
    ):
        values = lists.entrant(number + 1, shop_name=shop, licence_holder=holder)
        office.perform(lists.OFFICER, imports.add_new_entrant, values)
    return office


def names(office: Office, words: str, actor: Actor = people.CLERK) -> list[str]:
    return [row.shop_name for row in office.perform(actor, search.find_customers, words)]


@pytest.mark.article("G11")
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("便民", ["宏达便民超市"]),
        ("hdbm", ["宏达便民超市"]),
        ("hongdabian", ["宏达便民超市"]),
        ("hdbmcs", ["宏达便民超市"]),
        ("hongda", ["宏达便民超市"]),
        ("hy", ["宏远烟酒店"]),
        ("yanjiu", ["宏远烟酒店"]),
        ("happy", ["Happy便利"]),
        ("王测", ["宏远烟酒店"]),
        ("李", ["宏达便民超市"]),
        ("370101000003", ["Happy便利"]),
        ("370100000002", ["宏远烟酒店"]),
        ("13900000001", ["宏达便民超市"]),
        ("1390000000", []),
        ("%", []),
    ],
)
def test_a_customer_is_found_by_what_staff_have_at_hand(shops: Office, words: str, found: list[str]) -> None:
    assert names(shops, words) == found
    assert [row.shop_name for row in shops.perform(people.CLERK, search.list_customers, words)] == found
    assert names(shops, words, ELSEWHERE) == []


@pytest.mark.article("G11", "G4")
def test_looking_by_phone_is_audited_without_the_number(shops: Office) -> None:
    names(shops, "便民")
    names(shops, "13900000001")
    with shops.store.transaction() as tx:
        rows = tx.query(AuditRow).filter_by(operation="customers.find_customers").all()
        # The others are readings: who was shown, once an hour.
        assert [row.detail for row in rows if "looked_by" in row.detail] == [{"looked_by": "number"}]
        assert "13900000001" not in str([(row.object_id, row.detail) for row in rows])


@pytest.mark.article("G11")
def test_a_new_name_is_found_and_the_old_one_is_not(shops: Office) -> None:
    with shops.store.transaction() as tx:
        row = tx.query(Customer).filter_by(shop_name="宏远烟酒店").one()
    shops.perform(EVERYBODY, customer_fields.change_fields, row.id, row.version, {"shop_name": "青松小铺"}, "更名")
    assert names(shops, "qsxp") == ["青松小铺"]
    assert names(shops, "烟酒") == []


@given(st.text("宏达便民超市烟酒店李王ab1 ", min_size=2, max_size=12), st.data())
def test_each_part_of_a_name_is_among_its_grams(name: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(name) - 2))
    part = name_search.plain(name[start : start + data.draw(st.integers(2, 6))])
    if part.isascii() or len(part) < 2:
        return
    assert any(set(each) <= set(name_search.grams(name, "甲")) for each in name_search.asked(part))
    assert part in name_search.text(name, "甲")
