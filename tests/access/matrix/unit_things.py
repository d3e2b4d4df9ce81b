"""What each operation on a unit and its things is tried with."""

from collections.abc import Callable
from datetime import timedelta

from hub.domain.privacy.masking import Secret
from hub.operations.administration import unit_rules
from hub.operations.customers import completeness
from hub.operations.desk import Desk
from hub.operations.documents import custody
from hub.operations.grades import evaluations, revisits
from hub.operations.onboarding import entrant_lists, imports
from hub.operations.outages import outages, power_cuts, web_help
from hub.operations.outages.power_cuts import CutRequest
from hub.operations.phones import checks
from hub.operations.phones import permits as phone_permits
from hub.operations.phones.permits import PermitRequest
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest
from hub.operations.routes import implementation, loads, meetings, scenario_upkeep, scenarios, stop_order
from hub.operations.staff import users
from hub.operations.tasks import daily_mail
from hub.operations.unit_lists import keeping
from hub.ports import now, today
from tests.support import people
from tests.support.makers.routes import because

from .grounds import ROUTE, Grounds

Scenario = Callable[[Desk, Grounds], object]
SHOWN = "00"
BY_CODE = {"help_records.record_help_by_code", "onboarding.add_new_entrant", "phone_permits.ask_permit"}
"""Whose customer or unit is a value of a form: refused as a value that does not exist."""
SAYS_WHOSE = {"onboarding.add_new_entrant"}
"""Says that the unit is another's: which units there are everybody may see."""


def entrant(unit: str) -> dict[str, str]:
    """A line that names a unit."""
    named = {
        "customer_code": "370101000777",
        "licence_no": "370100000777",
        "licence_holder": "测试七",
        "unit_code": unit,
    }
    return {**named, "shop_name": "示例七店", "id_number": people.id_number(77)}


def shared(g: Grounds) -> PermitRequest:
    """Two customers who want one phone."""
    return PermitRequest(Secret("13900000099"), dict.fromkeys(g.codes, "同一店主"), "两店", today() + timedelta(days=9))


def cut(g: Grounds) -> CutRequest:
    """A power cut of the whole unit."""
    begins = now() + timedelta(days=3)
    return CutRequest(g.unit, "unit", begins, begins + timedelta(hours=9), "供电公司通知", ())


