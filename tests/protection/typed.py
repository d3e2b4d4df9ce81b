"""What a person types freely, in every operation that changes something: the words stand in each such argument."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.domain.facts import ProbeLeg
from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import Actor, Post
from hub.domain.states import AskState, RouteMeetingState, ScenarioState, WebOrderingState
from hub.operations import cards
from hub.operations.administration import calendar
from hub.operations.asks import manual_closing, requested_input, steering
from hub.operations.changes import applications, temporary
from hub.operations.changes import first_delivery as first_delivery_operations
from hub.operations.changes.plan import ChangeRequest
from hub.operations.channels import control as channel_control
from hub.operations.channels import settings_proposals
from hub.operations.channels.values import Wanted
from hub.operations.customers import field_switches, reveals
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.documents import evidence, hand_ins
from hub.operations.grades import evaluations, revisits
from hub.operations.onboarding import board, imports, trainings, web_ordering
from hub.operations.outages import outages, power_cuts, web_help
from hub.operations.outages.power_cuts import CutRequest
from hub.operations.oversight import spot_checks
from hub.operations.phones import call_stops, calls, checks, permit_reasons, watch_list
from hub.operations.phones import permits as phone_permits
from hub.operations.phones.permits import PermitRequest
from hub.operations.privacy import authorisations, exports
from hub.operations.privacy.exports import ExportRequest
from hub.operations.reconciliation import callback_archive, differences
from hub.operations.routes import implementation, meetings, scenario_upkeep, scenarios, stop_order
from hub.operations.settlement import accounts, kept_orders
from hub.operations.staff import access_requests, api_tokens, leave_cover, second_person, users
from hub.operations.tasks import enquiries, handed_requests, tasks
from hub.operations.unit_lists import keeping
from hub.ports import new_id, now, today
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation import callbacks
from hub.registry.schema import (
    Account,
    Application,
    Ask,
    Customer,
    Export,
    GradeRevisit,
    PermitMember,
    PhonePermit,
    RouteMeeting,
    RouteProposal,
    RouteScenario,
    Task,
    WebOrdering,
)
from tests.support import people
from tests.support.clocks import order_day
from tests.support.makers.routes import because
from tests.support.posts import first_delivery, person
from tests.support.scenes import Scene, another

Typed = Callable[[Desk, Scene, str], object]
OWN = people.UNIT
ALL = frozenset((post, "3701") for post in Post)
EVERYBODY = Actor(people.CLERK_ID, "统计员甲", ALL)


def by_another(desk: Desk) -> Desk:
    """The same desk with somebody else at it, who holds every post too."""
    return replace(desk, actor=another(desk, "second", *ALL))


def customer(desk: Desk, scene: Scene) -> Customer:
    """The scene's customer."""
    return desk.tx.get_one(Customer, scene.customer_id)


def fresh(desk: Desk, **values: str) -> Customer:
    """Another customer of the same unit, about whom nothing is open."""
    row = people.customer(desk, 77)
    row.values = values
    desk.tx.flush()
    return row


def told(desk: Desk, words: str) -> ChangeRequest:
    """A change by a rule that asks for nothing but words; they are its reason."""
    row = fresh(desk, order_method="web")
    return ChangeRequest(
        customer_id=row.id, version=row.version, rule="phone_told", values={"order_phone": "13900000066"}, why=words
    )


def urgent(desk: Desk, words: str) -> ChangeRequest:
    """An urgent change of route; they are why no meeting can be called."""
    row = fresh(desk, delivery_route="城北一线")
    return ChangeRequest(
        customer_id=row.id,
        version=row.version,
        rule="route_urgent",
        values={"delivery_route": "城北二线"},
        why="修路",
        no_meeting=words,
    )


def sent_back(desk: Desk, scene: Scene, words: str) -> object:
    row = desk.tx.get_one(Application, scene.application_id)
    applications.decide(by_another(desk), row.id, "send_back", row.digest, words)
    wanted = ChangeRequest(
        customer_id=row.customer_id,
        version=customer(desk, scene).version,
        rule=row.rule,
        values={"settlement_bank": "abc"},
        why=words,
        no_meeting=words,
        evidence_ids=tuple(UUID(each) for each in row.evidence),
        documents=people.SHOWN,
    )
    return applications.send_again(desk, row.id, wanted)


def rejected(desk: Desk, scene: Scene, words: str) -> object:
    row = desk.tx.get_one(Application, scene.application_id)
    return applications.decide(by_another(desk), row.id, "reject", row.digest, words)


