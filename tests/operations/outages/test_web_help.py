"""Help for web customers whose device fails: who ordered for whom, and what returns with the order (R11.6)."""

from datetime import timedelta

import pytest

from hub.domain.outages.web_help import HELP
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.outages import web_help
from hub.operations.outages.web_help import NotOnWeb
from hub.ports import now
from hub.registry.schema import Customer, Order
from tests.support import people

MANAGER = Actor(people.CLERK_ID, "经理甲", frozenset({(Post.ACCOUNT_MANAGER, "370101")}))


def shop(desk: Desk, number: int, method: str = "web") -> Customer:
    row = people.customer(desk, number)
    row.values = {"order_method": method}
    desk.tx.flush()
    return row


@pytest.mark.article("R11.6")
def test_every_kind_of_help_leaves_one_order_that_says_who_ordered(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        customer_id = shop(desk, 1, "web").id
    for kind in HELP:
        office.perform(MANAGER, web_help.record_help, customer_id, kind, "电脑不能开机")
    with office.desk(people.CLERK) as desk:
        orders = {row.way: row.help or "" for row in desk.tx.query(Order)}
        assert desk.tx.query(Order).count() == len(HELP) and set(orders) == {"web", "on_behalf"}
        assert "经理甲" in orders["on_behalf"] and "测试1" in orders["web"]
    found = office.perform(MANAGER, web_help.list_help)
    assert found.counts == dict.fromkeys(HELP, 1) and len(found.rows) == 3


@pytest.mark.article("R11.6", "R4.1")
def test_help_is_for_web_customers_of_ones_own_units_and_never_in_the_future(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        by_phone, on_web = shop(desk, 1, "phone").id, shop(desk, 2)
        on_web_id, code = on_web.id, on_web.code
    with pytest.raises(NotOnWeb):
        office.perform(MANAGER, web_help.record_help, by_phone, "on_behalf", "坏了")
    with pytest.raises(BadInput):
        office.perform(MANAGER, web_help.record_help, on_web_id, "on_behalf", "坏了", "", now() + timedelta(days=1))
    for kind, note in (("gift", "坏了"), ("on_behalf", " ")):
        with pytest.raises(BadInput):
            office.perform(MANAGER, web_help.record_help, on_web_id, kind, note)
    away = Actor(people.CLERK_ID, "乙", frozenset({(Post.ACCOUNT_MANAGER, "370102")}))
    with pytest.raises(BadInput):
        office.perform(away, web_help.record_help_by_code, code, "on_behalf", "坏了")
    office.perform(MANAGER, web_help.record_help_by_code, code, "on_behalf", "坏了")
    assert office.perform(away, web_help.list_help).rows == []
    assert office.perform(MANAGER, web_help.list_help, "2020-01").rows == []
