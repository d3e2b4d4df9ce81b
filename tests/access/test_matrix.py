"""The authorisation matrix, generated from the table of operations: allowed where declared, nowhere else (R4.1, S1, S2)."""

import inspect
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

import hub.api
import hub.cli
import hub.console
from hub.domain.people import Actor, Post
from hub.domain.refusals import NotFound, NotPermitted, Refusal
from hub.operations import (
    announcing,
    applications,
    calling,
    cards,
    closing,
    custody,
    customers,
    device_reports,
    differences,
    driving,
    evidence,
    forms,
    handing_in,
    help_records,
    home,
    kept_orders,
    matters,
    onboarding_board,
    orders,
    outages,
    phone_permits,
    power_cuts,
    returning,
    rights,
    route_meetings,
    route_views,
    settlement,
    tasks,
    timelines,
    trainings,
    watching,
    web_ordering,
)
from hub.operations import asks as ask_operations
from hub.operations.change_plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, authorise, operation
from hub.ports import now, today
from hub.registry import customers as customer_questions
from tests.support import people

from .conftest import Scene

FACES = (hub.api, hub.cli, hub.console)
"""Imported, so that the table holds all operations."""
OWN, OTHER, PARENT = "370101", "370102", "3701"
BELOW = {OWN: {OWN}, OTHER: {OTHER}, PARENT: {OWN, OTHER, PARENT}}
NAMES = (
    "customer_id",
    "customer_ids",
    "account_id",
    "ask_id",
    "notice_id",
    "authorisation_id",
    "evidence_id",
    "difference_id",
    "application_id",
    "task_id",
    "case_id",
    "onboarding_id",
    "web_id",
    "training_id",
    "kept_id",
    "cut_id",
    "permit_id",
    "watch_id",
    "outage_id",
    "stop_id",
    "request",
)
"""Arguments by which an operation names one customer's things."""
Scenario = Callable[[Desk, Scene], object]


def holder(post: Post | None, unit: str) -> Actor:
    """Somebody with one post in one unit, or with none."""
    return Actor(people.CLERK_ID, "某人", frozenset({(post, unit)} if post else ()))


@pytest.mark.article("R4.1")
def test_every_operation_is_allowed_exactly_to_its_posts_and_covers_exactly_their_units(office: Office) -> None:
    cells = 0
    with office.desk(people.CLERK) as desk:
        for row in OPERATIONS.values():
            for post in [*Post, None]:
                for unit in BELOW:
                    desk.actor = holder(post, unit)
                    declared = post in row.posts
                    try:
                        authorise(desk, row)
                    except NotPermitted:
                        assert not declared and not row.own, (row.name, post)
                    else:
                        assert declared or row.own, (row.name, post)
                        assert desk.units == (BELOW[unit] if declared else set()), (row.name, post, unit)
                    cells += 1
    assert cells == len(OPERATIONS) * (len(Post) + 1) * len(BELOW) and len(OPERATIONS) > 50


