"""What belongs to one county as a whole: mails, meetings, evaluations, exports, drivers, rules, and late work."""

from dataclasses import dataclass, fields
from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.staff.posts import Post
from hub.operations.grades import evaluations
from hub.operations.office import Office
from hub.operations.outages import web_help
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest
from hub.operations.routes import meetings
from hub.operations.tasks import daily_mail
from hub.ports import new_id, now, today
from hub.registry.schema import EntrantListDay, GradeEvaluation, GradeRevisit, RouteDriver, UnitRule
from tests.support import people, posts
from tests.support.scenes import Scene

from .judged import OWN, enter_stranger

ROUTE = "城北一线"


@dataclass(frozen=True)
class Grounds:
    """A county, the code of a customer of its, and what is the county's own."""

    unit: str
    codes: tuple[str, str]
    mail_id: UUID
    meeting_id: UUID
    proposal_id: UUID
    accepted_id: UUID
    scenario_id: UUID
    evaluation_id: UUID
    revisit_id: UUID
    export_id: UUID

    def nowhere(self) -> "Grounds":
        """The same of a unit that does not exist."""
        ids = {field.name: new_id() for field in fields(self) if field.name.endswith("_id")}
        return Grounds("nowhere", ("370199000001", "370199000002"), **ids)


@pytest.fixture
def grounds(office: Office, scene: Scene) -> Grounds:
    """One of each, in the county 370101 and in no other."""
    mail = posts.busy(office, people.CENTRE, scene.customer_id, "王示例")
    accepted = _accepted(office, scene)
    meeting, scenario = posts.route_things(office, scene.customer_id)
    evaluation, revisit = _graded(office)
    office.perform(people.CENTRE, daily_mail.set_address, OWN, "xian@example.invalid")
    with office.desk(people.CLERK) as desk:
        enter_stranger(desk)
        [proposal] = [line.id for line in meetings.list_meetings(desk).waiting]
        code = desk.customer(scene.customer_id).code
        export = exports.ask_export(desk, ExportRequest(OWN, ["shop_name"], {}, "核对店名"))
        driver = posts.person(desk, "driver1", (Post.DELIVERY_DRIVER, "a"), name="钱示例")
        desk.tx.add(RouteDriver(unit_code=OWN, route=ROUTE, user_id=driver.id, ordered_at=now()))
        rule = {"rule": "phone_told", "due": 0, "more_approvals": [], "by_name": "科长", "at": now()}
        desk.tx.add(UnitRule(unit_code=OWN, **rule))
        desk.customer(scene.customer_id).values = {"order_method": "web", "delivery_route": ROUTE}
        desk.tx.flush()
        web_help.record_help(desk, scene.customer_id, "on_behalf", "设备坏了")
    ids = (mail, meeting, proposal, accepted, scenario, evaluation, revisit, export)
    return Grounds(OWN, (code, people_code(2)), *ids)


def people_code(number: int) -> str:
    """The code of the customer with this number."""
    return f"{OWN}{number:06d}"


def _accepted(office: Office, scene: Scene) -> UUID:
    """A proposal that a meeting accepted, and which the clerk has to carry out."""
    with office.desk(people.CLERK) as desk:
        proposal = meetings.propose(desk, scene.customer_id, {"stop_order": "7"}, "顺路")
        meeting = meetings.call_meeting(desk, OWN, today())
    chief = posts.chief()
    office.perform(chief, meetings.decide_proposal, meeting, proposal, "accepted")
    office.perform(chief, meetings.close_meeting, meeting, "科长", "司机", "同意")
    return proposal


def _graded(office: Office) -> tuple[UUID, UUID]:
    """An evaluation that was held and another to come, with what an account manager is to look at again."""
    with office.desk(posts.chief()) as desk:
        held = GradeEvaluation(id=new_id(), unit_code=OWN, day=today(), by_name="科长", at=now())
        desk.tx.add(held)
        desk.tx.flush()
        revisit = GradeRevisit(
            id=new_id(), evaluation_id=held.id, unit_code=OWN, manager="王示例", since=now(), looked_at=0
        )
        desk.tx.add(revisit)
        evaluations.enter_evaluation(desk, OWN, today() + timedelta(days=5))
        desk.tx.add(EntrantListDay(id=new_id(), unit_code=OWN, day=today() - timedelta(days=1), entrants=0))
        return held.id, revisit.id
