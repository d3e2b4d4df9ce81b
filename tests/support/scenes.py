"""A running application, and a customer with one of everything that an operation can name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from uuid import UUID

import pytest
from fastapi import FastAPI
from httpx import Response
from starlette.testclient import TestClient

from hub.channels import host
from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import Actor, Post
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, packages
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.onboarding import trainings, web_ordering
from hub.operations.outages import outages, power_cuts
from hub.operations.outages.power_cuts import CutRequest
from hub.operations.phones import permits as phone_permits
from hub.operations.phones.permits import PermitRequest
from hub.operations.settlement import accounts
from hub.operations.staff.sign_in.sign_in import session_of
from hub.operations.tasks import enquiries
from hub.ports import new_id, now, today
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation.differences import DifferenceFound, open_difference
from hub.registry.schema import (
    Application,
    Ask,
    CallStop,
    CardCase,
    Customer,
    GradeCertificate,
    HandIn,
    KeptOrder,
    Notice,
    Onboarding,
    PowerCutList,
    PowerCutWarning,
    RequestHand,
    User,
    WatchEntry,
)
from hub.registry.session import Store
from hub.registry.tasks import tasks
from tests.conftest import MASTER
from tests.support import people

from .callers import new_user, own_password

# The bank of most tests, and another to which its customers change (R10.1).
CAPABILITIES = host.capabilities(host.load(("icbc", "abc")))


@pytest.fixture
def office(store: Store) -> Office:
    """An office whose channels can do what the plugins say, and whose nudges go nowhere."""
    office = Office(store, MASTER, nudge=lambda tx, ask_id, at=None: None, channels=CAPABILITIES)
    people.found(office)
    with store.transaction() as tx:
        channel_state.ensure(tx, sorted(CAPABILITIES))
    return office


@dataclass(frozen=True)
class Scene:
    """One customer of unit 370101 and what hangs on it."""

    customer_id: UUID
    account_id: UUID
    ask_id: UUID
    package_id: UUID
    notice_id: UUID
    authorisation_id: UUID
    evidence_id: UUID
    difference_id: UUID
    application_id: UUID
    task_id: UUID
    case_id: UUID
    kept_id: UUID
    onboarding_id: UUID
    web_id: UUID
    training_id: UUID
    permit_id: UUID
    watch_id: UUID
    cut_id: UUID
    outage_id: UUID
    stop_id: UUID
    certificate_id: UUID
    hand_id: UUID
    hand_in_id: UUID

    def ids(self) -> dict[str, UUID]:
        """Each by the name that arguments and paths give it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def another(desk: Desk, login: str, *grants: tuple[Post, str]) -> Actor:
    """A second member of staff, so that foreign keys hold."""
    user = User(
        id=new_id(),
        login=login,
        name=f"职员{login}",
        unit_code="3701",
        password_hash="x",
        password_set_at=now(),
        created_at=now(),
    )
    desk.tx.add(user)
    desk.tx.flush()
    return Actor(user.id, user.name, frozenset(grants))


def in_doubt(ask: Ask) -> None:
    """Its answer was lost."""
    ask.state, ask.sent_at, ask.doubt_since, ask.waits_for = AskState.IN_DOUBT, now(), now(), "question"


@pytest.fixture
def scene(office: Office) -> Scene:
    """An account whose ask is in doubt and proposed for closing, a package, a notice, papers."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        ask_id = accounts.bind_account(desk, people.request(desk, row, 1))
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        in_doubt(ask)
        letter = people.paper(desk, row, "bank_letter")
        right = people.authorise(desk, row)
        notice = Notice(id=new_id(), customer_id=row.id, kind="pay_electronically", article="R7.9", made_at=now())
        desk.tx.add(notice)
        other = people.customer(desk, 2)
        accounts.bind_account(desk, people.request(desk, other, 2, with_package=True))
        [package_id] = packages.send_package(desk, "icbc")
        manual_closing.propose_closing(desk, ask_id, "live", "银行函告已办妥", letter.id)
        found = DifferenceFound(
            "binding", row.code, "other_card", row.id, row.code, None, {"ending": "0001"}, {"ending": "0002"}
        )
        difference = open_difference(desk.tx, "icbc", found, "ask_customer", now())
        application = application_for(desk, row)
        [task] = tasks.open_tasks_about(desk.tx, "application", application.id)
        ids = (row.id, ask.subject_id, ask_id, package_id, notice.id, right.id, letter.id, difference.id)
        return Scene(
            *ids,
            application.id,
            task.id,
            *card_things(desk, row),
            *entrant_things(desk, row),
            *phone_things(desk, row),
            cut_thing(desk, row),
            *outage_things(desk, row),
            certificate_thing(desk, row),
            handed_request(desk, row),
            paper_handed_in(desk, row),
        )


def card_things(desk: Desk, row: Customer) -> tuple[UUID, UUID]:
    """A card's case and a kept order of the customer's."""
    common = {"customer_id": row.id, "unit_code": row.unit_code, "why": "来电"}
    case = CardCase(
        id=new_id(),
        event="credit_lost",
        article="R8.5",
        choice="cash",
        opened_at=now(),
        opened_by_name="统计员",
        **common,
    )
    kept = KeptOrder(id=new_id(), cause="clerk_away", kept_at=now(), kept_by_name="电访员", **common)
    desk.tx.add_all([case, kept])
    desk.tx.flush()
    return case.id, kept.id


def certificate_thing(desk: Desk, row: Customer) -> UUID:
    """A grade certificate of the customer's."""
    certificate = GradeCertificate(
        id=new_id(),
        customer_id=row.id,
        unit_code=row.unit_code,
        year=2026,
        serial=1,
        grade="B",
        issued_at=now(),
        issued_by_name="统计员",
    )
    desk.tx.add(certificate)
    desk.tx.flush()
    return certificate.id


