"""A list holds what lies in the caller's units and nothing else (R4.1, G11)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.operations.routes import stop_order
from hub.operations.settlement import accounts
from hub.operations.staff import api_tokens, users
from hub.operations.views import customers_in
from hub.ports import new_id, now, today
from hub.registry.schema import AuditRow, CallStop, Customer, Temporary, WatchTerm
from tests.support import people, posts
from tests.support.clocks import order_day
from tests.support.scenes import Scene

from .grounds import grounds
from .judged import OTHER, OWN, PARENT, stranger
from .lists import COUNTED, LISTS, READ_AS, marks, shown

__all__ = ["grounds"]


@pytest.fixture
def filled(office: Office, scene: Scene, grounds: object) -> set[str]:
    """Whatever a list may show, in the county 370101 alone; the ids of it all."""
    robot = office.perform(HUB, users.create_service_user, "robot1", "取数", OWN)
    office.perform(HUB, api_tokens.issue_token, robot, "取数", ["read"], OWN, now() + timedelta(days=9))
    request = _asked(office)
    with office.desk(people.CLERK) as desk:
        called = desk.tx.get_one(Customer, scene.customer_id)
        called.values = {**called.values, "order_method": "phone", "order_day": order_day()}
        row = people.customer(desk, 51)
        posts.first_delivery(desk, row)
        stop_order.tell_control(desk, row, "城北一线", "店已搬")
        desk.tx.add(
            Temporary(
                id=new_id(),
                application_id=scene.application_id,
                rule="phone_for_now",
                customer_id=row.id,
                unit_code=OWN,
                returns="order",
                before={},
                before_sealed={},
                begun_at=now(),
                order_on=today(),
            )
        )
        other = people.customer(desk, 52)
        accounts.bind_account(desk, people.request(desk, other, 52, with_package=True))
        stop = {"why": "打不通", "stopped_at": now(), "stopped_by_name": "电访员"}
        desk.tx.add(WatchTerm(unit_code=OWN, days=60, by_name="内管员", at=now()))
        desk.tx.add(CallStop(id=new_id(), customer_id=other.id, unit_code=OWN, **stop))
    return {str(thing) for thing in scene.ids().values()} | {str(robot), str(request)}


def _asked(office: Office) -> UUID:
    """A post that waits for a second person."""
    with office.desk(HUB) as desk:
        asker = posts.person(desk, "centre7", (Post.INFORMATION_CENTRE, "a"))
        posts.person(desk, "control7", (Post.INTERNAL_CONTROL, "a"))
        about = posts.person(desk, "clerk7")
    actor = Actor(asker.id, asker.name, frozenset({(Post.INFORMATION_CENTRE, OWN)}))
    request = office.perform(actor, users.grant_post, about.id, Post.SECTION_CHIEF, OWN)
    assert request.request_id is not None
    return request.request_id


def read(office: Office, name: str, actor: Actor) -> list[str]:
    """What a list shows to somebody, as texts."""
    with office.desk(actor) as desk:
        return list(shown(LISTS[name](desk)))


@pytest.mark.article("R4.1", "G11")
def test_a_list_shows_its_own_county_and_never_another(office: Office, filled: set[str]) -> None:
    faults = []
    for name in sorted(LISTS):
        post = READ_AS.get(name, min(OPERATIONS[name].posts))
        there = read(office, name, stranger(post, OTHER))
        here, above = (read(office, name, stranger(post, unit)) for unit in (OWN, PARENT))
        if betrayed := marks(there, filled):
            faults.append(f"{name}: another county sees {sorted(betrayed)[:5]}")
        proved = here != there if name in COUNTED else marks(here, filled) and marks(above, filled)
        if not proved:
            faults.append(f"{name}: shows nothing to the county itself, which proves nothing")
    assert not faults, "\n".join(faults)


@pytest.mark.article("G5")
def test_whoever_is_shown_a_customer_by_a_list_is_on_record(office: Office, filled: set[str]) -> None:
    """Each list, whatever it is about: by whom, when, and how many customers it showed."""
    with office.store.transaction() as tx:
        theirs = {str(row.id) for row in tx.query(Customer)} | {row.code for row in tx.query(Customer)}
    unseen, shows = [], 0
    for name in sorted(name for name in LISTS if not OPERATIONS[name].changes):
        actor = stranger(READ_AS.get(name, min(OPERATIONS[name].posts)), OWN)
        if not theirs & set(read(office, name, actor)):
            continue
        shows += 1
        with office.store.transaction() as tx:
            lines = tx.query(AuditRow).filter_by(operation=name, user_id=actor.user_id, outcome="done").all()
        if not lines:
            unseen.append(name)
        with office.desk(actor) as desk:
            there = len(set(customers_in(LISTS[name](desk))))
            assert desk.doing is OPERATIONS[name], "an operation that calls others goes on with its own units"
        counted = [line.detail["shown"] for line in lines if line.object_kind == "customers"]
        assert counted in ([], [there]), name
    assert not unseen, "\n".join(unseen)
    assert shows > len(LISTS) / 3, "a list that shows nobody proves nothing"
