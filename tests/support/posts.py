"""What the pages of posts show: a leave with its records, notices, a mail that did not go, papers not handed over."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine.scenarios import compute_next
from hub.operations.changes import applications
from hub.operations.changes import first_delivery as first_delivery_operations
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.documents import custody
from hub.operations.office import Office
from hub.operations.outages import web_help
from hub.operations.privacy import exports
from hub.operations.routes import meetings, scenarios, stop_order
from hub.operations.staff import leave_cover
from hub.operations.staff.sign_in.sign_in import actor_of
from hub.operations.tasks import daily_mail
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import open_task
from hub.ports import new_id, now, today
from hub.registry.schema import Customer, Order, User, UserPost
from hub.registry.staff.users import by_login

from . import people
from .makers.routes import because


def person(desk: Desk, login: str, *posts: tuple[Post, str], unit: str = people.UNIT, name: str = "") -> User:
    """A member of staff with posts as holder a or b in a unit."""
    moment = now()
    user = User(
        id=new_id(),
        login=login,
        name=name or f"职员{login}",
        unit_code=unit,
        password_hash="x",
        password_set_at=moment,
        created_at=moment,
    )
    desk.tx.add(user)
    desk.tx.flush()
    for post, holder in posts:
        desk.tx.add(UserPost(user_id=user.id, post=post, unit_code=unit, holder=holder))
    desk.tx.flush()
    return user


def busy(office: Office, centre: Actor, customer_id: UUID, hostile: str) -> UUID:
    """Fill the pages of posts; returns the mail's id."""
    with office.desk(people.CLERK) as desk:
        row = desk.tx.get(Customer, customer_id)
        assert row is not None
        person(desk, "wang", (Post.SECTION_CHIEF, "a"), (Post.ACCOUNT_MANAGER, "a"), name=hostile)
        person(desk, "zhao", (Post.SECTION_CHIEF, "b"), (Post.ACCOUNT_MANAGER, "b"), name="赵示例")
        person(desk, "sun", (Post.CALL_CLERK, "a"), name="孙示例")
        paper = people.paper(desk, row, "deposit_slip")
        about = {"customer_id": row.id, "in_mail": True, "rule": "phone_told"}
        told = [Post.STATISTICS_CLERK, Post.INTERNAL_CONTROL]
        tell(desk, "change_done", "R12.1", told, row.unit_code, **about)  # type: ignore[arg-type]
        tell(
            desk,
            "task_late",
            "R9.2",
            [Post.STATISTICS_CLERK],
            row.unit_code,
            customer_id=row.id,
            task="carry_out",
            post="statistics_clerk",
            due="2026-11-20 17:30",
            subject_kind="evidence",
            subject_id=str(paper.id),
        )
        tell(desk, "tasks_back", "R15.1", [Post.STATISTICS_CLERK], row.unit_code, name=hostile, count=3)
        custody.hand_in(desk, paper.id, "firstclerk", True)
    work_of(office, customer_id)
    office.perform(centre, leave_cover.enter_leave, "wang", today(), today() + timedelta(days=3), hostile)
    office.perform(HUB, daily_mail.set_address, "3701", "neiguan@example.invalid")
    office.perform(centre, custody.name_custodian, people.UNIT, "bank_letter", "order_desk")
    office.perform(HUB, daily_mail.make_mails)
    mail = office.perform(HUB, daily_mail.claim_mail)
    assert mail is not None
    office.perform(HUB, daily_mail.settle_mail, mail.id, "unreachable")
    return mail.id


def work_of(office: Office, customer_id: UUID) -> None:
    """Tasks of the clerks: one late that blocks an order day, one in time; some of the month that are done."""
    with office.desk(people.CLERK) as desk:
        row = desk.tx.get(Customer, customer_id)
        assert row is not None
        for number, (kind, late) in enumerate((("file", -30), ("carry_out", 20), ("mend", 8), ("sign", 1))):
            post = Post.SECTION_CHIEF if kind == "sign" else Post.STATISTICS_CLERK
            subject = ("customer", new_id())
            task = open_task(
                desk, kind, "R9.2", post=post, unit_code=row.unit_code, subject=subject, customer_id=row.id
            )
            task.due_at, task.made_at = now() - timedelta(hours=late), now() - timedelta(hours=40 + number)
            if kind in ("mend", "sign"):
                task.done_at = task.due_at + timedelta(hours=-2 if kind == "mend" else 1)