UNITS: dict[str, Scenario] = {
    "watching.set_term": lambda d, g: checks.set_term(d, g.unit, 60),
    "custody.name_custodian": lambda d, g: custody.name_custodian(d, g.unit, "bank_letter", "order_desk"),
    "driving.name_driver": lambda d, g: stop_order.name_driver(d, g.unit, ROUTE, "driver1"),
    "entrant_lists.confirm_look": lambda d, g: entrant_lists.confirm_look(d, g.unit, "none"),
    "entrant_lists.say_none": lambda d, g: entrant_lists.say_none(d, g.unit),
    "entrant_lists.set_hour": lambda d, g: entrant_lists.set_hour(d, g.unit, "09:30"),
    "entrant_lists.show_hour": lambda d, g: entrant_lists.show_hour(d, g.unit),
    "exports.ask_export": lambda d, g: exports.ask_export(d, ExportRequest(g.unit, ["shop_name"], {}, "核对店名")),
    "exports.decide_export": lambda d, g: exports.decide_export(d, g.export_id, True, SHOWN),
    "grade_revisits.end_revisit": lambda d, g: revisits.end_revisit(d, g.revisit_id, "维持不变"),
    "grade_revisits.show_revisit": lambda d, g: revisits.show_revisit(d, g.revisit_id),
    "grading.end_review": lambda d, g: evaluations.end_review(d, g.evaluation_id, "没有调整"),
    "grading.enter_evaluation": lambda d, g: evaluations.enter_evaluation(d, g.unit, today() + timedelta(days=9)),
    "grading.file_review": lambda d, g: evaluations.file_review(d, g.evaluation_id),
    "grading.show_review": lambda d, g: evaluations.show_review(d, g.evaluation_id),
    "help_records.record_help_by_code": lambda d, g: web_help.record_help_by_code(
        d, g.codes[0], "on_behalf", "设备坏了"
    ),
    "mails.confirm_address": lambda d, g: daily_mail.confirm_address(d, g.unit),
    "mails.reject_address": lambda d, g: daily_mail.reject_address(d, g.unit),
    "mails.set_address": lambda d, g: daily_mail.set_address(d, g.unit, "neiguan@example.invalid"),
    "mails.show_mail": lambda d, g: daily_mail.show_mail(d, g.mail_id),
    "onboarding.add_new_entrant": lambda d, g: imports.add_new_entrant(d, entrant(g.unit)),
    "outages.report_outage": lambda d, g: outages.report_outage(d, [g.unit], ["handset"], now(), "打不开", True),
    "phone_permits.ask_permit": lambda d, g: phone_permits.ask_permit(d, shared(g)),
    "power_cuts.enter_cut": lambda d, g: power_cuts.enter_cut(d, cut(g)),
    "route_carrying.carry_route": lambda d, g: implementation.carry_route(d, g.accepted_id),
    "route_carrying.postpone_route": lambda d, g: implementation.postpone_route(d, g.accepted_id, "暂缓"),
    "route_loads.list_loads": lambda d, g: loads.list_loads(d, g.unit),
    "route_loads.show_route": lambda d, g: loads.show_route(d, g.unit, ROUTE),
    "route_meetings.call_meeting": lambda d, g: meetings.call_meeting(d, g.unit, today()),
    "route_meetings.cancel_meeting": lambda d, g: meetings.cancel_meeting(d, g.meeting_id, "改期"),
    "route_meetings.close_meeting": lambda d, g: meetings.close_meeting(d, g.meeting_id, "甲", "乙", "同意"),
    "route_meetings.decide_proposal": lambda d, g: meetings.decide_proposal(
        d, g.meeting_id, g.proposal_id, "refused", "不顺路"
    ),
    "route_meetings.show_meeting": lambda d, g: meetings.show_meeting(d, g.meeting_id),
    "route_scenarios.compute_scenario": lambda d, g: scenarios.compute_scenario(
        d, g.unit, [ROUTE], [ROUTE, "城北二线"], "加一辆车", today() + timedelta(days=3), **because(today())
    ),
    "route_scenarios.compute_again": lambda d, g: scenario_upkeep.compute_again(d, g.scenario_id, "会议要求"),
    "route_scenarios.correct_customer": lambda d, g: scenario_upkeep.correct_customer(
        d, g.scenario_id, g.codes[0], ROUTE, "绕行"
    ),
    "route_scenarios.finish_upkeep": lambda d, g: scenario_upkeep.finish_upkeep(d, g.scenario_id, "运行正常"),
    "route_scenarios.record_meeting": lambda d, g: scenario_upkeep.record_meeting(
        d, g.scenario_id, g.meeting_id, "讨论"
    ),
    "route_scenarios.reverse_scenario": lambda d, g: scenarios.reverse_scenario(d, g.scenario_id, "不办了"),
    "route_scenarios.show_scenario": lambda d, g: scenarios.show_scenario(d, g.scenario_id),
    "route_scenarios.sign_scenario": lambda d, g: scenarios.sign_scenario(d, g.scenario_id, True, SHOWN),
    "staff.create_service_user": lambda d, g: users.create_service_user(d, "robot9", f"取数{g.unit}", g.unit),
    "staff.create_unit": lambda d, g: users.create_unit(d, "3701999", "镇", g.unit),
    "staff.create_user": lambda d, g: users.create_user(d, "newcomer9", f"新人{g.unit}", g.unit),
    "completeness.list_lacking": lambda d, g: completeness.list_lacking(d, g.unit, "industry"),
    "completeness.show_completeness": lambda d, g: completeness.show_completeness(d, g.unit),
    "unit_lists.add_entry": lambda d, g: keeping.add_entry(d, g.unit, "visit_batch", "九批", "加一批"),
    "unit_lists.list_having": lambda d, g: keeping.list_having(d, g.unit, "delivery_route", ROUTE),
    "unit_lists.show_history": lambda d, g: keeping.show_history(d, g.unit, "visit_batch"),
    "unit_lists.show_lists": lambda d, g: keeping.show_lists(d, g.unit),
    "unit_lists.withdraw_entry": lambda d, g: keeping.withdraw_entry(d, g.unit, "visit_batch", "一批", "减一批"),
    "unit_rules.set_rule": lambda d, g: unit_rules.set_rule(d, g.unit, "bank_change", due=1),
}
