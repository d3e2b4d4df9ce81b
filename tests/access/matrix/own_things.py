"""What each operation on one's own things is tried with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.customers import kept_searches
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest
from hub.operations.routes import stop_order
from hub.operations.settlement import pending_bindings
from hub.operations.staff import access_requests, api_tokens, leave_cover, users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.operations.tasks import notices, tasks
from hub.operations.tasks.notify import tell
from hub.ports import new_id, now, today
from hub.registry.schema import AccessRequest, Customer, Export, RouteDriver
from hub.registry.tasks import notices as notice_questions
from tests.support import lists, people, posts
from tests.support.scenes import Scene

from .judged import OWN, enter_stranger

ROUTE = "城北一线"
PASSWORD, NEW = "Correct-horse-9-battery", "Another-horse-7-battery"
SHEET = lists.as_csv([lists.line(801), lists.line(802, id_number="bad")])


@dataclass(frozen=True)
class Belongings:
    """Somebody of the county who holds every post, and one of each thing that is theirs."""

    owner: Actor
    staff_notice_id: UUID
    task_id: UUID
    export_id: UUID
    import_id: UUID
    handover_id: UUID
    stop_id: UUID
    token_request_id: UUID
    password_request_id: UUID
    ticket: str
    search: str

    def marks(self) -> set[str]:
        """What betrays them in a list."""
        return {str(self.staff_notice_id), str(self.task_id), str(self.import_id), str(self.owner.user_id)}


Scenario = Callable[[Desk, Belongings], object]
OWN_THINGS: dict[str, Scenario] = {
    "access_requests.take_password": lambda d, b: access_requests.take_password(d, b.password_request_id),
    "access_requests.take_token": lambda d, b: access_requests.take_token(d, b.token_request_id),
    "access_requests.withdraw": lambda d, b: access_requests.withdraw(d, b.token_request_id),
    "cover.acknowledge": lambda d, b: leave_cover.acknowledge(d, b.handover_id),
    "customers.keep_search": lambda d, b: (
        kept_searches.keep_search(d, "示例"),
        kept_searches.kept_search(d, b.search),
    ),
    "customers.kept_search": lambda d, b: kept_searches.kept_search(d, b.search),
    "driving.my_routes": lambda d, b: [b.owner.user_id for route in stop_order.my_routes(d) if route.route == ROUTE],
    "driving.reorder": lambda d, b: stop_order.reorder(d, OWN, ROUTE, {b.stop_id: 1}),
    "driving.report_address": lambda d, b: stop_order.report_address(
        d, stop_order.AddressSeen(OWN, ROUTE, b.stop_id, "店已搬")
    ),
    "exports.take_export": lambda d, b: exports.take_export(d, b.export_id),
    "exports.withdraw_export": lambda d, b: exports.withdraw_export(d, b.export_id),
    "notices.count_notices": lambda d, b: [str(b.staff_notice_id)] * notices.count_notices(d),
    "notices.list_notices": lambda d, b: notices.list_notices(d),
    "notices.see_all": lambda d, b: [str(b.staff_notice_id)] * notices.see_all(d),
    "notices.see_notice": lambda d, b: notices.see_notice(d, b.staff_notice_id),
    "onboarding.apply_import": lambda d, b: imports.apply_import(d, b.import_id),
    "onboarding.begin_import": lambda d, b: imports.begin_import(d, b.import_id),
    "onboarding.list_imports": lambda d, b: imports.list_imports(d),
    "onboarding.preview_import": lambda d, b: imports.preview_import(d, "x.csv", SHEET),
    "onboarding.returned_file": lambda d, b: imports.returned_file(d, b.import_id),
    "onboarding.show_import": lambda d, b: imports.show_import(d, b.import_id),
    "settlement.take_binding": lambda d, b: pending_bindings.take_binding(d, b.ticket),
    "staff.change_password": lambda d, b: users.change_password(d, Secret(PASSWORD), Secret(NEW)),
    "tasks.inbox": lambda d, b: tasks.inbox(d),
}
"""Somebody else is refused, or a list shows them nothing of it."""


@pytest.fixture
def belongings(office: Office, scene: Scene) -> Belongings:
    """The owner's things, made as they come about, or written down where that takes others."""
    with office.desk(HUB) as desk:
        enter_stranger(desk)
        held = [(post, "b" if post == Post.CALL_CLERK else "a") for post in Post]
        user = posts.person(desk, "owner8", *held)
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
        posts.person(desk, "away8", (Post.CALL_CLERK, "a"))
        posts.person(desk, "clerk8")
        desk.customer(scene.customer_id).values = {"delivery_route": ROUTE}
        desk.tx.add(RouteDriver(unit_code=OWN, route=ROUTE, user_id=user.id, ordered_at=now()))
    owner = Actor(user.id, user.name, frozenset((post, OWN) for post in Post))
    leave = office.perform(HUB, leave_cover.enter_leave, "away8", today(), today(), "年休假")
    [view] = [each for each in office.perform(HUB, leave_cover.list_leaves) if each.id == leave]
    export = office.perform(owner, exports.ask_export, ExportRequest(OWN, ["shop_name"], {}, "核对店名"))
    _permit(office, export)
    run = office.perform(owner, imports.preview_import, "名单.csv", SHEET)
    told, task = _handed(office, user.id)
    requests = _requests(office, user.id)
    tickets = _planned(office, scene, owner), office.perform(owner, kept_searches.keep_search, "13900000001")
    return Belongings(owner, told, task, export, run.id, view.records[0].id, scene.customer_id, *requests, *tickets)


