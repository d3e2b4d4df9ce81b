"""Customers on routes, and who meets about them."""

from datetime import datetime

from hub.domain.staff.posts import Actor, Post
from hub.operations.office import Office
from hub.ports import SHANGHAI, new_id
from hub.registry.schema import Customer
from tests.support import people


def somebody(post: Post) -> Actor:
    """A holder of a post in the whole company."""
    return Actor(new_id(), f"{post}甲", frozenset({(post, "3701")}))


CHIEF, DEPUTY, MANAGER = map(somebody, (Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.ACCOUNT_MANAGER))


TUESDAY = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)


def customer(office: Office, number: int, route: str = "一线", quantity: int = 10, **values: str) -> Customer:
    """A customer on a route, a little further east by each number."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        place = f"{117 + number / 1000:.3f},36.6"
        row.values = {"delivery_route": route, "quantified_data": str(quantity), "location": place} | values
        return row


def value(office: Office, row: Customer, key: str) -> str:
    with office.store.transaction() as tx:
        return str(tx.get_one(Customer, row.id).values.get(key, ""))