def ask_as(desk: Desk, ask_id: UUID, state: AskState, waits_for: str | None = None) -> UUID:
    """The ask, put into a state."""
    row = desk.tx.get_one(Ask, ask_id)
    row.state, row.waits_for, row.lease_until, row.doubt_since = state, waits_for, None, None
    desk.tx.flush()
    return ask_id


def closed_anew(desk: Desk, scene: Scene, words: str) -> object:
    manual_closing.reject_closing(by_another(desk), scene.ask_id, words)
    return manual_closing.propose_closing(desk, scene.ask_id, "live", words, scene.evidence_id)


def away(desk: Desk, _: Scene, words: str) -> object:
    person(desk, "away9", (Post.SECTION_CHIEF, "a"))
    person(desk, "there9", (Post.SECTION_CHIEF, "b"))
    leave = leave_cover.enter_leave(desk, "away9", today(), today(), words)
    return leave_cover.end_leave(desk, leave, words)


def exported(desk: Desk, words: str) -> UUID:
    return exports.ask_export(desk, ExportRequest(OWN, ["customer_code"], {"delivery_route": words}, words))


def not_exported(desk: Desk, _: Scene, words: str) -> object:
    row = desk.tx.get_one(Export, exported(desk, words))
    return exports.decide_export(by_another(desk), row.id, False, row.shown_hash.hex(), words)


def kept_for_a_lost_card(desk: Desk, _: Scene, words: str) -> object:
    row = fresh(desk)
    people.lost(desk, row)
    return kept_orders.keep_order(desk, row.id, "clerk_away", words)


def revisited(desk: Desk, _: Scene, words: str) -> object:
    evaluation = evaluations.enter_evaluation(desk, OWN, today())
    row = GradeRevisit(id=new_id(), evaluation_id=evaluation, unit_code=OWN, manager="王示例", since=now(), looked_at=0)
    desk.tx.add(row)
    desk.tx.flush()
    return revisits.end_revisit(desk, row.id, words)


def late_training(desk: Desk, scene: Scene, words: str) -> object:
    case = desk.tx.get_one(WebOrdering, scene.web_id)
    case.state = "delivered"
    return trainings.agree_training(desk, scene.customer_id, today() + timedelta(40), "shop", words)


def permit(desk: Desk, words: str) -> UUID:
    reasons = {fresh(desk).code: words, people.customer(desk, 78).code: words}
    return phone_permits.ask_permit(
        desk, PermitRequest(Secret("13900000099"), reasons, words, today() + timedelta(9), 30)
    )


def permitted(desk: Desk, scene: Scene, words: str) -> object:
    row = desk.tx.get_one(PhonePermit, scene.permit_id)
    row.state = "permitted"
    return phone_permits.record_visit(desk, row.id, scene.customer_id, words)


def reason_written(desk: Desk, scene: Scene, words: str) -> object:
    row = desk.tx.get_one(PhonePermit, scene.permit_id)
    member = desk.tx.get_one(PermitMember, (row.id, scene.customer_id))
    row.state, member.reason = "asked_for", ""
    desk.tx.flush()
    return permit_reasons.write_reason(desk, row.id, scene.customer_id, words)


def permit_signed(desk: Desk, _: Scene, words: str) -> object:
    row = desk.tx.get_one(PhonePermit, permit(desk, words))
    return phone_permits.sign_permit(by_another(desk), row.id, True, row.shown_hash.hex(), words)


def tomorrow(hours: int = 0) -> datetime:
    return now() + timedelta(days=1, hours=hours)


def cut(desk: Desk, words: str) -> UUID:
    return power_cuts.enter_cut(desk, CutRequest(OWN, "route", tomorrow(), tomorrow(9), words, (words,)))


def proposal(desk: Desk, words: str) -> tuple[UUID, UUID]:
    """A meeting, and a proposal before it."""
    row = fresh(desk, delivery_route="城北一线", account_manager="王示例", order_day="1", quantified_data="10")
    wanted = meetings.propose(desk, row.id, {"delivery_route": "城北二线"}, words)
    return meetings.call_meeting(desk, OWN, today()), wanted


def decided(desk: Desk, words: str, decision: str = "accepted") -> tuple[UUID, UUID]:
    meeting, wanted = proposal(desk, words)
    meetings.decide_proposal(by_another(desk), meeting, wanted, decision, words)
    return meeting, wanted


