"""What each operation on one customer's things is tried with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from hub.operations import cards, carriers
from hub.operations.asks import manual_closing, overview, requested_input
from hub.operations.asks import steering as ask_operations
from hub.operations.changes import applications, awaited_orders, first_delivery, paper_forms, temporary
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import reveals, timeline
from hub.operations.desk import Desk
from hub.operations.documents import custody, evidence, hand_ins
from hub.operations.grades import certificates
from hub.operations.onboarding import board, trainings, web_ordering
from hub.operations.outages import device_failures, outages, power_cuts, web_help
from hub.operations.oversight import spot_checks
from hub.operations.phones import call_stops, calls, checks, numbers_to_call, permit_reasons, watch_list
from hub.operations.phones import permits as phone_permits
from hub.operations.privacy import authorisations
from hub.operations.reconciliation import differences
from hub.operations.routes import meetings, stop_order
from hub.operations.settlement import accounts, kept_orders, pending_bindings
from hub.operations.tasks import enquiries, handed_requests, tasks
from hub.ports import now, today
from hub.registry.customers import customers as customer_questions
from tests.support import people
from tests.support.scenes import Scene

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
    "certificate_id",
    "hand_id",
    "hand_in_id",
    "request",
)
"""Arguments by which an operation names one customer's things."""
Scenario = Callable[[Desk, Scene], object]


def bind(desk: Desk, scene: Scene, do: Callable[..., object]) -> object:
    row = customer_questions.get(desk.tx, scene.customer_id)
    assert row is not None
    return do(desk, people.request(desk, row, 9, customer_id=scene.customer_id))


