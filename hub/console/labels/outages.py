"""Words of outages, customers who are not called, and broken devices."""

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "outage": ("订货系统故障:批量改为电话订货", "Ordering system down: switch to the phone"),
    "call_again": ("请重新拨打该客户", "Call this customer again"),
    "device_failed": ("运营商报告设备不能修复:临时电话订货", "Device beyond repair: phone for now"),
}
STAFF_NOTICE: Titles = {
    "outage_switched": ("批量改为电话订货已完成,请开始拨打", "Switched to the phone: begin to call"),
    "outage_over": ("订货系统已恢复,订货后自动改回", "The ordering system works again"),
    "calls_stopped": ("两个电话均有故障,电访员已停止拨打", "Both phones fail: the call desk has stopped calling"),
    "not_reached": ("重新拨打仍未接通", "Called again, not reached"),
}
DONE: Titles = {
    "outage": ("故障已报告,统计分析员已收到待办。", "Reported; the clerk has a task."),
    "outage_begun": ("批量变更已开始,进度见本页。", "Started; this page shows its progress."),
    "outage_stopped": ("已停止,本批之后不再变更。", "Stopped; no further batches will run."),
    "outage_on": ("已继续。", "Resumed."),
    "outage_over": ("已登记恢复,客户订货后自动改回。", "Recorded; customers return after their next order."),
    "calls_stopped": ("已登记停止拨打,客户经理已收到提醒。", "Recorded; the account manager is told."),
    "call_asked": ("电访员已收到待办。", "The call desk has a task."),
    "call_made": ("拨打结果已登记。", "Recorded."),
}
SCOPE: Titles = {
    "outages.*": ("停机(全部操作)", "Outages, everything"),
    "calling.*": ("停拨与重新拨打", "Calls stopped and requested again"),
    "device_reports.*": ("设备故障报告", "Reports of broken devices"),
}
STATE: Titles = {
    "reported": ("已报告,待批量变更", "Reported"),
    "switching": ("正在变更", "Switching"),
    "stopped": ("已停止", "Stopped"),
    "switched": ("已改为电话订货", "On the phone"),
    "ended": ("已恢复", "Over"),
    "withdrawn": ("已撤销", "Withdrawn"),
}
CUSTOMER: Titles = {
    "waiting": ("待变更", "Waiting"),
    "switched": ("已变更", "Switched"),
    "left_out": ("不变更", "Left out"),
}
WHY: Titles = {
    "temporary": ("已是临时变更", "already changed temporarily"),
    "application": ("订货方式变更正在办理", "another change of the method is open"),
    "no_phone": ("没有订货电话", "no order phone"),
    "changed": ("期间已有变更", "changed meanwhile"),
    "approval": ("本单位规定须审批,请单户办理", "the unit requires a signature: apply individually"),
    "over": ("系统已恢复,不再变更", "the system recovered first"),
}
RETURN: Titles = {
    "returned": ("已改回", "Returned"),
    "no_order": ("还没有订货", "No order yet"),
    "soon": ("已订货,期限内改回", "Ordered, returns in time"),
    "late": ("已订货,逾期未改回", "Ordered, late"),
    "changed": ("期间另有修改或无法恢复,请核对", "Changed meanwhile, or cannot be returned: please check"),
}
COLOURS = {"switching": "azure", "stopped": "orange", "switched": "green", "reported": "red", "ended": "secondary"}
PAGES = {"outage": "/outages/{subject_id}", "call_stop": "/outages#calls", "device": "/customers/{customer_id}#device"}