def closed(desk: Desk, _: Scene, words: str) -> object:
    meeting, _wanted = decided(desk, words, "postponed")
    return meetings.close_meeting(desk, meeting, words, words, words)


def postponed(desk: Desk, _: Scene, words: str) -> object:
    meeting, wanted = decided(desk, words)
    row = desk.tx.get_one(RouteMeeting, meeting)
    row.state, row.minutes_hash, row.closed_at = RouteMeetingState.CLOSED, b"x", now()
    desk.tx.flush()
    assert desk.tx.get_one(RouteProposal, wanted).decision == "accepted"
    return implementation.postpone_route(desk, wanted, words)


def scenario(desk: Desk, words: str) -> RouteScenario:
    fresh(desk, visit_route="甲线", delivery_route="甲线")
    day = today() + timedelta(days=3)
    found = scenarios.compute_scenario(
        desk, OWN, ["甲线", words], ["甲线", "一线"], words, day, "visit_route", **because(day)
    )
    return desk.tx.get_one(RouteScenario, found)


def scenario_signed(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    scenarios.ask_signature(desk, row)
    return scenarios.sign_scenario(by_another(desk), row.id, False, row.shown_hash.hex(), words)


def scenario_reversed(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    row.state = ScenarioState.APPLIED
    return scenarios.reverse_scenario(desk, row.id, words)


def called(desk: Desk, _: Scene, words: str) -> object:
    row = fresh(desk, order_method="phone", order_day=order_day())
    return calls.record_try(desk, row.id, "order_phone", False, words)


def scenario_met(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    meeting = RouteMeeting(id=new_id(), unit_code=OWN, held_on=today(), state="closed", called_at=now())
    meeting.called_by_name = "科长"
    desk.tx.add(meeting)
    desk.tx.flush()
    return scenario_upkeep.record_meeting(desk, row.id, meeting.id, words)


def scenario_again(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    row.state = ScenarioState.FAILED
    return scenario_upkeep.compute_again(desk, row.id, words, ["甲线", "一线"])


def scenario_corrected(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    row.state, row.targets = ScenarioState.APPLIED, ["甲线", "一线"]
    desk.tx.flush()
    return scenario_upkeep.correct_customer(desk, row.id, f"{OWN}000077", "一线", words)


def scenario_kept(desk: Desk, _: Scene, words: str) -> object:
    row = scenario(desk, words)
    row.state = ScenarioState.APPLIED
    return scenario_upkeep.finish_upkeep(desk, row.id, words)


def viewed(desk: Desk, _: Scene, words: str) -> object:
    asked = first_delivery(desk, fresh(desk, delivery_route="城北一线"))
    return first_delivery_operations.record_view(desk, asked, "delivery_driver", words, False, words)


def before_the_meeting(desk: Desk, scene: Scene, words: str) -> object:
    asked = first_delivery(desk, fresh(desk, delivery_route="城北一线"))
    for post in ("delivery_driver", "account_manager"):
        first_delivery_operations.record_view(desk, asked, post, words, False, words)
    return first_delivery_operations.to_meeting(desk, asked)


def driven(desk: Desk, scene: Scene, words: str) -> object:
    row = fresh(desk, delivery_route="城北一线")
    desk.actor = Actor(people.CLERK_ID, "统计员甲", ALL)
    people.post(desk, people.CLERK_ID, Post.DELIVERY_DRIVER, OWN)
    stop_order.name_driver(desk, OWN, "城北一线", "firstclerk")
    return stop_order.report_address(desk, stop_order.AddressSeen(OWN, "城北一线", row.id, words))


def address_cleared(desk: Desk, scene: Scene, words: str) -> object:
    stop_order.tell_control(desk, customer(desk, scene), "城北一线", words)
    return stop_order.clear_address(desk, scene.customer_id, words)


def matter(desk: Desk, scene: Scene, words: str) -> UUID:
    return enquiries.take_matter(desk, scene.customer_id, words)


def handed_over(desk: Desk, scene: Scene, words: str) -> object:
    task = matter(desk, scene, words)
    person(desk, "taker1", *((post, "a") for post in Post))
    return tasks.hand_over(desk, task, "taker1", words)


def handed_on(desk: Desk, scene: Scene, words: str) -> object:
    person(desk, "taker2", *((post, "a") for post in Post))
    task = matter(desk, scene, words)
    post = "order_desk" if desk.tx.get_one(Task, task).post != "order_desk" else "inspector"
    hand = handed_requests.hand_on(desk, task, post, words)
    return handed_requests.decline(by_another(desk), hand, words)


def token(desk: Desk, _: Scene, words: str) -> object:
    person(desk, "control1", (Post.INTERNAL_CONTROL, "a"))
    service = users.create_service_user(desk, "programme", words, OWN)
    return api_tokens.issue_token(desk, service, words, ["read"], OWN, now() + timedelta(days=9))


def reset(desk: Desk, scene: Scene, words: str) -> object:
    desk.tx.get_one(WebOrdering, scene.web_id).state = WebOrderingState.DELIVERED
    return web_ordering.reset_password(desk, scene.web_id, words)


def day_off(desk: Desk, _: Scene, words: str) -> object:
    calendar.enter_days(desk, [date(2030, 1, 7), date(2030, 1, 8)], False, words)
    return calendar.withdraw_day(desk, date(2030, 1, 7), words)


def message(desk: Desk, _: Scene, words: str) -> object:
    kept = callbacks.keep(desk.tx, desk.vault, "icbc", words.encode(), {"x-words": "1"}, now())
    return callback_archive.hear_again(desk, kept, words)


def given_up(desk: Desk, scene: Scene, words: str) -> object:
    return requested_input.give_up(desk, ask_as(desk, scene.ask_id, AskState.ACCEPTED, "input:sms_code"), words)


def helped(desk: Desk, scene: Scene, words: str) -> object:
    row = fresh(desk, order_method="web")
    web_help.record_help_by_code(desk, row.code, "on_behalf", words, words)
    return web_help.record_help(desk, row.id, "on_behalf", words, words)


def lost_card(desk: Desk, scene: Scene, words: str) -> object:
    row = fresh(desk)
    people.certify(desk, row)
    found = cards.CardReport(customer_id=row.id, version=row.version, event="credit_pending", choice="cash", why=words)
    return cards.report_card(desk, found)


def shared_by(desk: Desk, scene: Scene, words: str) -> object:
    return phone_permits.end_permit(desk, permit(desk, words), words)


def ended_grade(desk: Desk, _: Scene, words: str) -> object:
    return evaluations.end_review(desk, evaluations.enter_evaluation(desk, OWN, today()), words)


def imported(desk: Desk, _: Scene, words: str) -> object:
    line = "客户代码,烟草证号,持证人,店名,单位代码,身份证号,订货电话\n370101000009,370101000009,测试,示例,370101,,\n"
    return imports.preview_import(desk, f"{words}.csv", line.encode())


def paused(desk: Desk, _: Scene, words: str) -> object:
    channel_state.ensure(desk.tx, ["icbc"])
    return channel_control.pause(desk, "icbc", words)


def never_sent(desk: Desk, scene: Scene, state: AskState) -> UUID:
    """The ask, of which nothing has left."""
    desk.tx.get_one(Ask, scene.ask_id).sent_at = None
    return ask_as(desk, scene.ask_id, state)


def ended_account(desk: Desk, scene: Scene, words: str) -> object:
    row = customer(desk, scene)
    people.lost(desk, row)
    account = desk.tx.get_one(Account, scene.account_id)
    account.state = "live"
    ask_as(desk, scene.ask_id, AskState.DONE)
    return accounts.unbind_account(desk, account.id, account.version, words)


def access_refused(desk: Desk, _: Scene, words: str) -> object:
    """A post that somebody else asked for, for a third."""
    about = person(desk, "asked9", (Post.ORDER_DESK, "a"))
    asker = by_another(desk)
    request = second_person.new_request(asker, "grant", about, OWN, now() + timedelta(days=1))
    request.post, request.post_unit, request.holder = Post.SECTION_CHIEF, OWN, "a"
    desk.tx.add(request)
    desk.tx.flush()
    return access_requests.reject(desk, request.id, words)


def settings_refused(desk: Desk, _: Scene, words: str) -> object:
    """A bank's address that somebody else proposed."""
    want = Wanted(desk.channels["icbc"], None, {"base_url": "https://bank.test"})
    channel_state.ensure(desk.tx, ["icbc"])
    proposer = replace(by_another(desk), units=frozenset({"3701"}))
    proposal = settings_proposals.propose(proposer, want, words, [ProbeLeg("dns", False, words)])
    return settings_proposals.reject_settings(desk, proposal.id, words)


TYPED: dict[tuple[str, ...], Typed] = {
    ("access_requests.reject.why",): access_refused,
    ("channel_desk.save_settings.why", "channel_desk.save_settings.legs.text",
     "settings_proposals.reject_settings.why"): settings_refused,
    ("applications.decide.why",): rejected,
    ("applications.send_again.request.why", "applications.send_again.request.no_meeting",
     "applications.decide.why"): sent_back,
    ("applications.send_change.request.why",): lambda d, s, w: applications.send_change(d, told(d, w)),
    ("applications.send_change.request.no_meeting",): lambda d, s, w: applications.send_change(d, urgent(d, w)),
    ("applications.withdraw.why",): lambda d, s, w: applications.withdraw(d, s.application_id, w),
    ("asks.cancel.why",): lambda d, s, w: steering.cancel(d, never_sent(d, s, AskState.QUEUED), w),
    ("asks.replay.why",): lambda d, s, w: steering.replay(d, never_sent(d, s, AskState.PERSON), w),
    ("calling.ask_to_call.why",): lambda d, s, w: call_stops.ask_to_call(d, s.customer_id, w),
    ("calling.record_try.words",): called,
    ("calling.record_call.said",): lambda d, s, w: call_stops.record_call(d, s.stop_id, True, w),
    ("calling.stop_calling.why",): lambda d, s, w: call_stops.stop_calling(d, fresh(d, order_method="phone").id, w),
    ("cards.close_case.why",): lambda d, s, w: cards.close_case(d, s.case_id, "found", w),
    ("cards.report_card.request.why",): lost_card,
    ("cards.urge.why",): lambda d, s, w: cards.urge(d, s.case_id, w),
    ("channel_desk.pause.why",): paused,
    ("channel_desk.record_probe.legs.text",): lambda d, s, w: channel_control.record_probe(
        d, "icbc", [ProbeLeg("login", False, w)]
    ),
    ("closing.propose_closing.why", "closing.reject_closing.why"): closed_anew,
    ("cover.enter_leave.why", "cover.end_leave.why"): away,
    ("customers.change_fields.why",): lambda d, s, w: customer_fields.change_fields(
        d, s.customer_id, customer(d, s).version, {"backup_phone": "13900000066"}, w
    ),
    ("customers.switch_field.why",): lambda d, s, w: field_switches.switch_field(d, "industry", True, w),
    ("customers.reveal_field.reason",): lambda d, s, w: reveals.reveal_field(d, s.customer_id, "order_phone", w),
    ("customers.reveal_account_number.reason",): lambda d, s, w: reveals.reveal_account_number(d, s.account_id, w),
    ("differences.propose.why",): lambda d, s, w: differences.propose(d, s.difference_id, "theirs", w),
    ("custody.decline_hand_in.why",): lambda d, s, w: hand_ins.decline_hand_in(d, s.hand_in_id, w),
    ("driving.clear_address.finding",): address_cleared,
    ("driving.report_address.seen.what",): driven,
    ("evidence.add_evidence.title", "evidence.add_evidence.custodian"): lambda d, s, w: evidence.add_evidence(
        d, s.customer_id, "bank_letter", w, w, b"%PDF-1", w
    ),
    ("exports.ask_export.wanted.purpose", "exports.ask_export.wanted.filters"): lambda d, s, w: exported(d, w),
    ("exports.decide_export.why",): not_exported,
    ("grade_revisits.end_revisit.why",): revisited,
    ("grading.end_review.why",): ended_grade,
    ("handing_in.give_up.why",): given_up,
    ("help_records.record_help.ordered_by", "help_records.record_help.note",
     "help_records.record_help_by_code.ordered_by", "help_records.record_help_by_code.note"): helped,
    ("kept_orders.keep_order.why",): kept_for_a_lost_card,
    ("kept_orders.release_order.why",): lambda d, s, w: kept_orders.release_order(d, s.kept_id, w),
    ("matters.take_matter.words", "tasks.finish.outcome"): lambda d, s, w: tasks.finish(d, matter(d, s, w), w),
    ("tasks.hand_over.why",): handed_over,
    ("handed_requests.hand_on.why", "handed_requests.decline.why"): handed_on,
    ("messages.hear_again.why",): message,
    ("onboarding.preview_import.file_name",): imported,
    ("onboarding_board.end_onboarding.why",): lambda d, s, w: board.end_onboarding(d, s.onboarding_id, w),
    ("onboarding_board.settle.with_whom",): lambda d, s, w: board.settle_entry(d, s.onboarding_id, w),
    ("outages.end_outage.why",): lambda d, s, w: outages.end_outage(d, s.outage_id, w),
    ("outages.report_outage.known",): lambda d, s, w: outages.report_outage(d, ["370102"], ["web"], now(), w, True),
    ("phone_permits.ask_permit.permit.why", "phone_permits.ask_permit.permit.reasons",
     "phone_permits.end_permit.why"): shared_by,
    ("phone_permits.write_reason.reason",): reason_written,
    ("phone_permits.record_visit.why",): permitted,
    ("phone_permits.sign_permit.why",): permit_signed,
    ("power_cuts.call_off.why",): lambda d, s, w: power_cuts.call_off(d, s.cut_id, w),
    ("power_cuts.enter_cut.wanted.source", "power_cuts.enter_cut.wanted.named"): lambda d, s, w: cut(d, w),
    ("power_cuts.move_cut.why",): lambda d, s, w: power_cuts.move_cut(d, s.cut_id, tomorrow(), tomorrow(9), w),
    ("power_cuts.record_warning.note",): lambda d, s, w: power_cuts.record_warning(
        d, s.cut_id, s.customer_id, "laptop", w
    ),
    ("returning.record_order.help",): lambda d, s, w: temporary.record_order(d, s.customer_id, "phone", None, w),
    ("rights.give_authorisation.text_version",): lambda d, s, w: authorisations.give_authorisation(
        d, people.customer(d, 79, authorised=False).id, "icbc", "settlement", w
    ),
    ("rights.withdraw_authorisation.why",): lambda d, s, w: authorisations.withdraw_authorisation(d, s.authorisation_id, w),
    ("route_carrying.postpone_route.why", "route_meetings.propose.why", "route_meetings.decide_proposal.why"): postponed,
    ("route_meetings.cancel_meeting.why",): lambda d, s, w: meetings.cancel_meeting(d, decided(d, w)[0], w),
    ("route_meetings.close_meeting.attendees", "route_meetings.close_meeting.logistics",
     "route_meetings.close_meeting.minutes"): closed,
    ("route_scenarios.compute_scenario.title", "route_scenarios.compute_scenario.sources"): lambda d, s, w: scenario(
        d, w
    ),
    ("route_scenarios.sign_scenario.why",): scenario_signed,
    ("route_scenarios.record_meeting.why",): scenario_met,
    ("route_scenarios.compute_again.why", "route_scenarios.compute_again.targets"): scenario_again,
    ("route_scenarios.correct_customer.why",): scenario_corrected,
    ("route_scenarios.finish_upkeep.words",): scenario_kept,
    ("route_scenarios.reverse_scenario.why",): scenario_reversed,
    ("route_views.record_view.said_by", "route_views.record_view.words"): viewed,
    ("route_views.to_meeting",): before_the_meeting,
    ("settlement.tell_customer.way",): lambda d, s, w: accounts.tell_customer(d, s.notice_id, w),
    ("settlement.unbind_account.why",): ended_account,
    ("spot_checks.record_check.note",): lambda d, s, w: spot_checks.record_check(
        d, s.customer_id, "industry", False, "visit", w
    ),
    ("staff.create_user.name",): lambda d, s, w: users.create_user(d, "newcomer", w, OWN),
    ("staff.create_unit.name",): lambda d, s, w: users.create_unit(d, "379901", w, "3701"),
    ("staff.create_service_user.name", "tokens.issue_token.name"): token,
    ("trainings.agree_training.why",): late_training,
    ("trainings.record_training.note",): lambda d, s, w: trainings.record_training(d, s.training_id, False, w),
    ("watching.record_check.finding", "watching.record_check.done"): lambda d, s, w: checks.record_check(
        d, s.watch_id, "visit", True, w, w
    ),
    ("unit_lists.add_entry.why",): lambda d, s, w: keeping.add_entry(d, OWN, "visit_batch", "九批", w),
    ("unit_lists.withdraw_entry.why",): lambda d, s, w: keeping.withdraw_entry(d, OWN, "visit_batch", "一批", w),
    ("watching.clear_watched.why",): lambda d, s, w: watch_list.clear_watched(d, s.watch_id, w),
    ("web_ordering.reset_password.why",): reset,
    ("workdays.enter_days.why", "workdays.withdraw_day.why"): day_off,
}  # fmt: skip
"""By what they prove: operation and argument, of a structure its field too."""


def proved() -> Iterable[str]:
    """Every argument for which there is a case."""
    return (name for names in TYPED for name in names)