def changed_hands(office: Office) -> None:
    """A handover record that was acknowledged, and a paper with its custodian."""
    with office.desk(people.CLERK) as desk:
        person(desk, "away1", (Post.SECTION_CHIEF, "a"))
        second = person(desk, "there1", (Post.SECTION_CHIEF, "b"))
        paper = people.paper(desk, people.customer(desk, 901), "deposit_slip").id
        covering = Actor(second.id, second.name, frozenset())
    leave = office.perform(people.CENTRE, leave_cover.enter_leave, "away1", today(), today(), "年休假")
    [view] = [each for each in office.perform(people.CENTRE, leave_cover.list_leaves) if each.id == leave]
    office.perform(covering, leave_cover.acknowledge, view.records[0].id)
    office.perform(people.CLERK, custody.hand_in, paper, "firstclerk", True)


def left_and_moved(office: Office) -> None:
    """A file that left by permission, and a phone that was changed."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 902)
        people.entering(desk, row)
        chief = person(desk, "chief902", (Post.SECTION_CHIEF, "a"))
    office.perform(
        people.CLERK, customer_fields.change_fields, row.id, row.version, {"order_phone": "13900009020"}, "来电"
    )
    with office.desk(people.CLERK) as desk:
        desk.customer(row.id).values = {"order_method": "web"}
    office.perform(people.CLERK, web_help.record_help, row.id, "on_behalf", "设备坏了")
    wanted = exports.ExportRequest(people.UNIT, ["shop_name"], {}, "核对店名")
    export = office.perform(people.CLERK, exports.ask_export, wanted)
    signer = Actor(chief.id, chief.name, frozenset({(Post.SECTION_CHIEF, "3701")}))
    [view] = office.perform(signer, exports.list_exports).exports
    office.perform(signer, exports.decide_export, export, True, view.shown)
    office.perform(people.CLERK, exports.take_export, export)


def chief() -> Actor:
    """A section chief who decides and closes meetings."""
    return Actor(new_id(), "科长丁", frozenset({(Post.SECTION_CHIEF, "3701")}))


def met(office: Office) -> None:
    """A route meeting that is closed, an address that was looked at, and what a driver said about a first delivery."""
    meeting = office.perform(people.CLERK, meetings.call_meeting, people.UNIT, today())
    office.perform(chief(), meetings.close_meeting, meeting, "科长", "司机", "没有调整")
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 903)
        row.values = {"delivery_route": "城北一线"}
        asked = first_delivery(desk, row)
        stop_order.tell_control(desk, row, "城北一线", "店已搬")
    control = Actor(new_id(), "内管员戊", frozenset({(Post.INTERNAL_CONTROL, "3701")}))
    office.perform(control, stop_order.clear_address, row.id, "已核实")
    office.perform(people.CLERK, first_delivery_operations.record_view, asked, "delivery_driver", "司机", True, "顺路")


def first_delivery(desk: Desk, row: Customer, **values: str) -> UUID:
    """A correction after the customer's first delivery, which waits for being carried out."""
    desk.tx.add(Order(id=new_id(), customer_id=row.id, at=now(), way="phone", by_name="电访"))
    desk.tx.flush()
    manager = Actor(people.CLERK_ID, "经理己", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
    wanted = values or {"delivery_route": "城北二线"}
    asked = ChangeRequest(
        customer_id=row.id, version=row.version, rule="route_first_delivery", values=wanted, why="首次送货发现绕路"
    )
    return applications.send_change(replace(desk, actor=manager), asked).id


def route_things(office: Office, customer_id: UUID) -> tuple[UUID, UUID]:
    """A meeting with a proposal of the customer's, and a computed scenario."""
    with office.desk(people.CLERK) as desk:
        for number in range(910, 914):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "城北一线", "quantified_data": "10", "location": f"117.{number},36.6"}
        desk.tx.flush()
        first_delivery(desk, row)
        stop_order.tell_control(desk, row, "城北一线", "店已搬")
        meetings.propose(desk, customer_id, {"delivery_route": "城北二线"}, "顺路")
        meeting = meetings.call_meeting(desk, people.UNIT, today())
        day = today() + timedelta(days=3)
        args = (people.UNIT, ["城北一线"], ["城北一线", "城北二线"], "增加一辆送货车", day)
        scenario = scenarios.compute_scenario(desk, *args, **because(day))
    assert compute_next(office)
    return meeting, scenario


def as_now(office: Office, login: str) -> Actor:
    """What a person is at this moment."""
    with office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
        return actor_of(tx, user)
