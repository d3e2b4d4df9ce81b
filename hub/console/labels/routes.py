"""Words of routes, meetings, scenarios and drivers."""

from hub.domain.routes.criteria import CRITERIA
from hub.domain.routes.triggers import TRIGGERS
from hub.operations.routes import loads, meetings

Titles = dict[str, tuple[str, str]]
TRIGGER: Titles = dict(TRIGGERS)
CRITERION: Titles = dict(CRITERIA)
SCENARIO_RECORD: Titles = {
    "run": ("测算", "Computed"),
    "meeting": ("线路优化会议", "Route meeting"),
    "applied": ("启用", "Applied"),
    "correction": ("运行中调整", "Corrected"),
    "upkeep": ("维护结束", "Upkeep over"),
    "reversed": ("撤销", "Taken back"),
}
MEETING: Titles = {
    "called": ("进行中", "Open"),
    "closed": ("已结束", "Closed"),
    "cancelled": ("已取消", "Cancelled"),
}
ROUTE_DECISION: Titles = meetings.DECISIONS
ROUTE_FIELD: Titles = loads.FIELDS_OF_LOAD
SCENARIO: Titles = {
    "computing": ("测算中", "Being computed"),
    "failed": ("没有结果", "Without result"),
    "computed": ("待科长签字", "With the section chief"),
    "chief_signed": ("待副经理签字", "With the deputy manager"),
    "approved": ("已批准,待启用", "Approved, waiting for its day"),
    "applied": ("已启用", "Applied"),
    "sent_back": ("未启用,退回", "Not applied: sent back"),
    "rejected": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "reversed": ("已撤销", "Taken back"),
}
METHOD: Titles = {
    "": ("等待测算", "waits"),
    "ortools": ("优化求解", "optimiser"),
    "own": ("分区均衡", "evened by regions"),
}
SCENARIO_FAILED: Titles = {
    "even": (
        "没有可调整的客户:所选线路已经均衡,或客户没有登记经纬度。",
        "No one needs to move: the routes are even, or no longitude and latitude is on record.",
    ),
    "fault": ("测算出错,已记录;请重新测算。", "The computation failed and was recorded; compute it again."),
}
TASK: Titles = {
    "carry_route": ("维护会议决定的线路", "Carry out what the meeting decided"),
    "hold_meeting": ("本月还没有召开线路会议", "No route meeting this month yet"),
    "sign_scenario": ("签批线路调整方案", "Sign a route scenario"),
    "keep_scenario": ("跟踪线路调整方案的运行,及时调整", "Watch how a scenario runs, and correct it"),
    "address_moved": ("核查客户地址变更", "Look at a changed address"),
}
STAFF_NOTICE: Titles = {
    "scenario_back": ("线路调整方案未启用,已退回", "A scenario was not applied"),
    "scenario_applied": ("线路调整方案已启用", "A scenario was applied"),
    "scenario_failed": ("线路调整方案测算没有结果", "A scenario has no result"),
    "route_changed": ("线路客户有调整", "Customers of your route have changed"),
    "address_moved": ("送货员上报客户地址变更", "A driver reports a changed address"),
    "address_checked": ("内管科已核查地址,可调整送货顺序", "Internal control has looked: the stop may be reordered"),
}
DONE: Titles = {
    "proposed": ("线路调整建议已提交,下次线路会议讨论。", "Proposed to the next meeting."),
    "meeting_called": ("会议已建立。", "Called."),
    "route_decided": ("决定已登记。", "Recorded."),
    "meeting_closed": (
        "会议已结束,采纳的建议已转为一个工作日内的待办。",
        "Closed; what was accepted is a task of one working day.",
    ),
    "route_carried": ("线路已维护。", "Carried out."),
    "route_postponed": ("已转下次线路会议。", "Moved to the next meeting."),
    "meeting_cancelled": ("会议已取消。", "Cancelled."),
    "view_recorded": ("意见已登记。", "Recorded."),
    "first_delivery_met": ("已转线路优化会议。", "The next meeting has it."),
    "address_cleared": ("核查结果已登记,送货员可以调整顺序。", "Recorded; the driver may put the stop in order."),
    "scenario_signed": ("意见已记录。", "Recorded."),
    "scenario_taken_back": ("方案已撤回或撤销。", "Taken back."),
    "scenario_met": ("会议已登记到方案。", "The meeting is named."),
    "scenario_again": ("已安排重新测算,每次测算都留有记录。", "It is computed again; each run stays on record."),
    "scenario_corrected": ("客户线路已调整并记录。", "Corrected and recorded."),
    "scenario_kept": ("方案维护已结束。", "The upkeep is over."),
    "driver_named": ("送货员已指定。", "Recorded."),
    "reordered": ("送货顺序已保存。", "The order was saved."),
    "address_reported": ("已上报内管科。", "Internal control has it."),
}
SCOPE: Titles = {
    "route_meetings.*": ("线路会议", "Route meetings"),
    "route_scenarios.*": ("线路调整方案(查看)", "Route scenarios, reading"),
    "driving.*": ("送货顺序", "Delivery order"),
    "route_carrying.*": ("维护会议决定", "Carrying out what meetings decided"),
    "route_loads.*": ("线路负荷(查看)", "Load of routes, reading"),
    "route_views.*": ("首次送货线路调整", "Routes after a first delivery"),
}
PAGES = {
    "route_proposal": "/routes#carry",
    "route_month": "/routes",
    "route_scenario": "/routes/scenarios/{subject_id}",
    "address": "/address-reports#a-{subject_id}",
}
