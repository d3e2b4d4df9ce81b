"""Order phones: looked for among all customers, shared only by permit, watched when changed twice (article 12)."""

import itertools
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, NotPermitted, Stale
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.changes import applications, temporary
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.phones import permits as phone_permits
from hub.operations.phones import watch_list
from hub.operations.phones.duplicates import SharedPhone
from hub.operations.phones.permits import OwnPermit, PermitMoved, PermitRequest
from hub.operations.tasks.tasks import NotYourPost, inbox
from hub.ports import new_id, today
from hub.registry.schema import Customer, PermitMember, PhonePermit, StaffNotice, WatchEntry
from tests.support import people
from tests.support.clocks import Clock
from tests.support.selection import examples

NUMBERS = itertools.count(1)


def somebody(post: Post) -> Actor:
    """A holder of a post in the whole company."""
    return Actor(new_id(), f"{post}甲", frozenset({(post, "3701")}))


MANAGER, CHIEF, DEPUTY, CONTROL = map(
    somebody, (Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL)
)


def customer(office: Office, number: int, unit: str = people.UNIT, **values: str) -> Customer:
    """A customer whose phone is 139 and the number, with an order by phone on Wednesdays."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        row.unit_code, row.values = unit, {"order_method": "web", "order_day": "3"} | values
        people.entering(desk, row)
        return row


def edit(office: Office, row: Customer, phone: str) -> None:
    """The clerk sets the order phone."""
    with office.desk(people.CLERK) as desk:
        there = desk.customer(row.id)
        customer_fields.change_fields(desk, row.id, there.version, {"order_phone": phone}, "客户来电")


def ring(office: Office, row: Customer, phone: str) -> None:
    """A web customer rings up about another order phone (R12.1)."""
    with office.desk(people.CLERK) as desk:
        there, values = desk.customer(row.id), {"order_phone": phone}
        about = {"customer_id": row.id, "version": there.version, "rule": "phone_told", "values": values, "why": "来电"}
        applications.send_change(desk, ChangeRequest(**about))  # type: ignore[arg-type]


def visits(desk: Desk) -> int:
    """How many visits about shared phones are to be made."""
    return sum(view.task.kind == "permit_visit" for view in inbox(desk).views)


def told(office: Office) -> list[tuple[str, str]]:
    """(kind, post) of every word to the staff."""
    with office.store.transaction() as tx:
        return sorted((row.kind, row.post) for row in tx.scalars(select(StaffNotice)))


def permit(office: Office, rows: list[Customer], number: str, **changed: object) -> UUID:
    """A permit asked for."""
    given = {"why": "夫妻两店", "until": today() + timedelta(days=90), "every_days": 30} | changed
    reasons = {row.code: "店主同一家" for row in rows}
    wanted = PermitRequest(Secret(number), reasons, **given)  # type: ignore[arg-type]
    return office.perform(MANAGER, phone_permits.ask_permit, wanted)


def sign(office: Office, permit_id: UUID, actor: Actor, agree: bool = True, why: str = "") -> None:
    with office.store.transaction() as tx:
        shown = tx.get_one(PhonePermit, permit_id).shown_hash.hex()
    office.perform(actor, phone_permits.sign_permit, permit_id, agree, shown, why)


@pytest.mark.article("R12.3")
def test_a_number_of_another_customer_is_refused_wherever_it_is_entered(office: Office) -> None:
    customer(office, 1)
    other, third = customer(office, 2), customer(office, 3, unit="370102")
    with pytest.raises(SharedPhone) as no:
        edit(office, other, "13900000001")
    assert "370101000001" in no.value.sentence() and "13900000001" not in no.value.sentence()
    asked = ChangeRequest(
        customer_id=other.id,
        version=other.version,
        rule="phone_told",
        values={"order_phone": "13900000001"},
        why="客户来电",
    )
    with pytest.raises(SharedPhone):
        office.perform(people.CLERK, applications.send_change, asked)
    county = Actor(people.CLERK_ID, "县统计员", frozenset({(Post.STATISTICS_CLERK, "370102")}))
    with pytest.raises(SharedPhone) as no, office.desk(county) as desk:
        customer_fields.change_fields(desk, third.id, third.version, {"backup_phone": "13900000001"}, "客户来电")
    assert "其他单位的客户" in no.value.sentence() and "370101" not in no.value.sentence()


@pytest.mark.article("R12.3", "R12.5")
def test_one_phone_for_forty_customers_stops_at_the_second(office: Office) -> None:
    rows = [customer(office, number) for number in range(1, 41)]
    edit(office, rows[0], "13800000000")
    for row in rows[1:]:
        with pytest.raises(SharedPhone):
            edit(office, row, "13800000000")
    with office.desk(CONTROL) as desk:
        assert phone_permits.list_permits(desk).unpermitted == []


@pytest.mark.article("R12.5", "I3")
def test_a_shared_phone_needs_a_reason_each_two_signatures_in_order_a_file_and_visits(
    office: Office, clock: Clock
) -> None:
    rows = [customer(office, 1), customer(office, 2)]
    permit_id = permit(office, rows, "13900000001")
    assert told(office) == [("phone_shared", "internal_control"), ("phone_shared", "section_chief")]
    with pytest.raises(NotYourPost):
        sign(office, permit_id, DEPUTY)
    with pytest.raises(PermitMoved):
        office.perform(CHIEF, phone_permits.sign_permit, permit_id, True, "00")
    sign(office, permit_id, CHIEF)
    both = Actor(CHIEF.user_id, "兼任", CHIEF.grants | DEPUTY.grants)
    with pytest.raises(OwnPermit):
        sign(office, permit_id, both)
    with pytest.raises(SharedPhone):
        edit(office, rows[1], "13900000001")
    sign(office, permit_id, DEPUTY)
    edit(office, rows[1], "13900000001")
    with office.desk(CONTROL) as desk:
        assert [view.task.kind for view in inbox(desk).views].count("file_permit") == 1
        assert phone_permits.list_permits(desk).unpermitted == []
    office.perform(CONTROL, phone_permits.file_permit, permit_id)
    clock.on(days=31)
    with office.desk(HUB) as desk:
        phone_permits.keep_permits(desk)
    with office.desk(CONTROL) as desk:
        assert visits(desk) == 2
    office.perform(CONTROL, phone_permits.record_visit, permit_id, rows[0].id, "两店均正常经营")
    with office.desk(CONTROL) as desk:
        assert visits(desk) == 1
    with office.store.transaction() as tx:
        assert tx.get_one(PermitMember, (permit_id, rows[0].id)).visit_on == today() + timedelta(days=30)
    clock.on(days=60)
    with office.desk(HUB) as desk:
        assert phone_permits.keep_permits(desk) == 1
        assert phone_permits.report_unpermitted(desk) == 2 and phone_permits.report_unpermitted(desk) == 0
    with office.desk(CONTROL) as desk:
        [shared] = phone_permits.list_permits(desk).unpermitted
    assert shared.codes == [row.code for row in rows] and shared.masked == "139****0001"


@pytest.mark.article("R12.5")
def test_a_permit_that_is_refused_or_badly_asked_for_allows_nothing(office: Office) -> None:
    rows = [customer(office, 1), customer(office, 2)]
    for wrong in ({"until": today()}, {"every_days": 0}, {"why": " "}):
        with pytest.raises(BadInput):
            permit(office, rows, "13900000001", **wrong)
    for number, who in (("123", rows), ("13900000001", rows[:1])):
        with pytest.raises(BadInput):
            permit(office, who, number)
    permit_id = permit(office, rows, "13900000001")
    with pytest.raises(BadInput):
        sign(office, permit_id, CHIEF, False)
    sign(office, permit_id, CHIEF, False, "理由不足")
    with pytest.raises(Stale):
        sign(office, permit_id, CHIEF)
    with pytest.raises(SharedPhone):
        edit(office, rows[1], "13900000001")


@pytest.mark.article("R12.6", "I5")
def test_two_changes_within_thirty_days_are_watched_until_internal_control_has_looked(
    office: Office, clock: Clock
) -> None:
    row = customer(office, 1, order_method="phone")
    edit(office, row, "13811110001")
    assert told(office) == []
    with office.desk(people.CLERK) as desk:
        version = desk.customer(row.id).version
    asked = ChangeRequest(
        customer_id=row.id,
        version=version,
        rule="phone_for_now",
        values={"order_phone": "13811110002"},
        why="两个电话均坏",
    )
    office.perform(people.CLERK, applications.send_change, asked)
    posts = ["account_manager", "inspector", "internal_control"]
    assert [post for kind, post in told(office) if kind == "watched"] == posts
    with office.desk(CONTROL) as desk:
        [entry] = watch_list.list_watched(desk)
        assert [each["article"] for each in entry.reasons] == ["R4.1", "R12.2"]
        assert desk.customer(row.id).values["watch_list"] == "yes"
    with pytest.raises(NotPermitted):
        office.perform(people.CLERK, watch_list.clear_watched, entry.id, "核查属实,予以解除")
    with pytest.raises(BadInput):
        office.perform(CONTROL, watch_list.clear_watched, entry.id, "好")
    office.perform(CONTROL, watch_list.clear_watched, entry.id, "核查属实,予以解除")
    with pytest.raises(Stale):
        office.perform(CONTROL, watch_list.clear_watched, entry.id, "核查属实,予以解除")
    clock.on(days=40)
    with office.desk(HUB) as desk:
        assert temporary.return_all(desk) == 1
    with office.desk(CONTROL) as desk:
        assert watch_list.list_watched(desk) == [] and len(watch_list.list_watched(desk, True)) == 1


@pytest.mark.article("R12.6", "I5")
@pytest.mark.parametrize(("hours", "watched"), [(30 * 24 - 1, True), (30 * 24 + 1, False)])
def test_a_month_is_any_thirty_days(office: Office, clock: Clock, hours: int, watched: bool) -> None:
    row = customer(office, 1, order_method="web")
    ring(office, row, "13811110001")
    clock.on(hours=hours)
    ring(office, row, "13811110002")
    assert ("watched" in {kind for kind, _ in told(office)}) is watched


@pytest.mark.thorough
@pytest.mark.article("R12.6", "I5")
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(1, 45), min_size=1, max_size=5))
def test_whoever_is_watched_changed_twice_within_thirty_days_and_everyone_who_did_is(
    office: Office, clock: Clock, gaps: list[int]
) -> None:
    number = next(NUMBERS)
    row = customer(office, 100 + number)
    for at, gap in enumerate(gaps):
        clock.on(days=gap)
        ring(office, row, f"137{number:05d}{at:03d}")
    with office.store.transaction() as tx:
        found = tx.scalars(
            select(WatchEntry).where(WatchEntry.customer_id == row.id, WatchEntry.level == "often")
        ).all()
    assert bool(found) == any(gap < 30 for gap in gaps[1:])
