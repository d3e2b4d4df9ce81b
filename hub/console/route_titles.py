"""Words of routes, meetings, scenarios and drivers."""

Titles = dict[str, tuple[str, str]]
MEETING: Titles = {"called": ("进行中", "Open"), "closed": ("已结束", "Closed")}
ROUTE_DECISION: Titles = {
    "accepted": ("采纳", "Accepted"),
    "refused": ("不采纳", "Refused"),
    "postponed": ("推迟", "Postponed"),
}
SCENARIO: Titles = {
    "computed": ("待科长签字", "With the section chief"),
    "chief_signed": ("待副经理签字", "With the deputy manager"),
    "approved": ("已批准,待启用", "Approved, waiting for its day"),
    "applied": ("已启用", "Applied"),
    "sent_back": ("未启用,退回", "Not applied: sent back"),
    "rejected": ("未批准", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "reversed": ("已撤销", "Taken back"),
}
METHOD: Titles = {"ortools": ("优化求解", "optimiser"), "own": ("逐户均衡", "evened out step by step")}
TASK: Titles = {
    "carry_route": ("维护会议决定的线路", "Carry out what the meeting decided"),
    "hold_meeting": ("本月还没有召开线路会议", "No route meeting this month yet"),
    "sign_scenario": ("签批线路调整方案", "Sign a route scenario"),
    "address_moved": ("核查客户地址变更", "Look at a changed address"),
}
STAFF_NOTICE: Titles = {
    "scenario_back": ("线路调整方案未启用,已退回", "A scenario was not applied"),
    "scenario_applied": ("线路调整方案已启用", "A scenario was applied"),
    "address_moved": ("送货员上报客户地址变更", "A driver reports a changed address"),
}
DONE: Titles = {
    "proposed": ("议题已提交,下次线路会议讨论。", "Proposed to the next meeting."),
    "meeting_called": ("会议已建立。", "Called."),
    "route_decided": ("决定已登记。", "Recorded."),
    "meeting_closed": (
        "会议已结束,采纳的议题已转为一个工作日内的待办。",
        "Closed; what was accepted is a task of one working day.",
    ),
    "route_carried": ("线路已维护。", "Carried out."),
    "scenario_made": ("方案已测算,等待签字。", "Computed; it waits for signatures."),
    "scenario_signed": ("意见已记录。", "Recorded."),
    "scenario_taken_back": ("方案已撤回或撤销。", "Taken back."),
    "driver_named": ("送货员已指定。", "Recorded."),
    "reordered": ("送货顺序已保存。", "The order was saved."),
    "address_reported": ("已上报内管科。", "Internal control has it."),
}
SCOPE: Titles = {
    "route_meetings.*": ("线路会议", "Route meetings"),
    "route_scenarios.*": ("线路调整方案(查看)", "Route scenarios, reading"),
    "driving.*": ("送货顺序", "Delivery order"),
}
PAGES = {
    "route_proposal": "/routes#carry",
    "route_month": "/routes",
    "route_scenario": "/routes/scenarios/{subject_id}",
}
