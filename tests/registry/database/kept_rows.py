"""Rows of tables in which each is written once, for whoever tries to change them."""

from sqlalchemy import select

from hub.operations.office import Office
from hub.ports import new_id, now, today
from hub.registry.schema import (
    Application,
    CallTry,
    Customer,
    GradeCertificate,
    HandIn,
    MissedOrder,
    RequestHand,
    RouteScenario,
    ScenarioRecord,
    Signature,
    SpotCheck,
    Task,
    WatchCheck,
    WatchEntry,
)
from tests.support import people, posts


def written_once(office: Office) -> None:
    """A row of each table that a day's work at one desk fills: certificates, hands, checks, calls, a scenario's record."""
    with office.desk(people.CLERK) as desk:
        row = desk.tx.scalars(select(Customer)).first()
        assert row is not None
        about = {"customer_id": row.id, "at": now(), "by_name": "甲"}
        task = Task(id=new_id(), kind="matter", article="R15.1", post="statistics_clerk", unit_code=row.unit_code)
        task.subject_kind, task.subject_id, task.made_at, task.details, task.sum = "matter", new_id(), now(), {}, ""
        task.escalated_to = []
        watch = WatchEntry(id=new_id(), customer_id=row.id, unit_code=row.unit_code, entered_at=now(), level="often")
        watch.reasons = []
        desk.tx.add_all([task, watch])
        desk.tx.flush()
        desk.tx.add_all(
            [
                GradeCertificate(
                    id=new_id(), customer_id=row.id, unit_code=row.unit_code, year=2026, serial=1, grade="B",
                    issued_at=now(), issued_by_name="甲",
                ),
                RequestHand(
                    id=new_id(), task_id=task.id, unit_code=row.unit_code, from_post="statistics_clerk",
                    to_post="order_desk", why="密码", answer="taken", answer_why="收下",
                    answered_at=now(), answered_by_name="乙", **about,
                ),
                WatchCheck(
                    id=new_id(), watch_id=watch.id, post="inspector", way="visit", amiss=True, finding="", done="", **about
                ),
                SpotCheck(
                    id=new_id(), unit_code=row.unit_code, field="size", correct=True, source="visit", note="",
                    typed_by_name="乙", typed_post="account_manager", **about,
                ),
                # Taken and declined: no hand-in is both, but each of these columns is written once.
                HandIn(
                    id=new_id(), kind="change_record", scanned=True, post="inspector", holder=people.CLERK_ID,
                    holder_name="乙", by_name="甲", at=now(), confirmed_at=now(), confirmed_by_name="乙",
                    declined_at=now(), declined_by_name="乙", declined_why="未收到",
                ),
                CallTry(id=new_id(), field="order_phone", reached=True, words="", **about),
                MissedOrder(id=new_id(), order_on=today(), **about),
            ]
        )  # fmt: skip
        customer_id = row.id
    posts.route_things(office, customer_id)
    with office.desk(people.CLERK) as desk:
        scenario = desk.tx.scalars(select(RouteScenario)).first()
        sent = desk.tx.scalars(select(Application)).first()
        assert scenario is not None and sent is not None
        desk.tx.add(
            Signature(
                id=new_id(), application_id=sent.id, round=1, step=0, post="section_chief", user_name="科长丁",
                for_whom="", decision="agree", why="同意", digest="d", at=now(),
            )
        )  # fmt: skip
        desk.tx.add(
            ScenarioRecord(
                id=new_id(), scenario_id=scenario.id, kind="run", at=now(), by_name="甲", words="", figures={"a": 1}
            )
        )