def outage_things(desk: Desk, row: Customer) -> tuple[UUID, UUID]:
    """An outage in the customer's county, and that nobody calls the customer any more."""
    [outage] = outages.report_outage(desk, [row.unit_code], ["web"], now(), "打不开", True)
    said = {"why": "打不通", "stopped_at": now(), "stopped_by_name": "电访员"}
    stop = CallStop(id=new_id(), customer_id=row.id, unit_code=row.unit_code, **said)
    desk.tx.add(stop)
    desk.tx.flush()
    return outage.id, stop.id


def handed_request(desk: Desk, row: Customer) -> UUID:
    """A request of the customer's that the order desk is asked to take."""
    task_id = enquiries.take_matter(desk, row.id, "想知道密码何时送到")
    another(desk, "orderdesk", (Post.ORDER_DESK, row.unit_code))
    hand = RequestHand(
        id=new_id(),
        task_id=task_id,
        customer_id=row.id,
        unit_code=row.unit_code,
        from_post="statistics_clerk",
        to_post="order_desk",
        why="密码由订单部发放",
        by_user=desk.actor.user_id,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(hand)
    desk.tx.flush()
    return hand.id


def paper_handed_in(desk: Desk, row: Customer) -> UUID:
    """A paper of the customer's that was handed to the clerk, who has not confirmed it."""
    paper = people.paper(desk, row, "stamped_proof")
    keeper = {"post": "statistics_clerk", "holder": people.CLERK_ID, "holder_name": "统计员甲"}
    handed = HandIn(
        id=new_id(), evidence_id=paper.id, kind=paper.kind, scanned=True, **keeper, by_name="经理己", at=now()
    )
    desk.tx.add(handed)
    desk.tx.flush()
    return handed.id


def entrant_things(desk: Desk, row: Customer) -> tuple[UUID, UUID, UUID]:
    """An onboarding, a way onto web ordering and a training of the customer's."""
    entrant = Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open", begun_at=now())
    desk.tx.add(entrant)
    web = web_ordering.set_up(desk, row)
    training = trainings.plan_training(desk, row, "telecom", "R7.7", today(), "shop")
    return entrant.id, web.id, training.id


def phone_things(desk: Desk, row: Customer) -> tuple[UUID, UUID]:
    """A permit that the customer shares a phone, waiting for the chief, and an entry on the watch list."""
    reasons = {row.code: "同一店主", people.customer(desk, 3).code: "同一店主"}
    wanted = PermitRequest(Secret("13900000001"), reasons, "两店", today() + timedelta(days=9))
    manager = Actor(people.CLERK_ID, "经理己", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
    permit_id = phone_permits.ask_permit(replace(desk, actor=manager), wanted)
    entry = WatchEntry(id=new_id(), customer_id=row.id, unit_code=row.unit_code, entered_at=now(), reasons=[])
    desk.tx.add(entry)
    desk.tx.flush()
    return permit_id, entry.id


def cut_thing(desk: Desk, row: Customer) -> UUID:
    """A planned power cut of which the customer is to be warned."""
    begins = now() + timedelta(days=3)
    wanted = CutRequest(row.unit_code, "customers", begins, begins + timedelta(hours=9), "供电公司通知", (row.code,))
    cut_id = power_cuts.enter_cut(desk, wanted)
    part = PowerCutList(id=new_id(), cut_id=cut_id, unit_code=row.unit_code, manager="王示例")
    desk.tx.add(part)
    desk.tx.flush()
    about = {
        "cut_id": cut_id,
        "list_id": part.id,
        "customer_id": row.id,
        "order_on": today() + timedelta(days=3),
        "due_at": begins,
    }
    desk.tx.add(PowerCutWarning(id=new_id(), earlier=[], note="", **about))
    desk.tx.flush()
    return cut_id


def application_for(desk: Desk, row: Customer) -> Application:
    """A written application of the customer's for another bank, with its first signer."""
    row.settlement_method, row.settlement_bank = "electronic", "icbc"
    desk.tx.flush()
    paper = people.paper(desk, row, "written_application")
    request = ChangeRequest(
        customer_id=row.id,
        version=row.version,
        rule="bank_change",
        values={"settlement_bank": "abc"},
        why="客户申请",
        evidence_ids=(paper.id,),
        documents=people.SHOWN,
    )
    return applications.send_change(desk, request)


@dataclass
class Browser:
    """A signed-in browser: its client and its CSRF token."""

    client: TestClient
    csrf: str
    user_id: UUID

    def post(self, path: str, **fields: object) -> Response:
        """Send a form of ours."""
        return self.client.post(path, data={"csrf": self.csrf, **fields}, headers=ORIGIN, follow_redirects=False)


Browse = Callable[..., Browser]
ORIGIN = {"Origin": "http://testserver"}
PASSWORD = "Correct-horse-9-battery"


@pytest.fixture
def browse(app: FastAPI, office: Office) -> Browse:
    """Makes browsers: signed in by the form, with posts in a unit."""

    def make(login: str, posts: Iterable[Post], unit: str = "3701") -> Browser:
        new_user(office, login, set(posts), unit)
        own_password(office, login, PASSWORD)
        client = TestClient(app)
        answer = client.post(
            "/sign-in", data={"login": login, "password": PASSWORD}, headers=ORIGIN, follow_redirects=False
        )
        assert answer.status_code == 303 and answer.headers["location"] == "/"
        signed = session_of(office, client.cookies["ph_session"])
        assert signed is not None and signed.actor.user_id is not None
        return Browser(client, signed.csrf, signed.actor.user_id)

    return make