def _planned(office: Office, scene: Scene, owner: Actor) -> str:
    """The ticket of a binding that the owner has planned."""
    with office.desk(owner) as desk:
        customer = desk.tx.get_one(Customer, scene.customer_id)
        return pending_bindings.hold_binding(desk, people.request(desk, customer, 9))


def _permit(office: Office, export_id: UUID) -> None:
    with office.desk(posts.chief()) as desk:
        shown = desk.tx.get_one(Export, export_id).shown_hash.hex()
        exports.decide_export(desk, export_id, True, shown)


def _handed(office: Office, user_id: UUID) -> tuple[UUID, UUID]:
    """A notice and a task that are the owner's alone."""
    with office.desk(HUB) as desk:
        for row in notice_questions.all_unseen(desk.tx, {(str(post), OWN) for post in Post}, user_id, 500):
            row.seen_at = now()
        tell(desk, "task_due", "R17.1", [Post.STATISTICS_CLERK], OWN, user_id=user_id)
        desk.tx.flush()
        [(notice, _)] = notice_questions.of(desk.tx, set(), user_id, seen=False, limit=9)
        subject, post = ("customer", new_id()), Post.STATISTICS_CLERK
        task = tasks.open_task(desk, "file", "R9.2", post=post, unit_code=OWN, subject=subject)
        task.user_id = user_id
        return notice.id, task.id


def _requests(office: Office, user_id: UUID) -> tuple[UUID, UUID]:
    """A token that the owner asked for, and a colleague's password that they are to hand over."""
    with office.desk(HUB) as desk:
        robot = users.create_service_user(desk, "robot8", "取数", OWN)
        clerk = next(view.id for view in users.list_users(desk) if view.login == "clerk8")
        wanted = api_tokens.Wanted("取数", ["read"], OWN, now() + timedelta(days=9))
        rows = (_waiting("token", robot, user_id, wanted.details()), _waiting("password", clerk, people.CLERK_ID, {}))
        desk.tx.add_all(rows)
        desk.tx.flush()
        return rows[0].id, rows[1].id


def _waiting(kind: str, about: UUID, asked_by: UUID, details: dict[str, object]) -> AccessRequest:
    """Something confirmed that waits to be taken."""
    who = {"user_id": about, "user_name": "某人", "user_unit": OWN, "unit_code": OWN, "details": details}
    asked = {"asked_by": asked_by, "asked_by_name": "某人", "asked_at": now(), "until": now() + timedelta(hours=9)}
    return AccessRequest(id=new_id(), kind=kind, state="to_be_taken", **who, **asked)