@pytest.mark.article("R4.1")
def test_a_post_elsewhere_lends_no_unit_to_an_operation_that_is_not_its_own(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        for row in OPERATIONS.values():
            for post in sorted(set(Post) - row.posts):
                for declared in row.posts:
                    desk.actor = Actor(people.CLERK_ID, "两岗", frozenset({(declared, OWN), (post, OTHER)}))
                    authorise(desk, row)
                    assert desk.units == {OWN}, (row.name, declared, post)


@pytest.mark.article("R4.1")
def test_an_operation_without_posts_is_for_nobody(office: Office) -> None:
    @operation(article="R4.1", posts=(), title=("无人可办", "Nobody's"))
    def nobodys(desk: Desk) -> None:
        """Done by nobody."""

    try:
        with pytest.raises(NotPermitted):
            office.perform(Actor(people.CLERK_ID, "全岗", frozenset((post, PARENT) for post in Post)), nobodys)
    finally:
        del OPERATIONS["test_matrix.nobodys"]


def bind(desk: Desk, scene: Scene, do: Callable[..., object]) -> object:
    row = customer_questions.get(desk.tx, scene.customer_id)
    assert row is not None
    return do(desk, people.request(desk, row, 9, customer_id=scene.customer_id))


def close_again(desk: Desk, scene: Scene) -> object:
    return closing.propose_closing(desk, scene.ask_id, "live", "再次", scene.evidence_id)


def change(scene: Scene, version: int = 1) -> ChangeRequest:
    return ChangeRequest(
        customer_id=scene.customer_id,
        version=version,
        rule="phone_told",
        values={"order_phone": "13900000077"},
        why="改",
    )


def tomorrow(hours: int = 0) -> datetime:
    """A moment of tomorrow."""
    return now() + timedelta(days=1, hours=hours)


def report(scene: Scene) -> cards.CardReport:
    return cards.CardReport(customer_id=scene.customer_id, version=1, event="damaged", choice="transfer", why="裂了")


SCENES: dict[str, Scenario] = {
    "applications.carry_out": lambda desk, scene: applications.carry_out(desk, scene.application_id),
    "applications.decide": lambda desk, scene: applications.decide(desk, scene.application_id, "approve", ""),
    "applications.list_changes": lambda desk, scene: applications.list_changes(desk, scene.customer_id),
    "applications.plan_change": lambda desk, scene: applications.plan_change(desk, change(scene)),
    "applications.send_again": lambda d, s: applications.send_again(d, s.application_id, change(s)),
    "applications.send_change": lambda desk, scene: applications.send_change(desk, change(scene)),
    "applications.show_application": lambda desk, scene: applications.show_application(desk, scene.application_id),
    "applications.withdraw": lambda desk, scene: applications.withdraw(desk, scene.application_id, "不办了"),
    "cards.book_replacement": lambda d, s: cards.book_replacement(d, s.case_id, today(), today()),
    "cards.card_page": lambda desk, scene: cards.card_page(desk, scene.customer_id),
    "cards.close_case": lambda desk, scene: cards.close_case(desk, scene.case_id, "found", "找到了"),
    "cards.report_card": lambda desk, scene: cards.report_card(desk, report(scene)),
    "cards.urge": lambda desk, scene: cards.urge(desk, scene.case_id, "已督促"),
    "kept_orders.keep_order": lambda d, s: kept_orders.keep_order(d, s.customer_id, "power_cut", "停电"),
    "kept_orders.release_order": lambda d, s: kept_orders.release_order(d, s.kept_id, "已放行"),
    "calling.ask_to_call": lambda d, s: calling.ask_to_call(d, s.customer_id, "修好了"),
    "calling.record_call": lambda d, s: calling.record_call(d, s.stop_id, True, "接通"),
    "calling.stop_calling": lambda d, s: calling.stop_calling(d, s.customer_id, "打不通"),
    "calling.stop_of": lambda d, s: calling.stop_of(d, s.customer_id),
    "device_reports.show_reports": lambda d, s: device_reports.show_reports(d, s.customer_id),
    "outages.end_outage": lambda d, s: outages.end_outage(d, s.outage_id, "已恢复"),
    "outages.go_on": lambda d, s: outages.go_on(d, s.outage_id),
    "outages.list_affected": lambda d, s: outages.list_affected(d, s.outage_id),
    "outages.list_unreturned": lambda d, s: outages.list_unreturned(d, s.outage_id),
    "outages.show_outage": lambda d, s: outages.show_outage(d, s.outage_id),
    "outages.stop_switching": lambda d, s: outages.stop_switching(d, s.outage_id),
    "outages.switch_over": lambda d, s: outages.switch_over(d, s.outage_id, 0),
    "custody.hand_in": lambda d, s: custody.hand_in(d, s.evidence_id, "clerk", True),
    "onboarding_board.approve": lambda d, s: onboarding_board.approve(d, s.onboarding_id, "9"),
    "onboarding_board.end_onboarding": lambda d, s: onboarding_board.end_onboarding(d, s.onboarding_id, "不来了"),
    "onboarding_board.settle": lambda d, s: onboarding_board.settle(d, s.onboarding_id, "王经理"),
    "onboarding_board.show_onboarding": lambda d, s: onboarding_board.show_onboarding(d, s.onboarding_id),
    "trainings.agree_training": lambda d, s: trainings.agree_training(d, s.customer_id, today(), "shop"),
    "trainings.record_training": lambda d, s: trainings.record_training(d, s.training_id, True, ""),
    "web_ordering.deliver_password": lambda d, s: web_ordering.deliver_password(d, s.web_id, "phone"),
    "web_ordering.issue_password": lambda desk, scene: web_ordering.issue_password(desk, scene.web_id),
    "web_ordering.reset_password": lambda d, s: web_ordering.reset_password(d, s.web_id, "没有收到"),
    "phone_permits.end_permit": lambda d, s: phone_permits.end_permit(d, s.permit_id, "不再需要"),
    "phone_permits.file_permit": lambda desk, scene: phone_permits.file_permit(desk, scene.permit_id),
    "phone_permits.record_visit": lambda d, s: phone_permits.record_visit(d, s.permit_id, s.customer_id, "正常"),
    "phone_permits.sign_permit": lambda d, s: phone_permits.sign_permit(d, s.permit_id, True, "", ""),
    "route_meetings.propose": lambda d, s: route_meetings.propose(d, s.customer_id, {"stop_order": "3"}, "顺路"),
    "driving.clear_address": lambda d, s: driving.clear_address(d, s.customer_id, "已核实"),
    "route_views.record_view": lambda d, s: route_views.record_view(
        d, s.application_id, "delivery_driver", "司机", True, "顺路"
    ),
    "route_views.to_meeting": lambda d, s: route_views.to_meeting(d, s.application_id),
    "watching.clear_watched": lambda d, s: watching.clear_watched(d, s.watch_id, "核查属实"),
    "power_cuts.call_off": lambda desk, scene: power_cuts.call_off(desk, scene.cut_id, "取消"),
    "power_cuts.move_cut": lambda d, s: power_cuts.move_cut(d, s.cut_id, tomorrow(), tomorrow(9), "改期"),
    "power_cuts.record_warning": lambda d, s: power_cuts.record_warning(d, s.cut_id, s.customer_id, "laptop"),
    "power_cuts.show_cut": lambda desk, scene: power_cuts.show_cut(desk, scene.cut_id),
    "forms.show_empty_form": lambda desk, scene: forms.show_empty_form(desk, scene.customer_id, "bank_change"),
    "forms.show_form": lambda desk, scene: forms.show_form(desk, scene.application_id),
    "help_records.record_help": lambda d, s: help_records.record_help(d, s.customer_id, "on_behalf", "", "电脑坏了"),
    "timelines.show_timeline": lambda desk, scene: timelines.show_timeline(desk, scene.customer_id),
    "orders.record_orders": lambda desk, scene: orders.record_orders(desk, [scene.customer_id], "phone"),
    "returning.record_order": lambda desk, scene: returning.record_order(desk, scene.customer_id, "phone"),
    "matters.take_matter": lambda desk, scene: matters.take_matter(desk, scene.customer_id, "想换一条送货线路"),
    "tasks.finish": lambda desk, scene: tasks.finish(desk, scene.task_id, "已归档"),
    "tasks.show_task": lambda desk, scene: tasks.show_task(desk, scene.task_id),
    "tasks.hand_over": lambda desk, scene: tasks.hand_over(desk, scene.task_id, "clerk", "转办"),
    "asks.ask_again": lambda desk, scene: ask_operations.ask_again(desk, scene.ask_id),
    "asks.cancel": lambda desk, scene: ask_operations.cancel(desk, scene.ask_id, "不需要"),
    "asks.replay": lambda desk, scene: ask_operations.replay(desk, scene.ask_id, "再试"),
    "asks.show_ask": lambda desk, scene: ask_operations.show_ask(desk, scene.ask_id),
    "closing.confirm_closing": lambda desk, scene: closing.confirm_closing(desk, scene.ask_id),
    "closing.propose_closing": close_again,
    "closing.reject_closing": lambda desk, scene: closing.reject_closing(desk, scene.ask_id, "不对"),
    "customers.as_of": lambda desk, scene: customers.as_of(desk, scene.customer_id, now()),
    "customers.change_fields": lambda desk, scene: customers.change_fields(desk, scene.customer_id, 1, {}, "改"),
    "customers.reveal_account_number": lambda d, s: customers.reveal_account_number(d, s.account_id, "核对卡号"),
    "customers.reveal_field": lambda d, s: customers.reveal_field(d, s.customer_id, "order_phone", "核对电话"),
    "customers.show_customer": lambda desk, scene: customers.show_customer(desk, scene.customer_id),
    "announcing.announce_by_hand": lambda d, s: announcing.announce_by_hand(d, s.customer_id, "TX1"),
    "differences.confirm": lambda desk, scene: differences.confirm(desk, scene.difference_id),
    "differences.propose": lambda desk, scene: differences.propose(desk, scene.difference_id, "theirs", "已核实"),
    "handing_in.give_up": lambda desk, scene: handing_in.give_up(desk, scene.ask_id, "客户不办了"),
    "handing_in.hand_in": lambda desk, scene: handing_in.hand_in(desk, scene.ask_id, people.Secret("246810")),
    "handing_in.send_again": lambda desk, scene: handing_in.send_again(desk, scene.ask_id),
    "evidence.add_evidence": lambda d, s: evidence.add_evidence(
        d, s.customer_id, "bank_letter", "函", "", b"%PDF-1", "资料员"
    ),
    "evidence.evidence_of": lambda desk, scene: evidence.evidence_of(desk, scene.customer_id),
    "evidence.read_evidence": lambda desk, scene: evidence.read_evidence(desk, scene.evidence_id),
    "rights.give_authorisation": lambda d, s: rights.give_authorisation(d, s.customer_id, "icbc", "settlement"),
    "rights.withdraw_authorisation": lambda d, s: rights.withdraw_authorisation(d, s.authorisation_id, "撤回"),
    "settlement.bind_account": partial(bind, do=settlement.bind_account),
    "settlement.plan_binding": partial(bind, do=settlement.plan_binding),
    "settlement.tell_customer": lambda desk, scene: settlement.tell_customer(desk, scene.notice_id, "phone"),
    "settlement.unbind_account": lambda desk, scene: settlement.unbind_account(desk, scene.account_id, 1, "换卡"),
}


class Undone(Exception):
    """Ends a try without leaving anything behind."""


def tried(office: Office, actor: Actor, do: Callable[[Desk], object]) -> Refusal | None:
    """The refusal of an operation that is rolled back whatever it did."""
    try:
        with office.desk(actor) as desk:
            do(desk)
            raise Undone
    except Undone:
        return None
    except Refusal as refusal:
        return refusal


def function_of(name: str) -> Callable[..., object]:
    """The function behind a row of the table."""
    module, _, function = name.partition(".")
    found: Callable[..., object] = getattr(__import__(f"hub.operations.{module}", fromlist=[function]), function)
    return found


def test_every_operation_on_a_customers_things_stands_in_the_matrix() -> None:
    naming = {name for name in OPERATIONS if set(inspect.signature(function_of(name)).parameters) & set(NAMES)}
    assert naming == set(SCENES)


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("name", sorted(SCENES))
def test_another_units_customer_does_not_exist_and_other_posts_are_refused(
    office: Office, scene: Scene, name: str
) -> None:
    row, scenario = OPERATIONS[name], SCENES[name]

    def do(desk: Desk) -> object:
        return scenario(desk, scene)

    nothing = Scene(**{key: uuid4() for key in scene.ids()})
    if "request" not in inspect.signature(function_of(name)).parameters:
        unknown = tried(office, holder(min(row.posts), PARENT), lambda desk: scenario(desk, nothing))
        assert isinstance(unknown, NotFound)
    for post in Post:
        for unit in (OWN, PARENT, OTHER):
            found = tried(office, holder(post, unit), do)
            if post not in row.posts:
                assert isinstance(found, NotPermitted), (name, post, unit)
            elif unit == OTHER:
                assert isinstance(found, NotFound), (name, post, unit, found)
                if "request" not in inspect.signature(function_of(name)).parameters:
                    assert found.sentence() == unknown.sentence(), "the two answers tell that it exists"
            else:
                assert not isinstance(found, NotFound | NotPermitted), (name, post, unit, found)
    assert isinstance(tried(office, holder(None, OWN), do), NotPermitted)


@pytest.mark.article("R4.1", "G11")
@pytest.mark.parametrize("unit", [OWN, PARENT, OTHER])
def test_lists_hold_only_the_callers_units(office: Office, scene: Scene, unit: str) -> None:
    actor, there = holder(Post.STATISTICS_CLERK, unit), unit != OTHER
    with office.desk(actor) as desk:
        listed: dict[str, list[UUID]] = {
            "customers": [row.id for row in customers.list_customers(desk)],
            "asks": [row.id for row in ask_operations.list_asks(desk)],
            "doubts": [view.ask.id for view in ask_operations.doubts(desk)],
        }
        work = home.work(desk)
    listed["untold"], listed["work"] = [row.id for _, row in work.untold], [ask.id for ask in work.doubts]
    assert (scene.customer_id in listed["customers"]) is there and (scene.ask_id in listed["asks"]) is there
    assert (scene.package_id in listed["asks"]) is there, "a package shows whose agreements travel in it"
    assert all(bool(rows) is there for rows in listed.values()), listed


@pytest.mark.article("R4.1", "R7.10")
def test_a_package_with_other_units_customers_shows_only_ones_own_rows_and_is_not_ones_own_to_act_on(
    office: Office, scene: Scene
) -> None:
    with office.desk(people.CLERK) as desk:
        mine, theirs = people.customer(desk, 31), people.customer(desk, 32)
        theirs.unit_code = OTHER
        for number, row in ((31, mine), (32, theirs)):
            settlement.bind_account(desk, people.request(desk, row, number, with_package=True))
        from_other = OPERATIONS["packages.send_package"]
        [package] = function_of(from_other.name)(desk, "icbc")  # type: ignore[misc, attr-defined]
        codes = mine.code, theirs.code
    for unit, code in zip((OWN, OTHER), codes, strict=True):
        with office.desk(holder(Post.STATISTICS_CLERK, unit)) as desk:
            view = ask_operations.show_ask(desk, package)
            assert [row.customer_code for row in view.rows] == [code] and not view.attempts
        found = tried(office, holder(Post.STATISTICS_CLERK, unit), lambda desk: ask_operations.ask_again(desk, package))
        assert isinstance(found, ask_operations.OthersToo)


@pytest.mark.article("R4.1", "R7.10")
def test_a_county_packs_only_its_own_agreements(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 41)
        ask_id = settlement.bind_account(desk, people.request(desk, row, 41, with_package=True))
    send: Any = function_of("packages.send_package")
    assert office.perform(holder(Post.STATISTICS_CLERK, OTHER), send, "icbc") == []
    [package] = office.perform(holder(Post.STATISTICS_CLERK, OWN), send, "icbc")
    with office.desk(people.CLERK) as desk:
        assert [row.id for row in ask_operations.show_ask(desk, package).rows] == [ask_id]


@pytest.mark.article("R4.1")
def test_a_field_is_changed_only_by_its_owner_in_the_customers_own_unit(office: Office, scene: Scene) -> None:
    """A post elsewhere does not lend its fields to a post here."""
    mixed = Actor(people.CLERK_ID, "两岗", frozenset({(Post.STATISTICS_CLERK, OTHER), (Post.DELIVERY_DRIVER, OWN)}))
    field = next(row for row in customers.CATALOGUE if row.owner == Post.STATISTICS_CLERK and _open(row.key))
    with office.desk(people.CLERK) as desk:
        version = desk.customer(scene.customer_id).version
    change = partial(customers.change_fields, version=version, values={field.key: "二线"}, why="线路调整")
    found = tried(office, mixed, lambda desk: change(desk, scene.customer_id))
    assert isinstance(found, NotPermitted)
    found = tried(office, holder(Post.STATISTICS_CLERK, OWN), lambda desk: change(desk, scene.customer_id))
    assert not isinstance(found, NotPermitted)


def _open(key: str) -> bool:
    return key not in customers.BY_OTHER_WAYS