def close_again(desk: Desk, scene: Scene) -> object:
    return manual_closing.propose_closing(desk, scene.ask_id, "live", "再次", scene.evidence_id)


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
    "calling.ask_to_call": lambda d, s: call_stops.ask_to_call(d, s.customer_id, "修好了"),
    "calling.record_try": lambda d, s: calls.record_try(d, s.customer_id, "order_phone", False, "无人接听"),
    "calling.record_missed": lambda d, s: calls.record_missed(d, s.customer_id),
    "calling.record_call": lambda d, s: call_stops.record_call(d, s.stop_id, True, "接通"),
    "calling.show_number": lambda d, s: numbers_to_call.show_number(d, s.customer_id, "order_phone"),
    "calling.stop_calling": lambda d, s: call_stops.stop_calling(d, s.customer_id, "打不通"),
    "calling.stop_of": lambda d, s: call_stops.stop_of(d, s.customer_id),
    "device_reports.show_reports": lambda d, s: device_failures.show_reports(d, s.customer_id),
    "outages.end_outage": lambda d, s: outages.end_outage(d, s.outage_id, "已恢复"),
    "outages.go_on": lambda d, s: outages.go_on(d, s.outage_id),
    "outages.list_affected": lambda d, s: outages.list_affected(d, s.outage_id),
    "outages.list_unreturned": lambda d, s: outages.list_unreturned(d, s.outage_id),
    "outages.show_outage": lambda d, s: outages.show_outage(d, s.outage_id),
    "outages.stop_switching": lambda d, s: outages.stop_switching(d, s.outage_id),
    "outages.switch_over": lambda d, s: outages.switch_over(d, s.outage_id, 0),
    "custody.hand_in": lambda d, s: custody.hand_in(d, s.evidence_id, "firstclerk", True),
    "custody.confirm_hand_in": lambda d, s: hand_ins.confirm_hand_in(d, s.hand_in_id),
    "custody.decline_hand_in": lambda d, s: hand_ins.decline_hand_in(d, s.hand_in_id, "没有收到"),
    "custody.hand_in_record": lambda d, s: hand_ins.hand_in_record(d, s.application_id, "firstclerk"),
    "onboarding_board.approve": lambda d, s: board.approve_quantity(d, s.onboarding_id, "9"),
    "onboarding_board.end_onboarding": lambda d, s: board.end_onboarding(d, s.onboarding_id, "不来了"),
    "onboarding_board.settle": lambda d, s: board.settle_entry(d, s.onboarding_id, "王经理"),
    "onboarding_board.show_onboarding": lambda d, s: board.show_onboarding(d, s.onboarding_id),
    "trainings.agree_training": lambda d, s: trainings.agree_training(d, s.customer_id, today(), "shop"),
    "trainings.record_training": lambda d, s: trainings.record_training(d, s.training_id, True, ""),
    "web_ordering.deliver_password": lambda d, s: web_ordering.deliver_password(d, s.web_id, "phone"),
    "web_ordering.issue_password": lambda desk, scene: web_ordering.issue_password(desk, scene.web_id),
    "web_ordering.reset_password": lambda d, s: web_ordering.reset_password(d, s.web_id, "没有收到"),
    "phone_permits.end_permit": lambda d, s: phone_permits.end_permit(d, s.permit_id, "不再需要"),
    "phone_permits.file_permit": lambda desk, scene: phone_permits.file_permit(desk, scene.permit_id),
    "phone_permits.record_visit": lambda d, s: phone_permits.record_visit(d, s.permit_id, s.customer_id, "正常"),
    "phone_permits.write_reason": lambda d, s: permit_reasons.write_reason(d, s.permit_id, s.customer_id, "同一店主"),
    "phone_permits.sign_permit": lambda d, s: phone_permits.sign_permit(d, s.permit_id, True, "", ""),
    "route_meetings.propose": lambda d, s: meetings.propose(d, s.customer_id, {"stop_order": "3"}, "顺路"),
    "driving.clear_address": lambda d, s: stop_order.clear_address(d, s.customer_id, "已核实"),
    "route_views.record_view": lambda d, s: first_delivery.record_view(
        d, s.application_id, "delivery_driver", "司机", True, "顺路"
    ),
    "route_views.to_meeting": lambda d, s: first_delivery.to_meeting(d, s.application_id),
    "watching.record_check": lambda d, s: checks.record_check(d, s.watch_id, "visit", False, "正常"),
    "watching.show_watched": lambda d, s: checks.show_watched(d, s.watch_id),
    "watching.watches_of": lambda d, s: checks.watches_of(d, s.customer_id),
    "watching.clear_watched": lambda d, s: watch_list.clear_watched(d, s.watch_id, "核查属实"),
    "grade_certificates.issue_certificate": lambda d, s: certificates.issue_certificate(d, s.customer_id),
    "grade_certificates.list_certificates": lambda d, s: certificates.list_certificates(d, s.customer_id),
    "grade_certificates.show_certificate": lambda d, s: certificates.show_certificate(d, s.certificate_id),
    "power_cuts.call_off": lambda desk, scene: power_cuts.call_off(desk, scene.cut_id, "取消"),
    "power_cuts.move_cut": lambda d, s: power_cuts.move_cut(d, s.cut_id, tomorrow(), tomorrow(9), "改期"),
    "power_cuts.record_warning": lambda d, s: power_cuts.record_warning(d, s.cut_id, s.customer_id, "laptop"),
    "power_cuts.show_cut": lambda desk, scene: power_cuts.show_cut(desk, scene.cut_id),
    "forms.show_empty_form": lambda desk, scene: paper_forms.show_empty_form(desk, scene.customer_id, "bank_change"),
    "forms.show_form": lambda desk, scene: paper_forms.show_form(desk, scene.application_id),
    "help_records.record_help": lambda d, s: web_help.record_help(d, s.customer_id, "on_behalf", "电脑坏了"),
    "spot_checks.list_checks": lambda d, s: spot_checks.list_checks(d, s.customer_id),
    "spot_checks.record_check": lambda d, s: spot_checks.record_check(d, s.customer_id, "shop_name", True, "paper"),
    "timelines.show_timeline": lambda desk, scene: timeline.show_timeline(desk, scene.customer_id),
    "orders.record_orders": lambda desk, scene: awaited_orders.record_orders(desk, [scene.customer_id], "phone"),
    "returning.record_order": lambda desk, scene: temporary.record_order(desk, scene.customer_id, "phone"),
    "matters.take_matter": lambda desk, scene: enquiries.take_matter(desk, scene.customer_id, "想换一条送货线路"),
    "handed_requests.decline": lambda d, s: handed_requests.decline(d, s.hand_id, "不归本岗位"),
    "handed_requests.hand_on": lambda d, s: handed_requests.hand_on(d, s.task_id, "order_desk", "请接办"),
    "handed_requests.take": lambda d, s: handed_requests.take(d, s.hand_id),
    "handed_requests.take_back": lambda d, s: handed_requests.take_back(d, s.hand_id),
    "tasks.finish": lambda desk, scene: tasks.finish(desk, scene.task_id, "已归档"),
    "tasks.show_task": lambda desk, scene: tasks.show_task(desk, scene.task_id),
    "tasks.hand_over": lambda desk, scene: tasks.hand_over(desk, scene.task_id, "firstclerk", "转办"),
    "asks.ask_again": lambda desk, scene: ask_operations.ask_again(desk, scene.ask_id),
    "asks.cancel": lambda desk, scene: ask_operations.cancel(desk, scene.ask_id, "不需要"),
    "asks.replay": lambda desk, scene: ask_operations.replay(desk, scene.ask_id, "再试"),
    "asks.show_ask": lambda desk, scene: overview.show_ask(desk, scene.ask_id),
    "closing.confirm_closing": lambda desk, scene: manual_closing.confirm_closing(desk, scene.ask_id),
    "closing.propose_closing": close_again,
    "closing.reject_closing": lambda desk, scene: manual_closing.reject_closing(desk, scene.ask_id, "不对"),
    "customers.as_of": lambda desk, scene: customer_fields.as_of(desk, scene.customer_id, now()),
    "customers.change_fields": lambda desk, scene: customer_fields.change_fields(desk, scene.customer_id, 1, {}, "改"),
    "customers.reveal_account_number": lambda d, s: reveals.reveal_account_number(d, s.account_id, "核对卡号"),
    "customers.reveal_field": lambda d, s: reveals.reveal_field(d, s.customer_id, "order_phone", "核对电话"),
    "customers.show_customer": lambda desk, scene: customer_fields.show_customer(desk, scene.customer_id),
    "announcing.announce_by_hand": lambda d, s: carriers.announce_by_hand(d, s.customer_id, "TX1"),
    "differences.confirm": lambda desk, scene: differences.confirm(desk, scene.difference_id),
    "differences.propose": lambda desk, scene: differences.propose(desk, scene.difference_id, "theirs", "已核实"),
    "handing_in.give_up": lambda desk, scene: requested_input.give_up(desk, scene.ask_id, "客户不办了"),
    "handing_in.hand_in": lambda desk, scene: requested_input.hand_in(desk, scene.ask_id, people.Secret("246810")),
    "handing_in.send_again": lambda desk, scene: requested_input.send_again(desk, scene.ask_id),
    "evidence.add_evidence": lambda d, s: evidence.add_evidence(
        d, s.customer_id, "bank_letter", "函", "", b"%PDF-1", "资料员"
    ),
    "evidence.evidence_of": lambda desk, scene: evidence.list_evidence(desk, scene.customer_id),
    "evidence.read_evidence": lambda desk, scene: evidence.read_evidence(desk, scene.evidence_id),
    "rights.give_authorisation": lambda d, s: authorisations.give_authorisation(d, s.customer_id, "icbc", "settlement"),
    "rights.withdraw_authorisation": lambda d, s: authorisations.withdraw_authorisation(d, s.authorisation_id, "撤回"),
    "settlement.bind_account": partial(bind, do=accounts.bind_account),
    "settlement.hold_binding": partial(bind, do=pending_bindings.hold_binding),
    "settlement.plan_binding": partial(bind, do=accounts.plan_binding),
    "settlement.tell_customer": lambda desk, scene: accounts.tell_customer(desk, scene.notice_id, "phone"),
    "settlement.unbind_account": lambda desk, scene: accounts.unbind_account(desk, scene.account_id, 1, "换卡"),
}
