"""The day's mail over real SMTP: once for a unit and day, never lost, never another text, nothing sensitive in it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from email.message import Message
from pathlib import Path

import pytest

from hub.domain.refusals import NotFound
from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine import daily_mail as daily_mail_engine
from hub.engine.runtime import WorkerRuntime
from hub.engine.schedules import carry_out
from hub.operations.changes import temporary
from hub.operations.channels import schedules
from hub.operations.office import Office
from hub.operations.tasks import daily_mail, notices
from hub.ports import today
from hub.registry.schema import DailyMail, StaffNotice, Task
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import asked, customer
from tests.support.scenes import another
from tests.support.smtp import Box, serving

PHONE = "13900000077"


def text_of(message: Message) -> str:
    """A mail's text."""
    content = message.get_payload(decode=True)
    assert isinstance(content, bytes)
    return content.decode()


def entered(office: Office, number: int = 1) -> str:
    """A phone changed by telephone, for the day's mail; returns the customer's code."""
    with office.desk(people.CLERK) as desk:
        row = customer(desk, number, order_method="web")
        asked(desk, row, "phone_told", order_phone=f"1390000007{number}")
        return row.code


def addressed(office: Office, unit: str = "3701") -> None:
    """Where the mails of the company go."""
    office.perform(HUB, daily_mail.set_address, unit, "neiguan@example.invalid")


@pytest.mark.article("R12.1", "R12.2", "G4")
def test_one_mail_a_unit_and_day_with_its_entries_and_no_number(office: Office, clock: Clock, tmp_path: Path) -> None:
    addressed(office)
    code = entered(office, 6)
    with office.desk(people.CLERK) as desk:
        row = customer(desk, 2, order_method="phone", order_day="3")
        asked(desk, row, "phone_for_now", order_phone=PHONE)
        temporary.record_order(desk, row.id, "phone")
    clock.on(minutes=1)
    office.perform(HUB, temporary.return_all)
    box = Box()
    with serving(tmp_path, box) as server:
        runtime = WorkerRuntime(office, mail=server)
        assert daily_mail_engine.send_day(runtime) == 1 and daily_mail_engine.send_day(runtime) == 0
    [mail] = box.arrived
    said = text_of(mail)
    assert mail["To"] == "neiguan@example.invalid" and mail["Message-ID"] == (
        f"<daily.370101.{today():%Y%m%d}@partnerhub.invalid>"
    )
    assert (
        code in said
        and said.count("第十二条第2款第（1）项") == 2
        and said.count("第十二条第1款") == 1
        and "已恢复" in said
    )
    assert "139000" not in said and PHONE[-8:] not in said
    with office.store.transaction() as tx:
        assert all(row.mailed_at is not None for row in tx.query(StaffNotice))
        assert tx.query(DailyMail).one().sent_at is not None


def member(office: Office, login: str, post: Post, unit: str = "3701") -> Actor:
    """Somebody with one post."""
    with office.desk(HUB) as desk:
        made = another(desk, login, (post, unit))
        people.post(desk, made.user_id, post, unit)
        return made


@pytest.mark.article("R12.1", "G3")
def test_nobody_alone_turns_internal_controls_mail_elsewhere(office: Office, tmp_path: Path) -> None:
    addressed(office)
    entered(office)
    centre, control = (
        member(office, "centre1", Post.INFORMATION_CENTRE),
        member(office, "control1", Post.INTERNAL_CONTROL),
    )
    county = member(office, "county1", Post.INFORMATION_CENTRE, people.UNIT)
    office.perform(centre, daily_mail.set_address, "3701", "elsewhere@example.invalid")
    with pytest.raises(daily_mail.AddressWaits, match=centre.name):
        office.perform(control, daily_mail.set_address, "3701", "third@example.invalid")
    with pytest.raises(daily_mail.SecondPersonForAddress) as refused:
        office.perform(centre, daily_mail.confirm_address, "3701")
    assert "另一人" in refused.value.sentence()
    for step in (daily_mail.confirm_address, daily_mail.reject_address):
        with pytest.raises(NotFound):
            office.perform(county, step, "3701")
    told = [view.kind for view in office.perform(control, notices.list_notices)]
    assert told[0] == "mail_address_asked"
    box = Box()
    with serving(tmp_path, box) as server:
        daily_mail_engine.send_day(WorkerRuntime(office, mail=server))
    assert [mail["To"] for mail in box.arrived] == ["neiguan@example.invalid"]
    office.perform(control, daily_mail.confirm_address, "3701")
    page = office.perform(control, daily_mail.list_mails)
    assert (page.addresses["3701"].address, page.addresses["3701"].asked) == ("elsewhere@example.invalid", None)
    office.perform(county, daily_mail.set_address, people.UNIT, "county@example.invalid")
    office.perform(control, daily_mail.reject_address, people.UNIT)
    office.perform(control, daily_mail.set_address, "3701", "")
    assert set(office.perform(control, daily_mail.list_mails).addresses) == {"3701"}, "until another agrees"
    office.perform(centre, daily_mail.confirm_address, "3701")
    assert office.perform(control, daily_mail.list_mails).addresses == {}


@pytest.mark.article("R12.1")
def test_what_comes_after_the_mail_goes_with_the_next_days(office: Office, clock: Clock, tmp_path: Path) -> None:
    addressed(office)
    entered(office, 1)
    box = Box()
    with serving(tmp_path, box) as server:
        runtime = WorkerRuntime(office, mail=server)
        daily_mail_engine.send_day(runtime)
        late = entered(office, 2)
        assert daily_mail_engine.send_day(runtime) == 0
        clock.on(days=1)
        assert daily_mail_engine.send_day(runtime) == 1
    assert late in text_of(box.arrived[1]) and late not in text_of(box.arrived[0])
    assert box.arrived[0]["Message-ID"] != box.arrived[1]["Message-ID"]


@pytest.mark.article("R12.1")
@pytest.mark.parametrize("answer", ["451 not now", "554 no", "lost"])
def test_a_mail_that_was_not_taken_goes_again_under_its_own_name(
    office: Office, clock: Clock, tmp_path: Path, answer: str
) -> None:
    addressed(office)
    entered(office)
    box = Box(answers=[answer])
    with serving(tmp_path, box) as server:
        runtime = WorkerRuntime(office, mail=server)
        assert daily_mail_engine.send_day(runtime) == 0 and daily_mail_engine.send_waiting(runtime) == 0, (
            "it waits a little"
        )
        with office.store.transaction() as tx:
            assert tx.query(StaffNotice).filter_by(in_mail=True).one().mailed_at is None
        clock.on(minutes=3)
        assert daily_mail_engine.send_waiting(runtime) == 1 and daily_mail_engine.send_waiting(runtime) == 0
    assert len({mail["Message-ID"] for mail in box.arrived}) == 1
    assert len(box.arrived) == (2 if answer == "lost" else 1)


@pytest.mark.article("R12.1")
def test_a_worker_that_dies_after_the_server_took_it_leaves_a_copy_that_is_recognised(
    office: Office, clock: Clock, tmp_path: Path
) -> None:
    addressed(office)
    entered(office)
    box = Box()
    with serving(tmp_path, box) as server:
        runtime = WorkerRuntime(office, mail=server)
        office.perform(HUB, daily_mail.make_mails)
        row = office.perform(HUB, daily_mail.claim_mail)
        assert row is not None
        assert daily_mail_engine._send(runtime, row.message_id, row.address, row.subject, row.body) is None
        assert daily_mail_engine.send_waiting(runtime) == 0, "another worker leaves it alone while the first may live"
        clock.on(minutes=6)
        assert daily_mail_engine.send_waiting(runtime) == 1
    first, second = box.arrived
    assert first["Message-ID"] == second["Message-ID"] and text_of(first) == text_of(second)


@pytest.mark.article("R12.1")
@pytest.mark.parametrize("why", ["no_server", "no_address", "unreachable", "certificate", "login_refused"])
def test_a_mail_that_does_not_go_for_a_day_is_somebodys_task_and_still_goes(
    office: Office, clock: Clock, tmp_path: Path, why: str
) -> None:
    if why != "no_address":
        addressed(office)
    entered(office)
    box = Box()
    with serving(tmp_path, box) as server:
        wrong = {
            "no_server": None,
            "unreachable": replace(server, port=1),
            "certificate": replace(server, ca=None),
            "login_refused": replace(server, password="wrong"),
        }
        runtime = WorkerRuntime(office, mail=wrong.get(why, server))
        assert daily_mail_engine.send_day(runtime) == 0
        clock.on(days=1, minutes=1)
        assert daily_mail_engine.send_waiting(runtime) == 0
        with office.store.transaction() as tx:
            assert tx.query(DailyMail).one().refused == why
            assert tx.query(Task).filter_by(kind="mail_stuck", done_at=None).one().post == "information_centre"
        addressed(office)
        clock.on(hours=2)
        assert daily_mail_engine.send_waiting(WorkerRuntime(office, mail=server)) == 1 and len(box.arrived) == 1
    with office.store.transaction() as tx:
        assert tx.query(Task).filter_by(kind="mail_stuck").one().outcome == "done"


@pytest.mark.article("R12.1")
def test_the_scheduler_sends_it_once_on_working_days(office: Office, tmp_path: Path) -> None:
    addressed(office)
    entered(office)
    box = Box()
    with office.desk(HUB) as desk:
        schedules.ensure_all(desk)
    with office.desk(people.CLERK) as desk:
        row = next(each for each in schedules.list_schedules(desk) if each.name == "mail")
        assert (row.days, row.cron) == ("working", "0 17 * * *")
        run = schedules.run_now(desk, "mail")
    with serving(tmp_path, box) as server:
        for _ in range(2):
            asyncio.run(carry_out(WorkerRuntime(office, mail=server), run.no))
    assert len(box.arrived) == 1


@pytest.mark.article("R12.1")
def test_of_many_workers_one_sends(office: Office, tmp_path: Path) -> None:
    addressed(office)
    for number in range(1, 4):
        entered(office, number)
    box = Box()
    with serving(tmp_path, box) as server, ThreadPoolExecutor(6) as pool:
        runtime = WorkerRuntime(office, mail=server)
        taken = sum(pool.map(lambda _: daily_mail_engine.send_day(runtime), range(6)))
    assert taken == 1 and len(box.arrived) == 1
    assert text_of(box.arrived[0]).count("第十二条第1款") == 3
