"""Words of routes and route meetings."""

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "route_decided": ("维护线路优化会议的决定", "Enter what the route meeting decided"),
    "route_meeting_due": ("本月还没有召开线路优化会议", "No route meeting this month yet"),
}
MEETING: Titles = {
    "called": ("已召集", "Called"),
    "sitting": ("进行中", "Sitting"),
    "closed": ("已结束", "Closed"),
    "cancelled": ("已取消", "Cancelled"),
}
PROPOSAL: Titles = {
    "proposed": ("待决定", "Open"),
    "accepted": ("同意,待维护", "Accepted"),
    "refused": ("不同意", "Refused"),
    "postponed": ("延期", "Postponed"),
    "carried_out": ("已维护", "Carried out"),
    "withdrawn": ("已撤回", "Taken back"),
}
ROUTE_KIND: Titles = {
    "delivery_route": ("送货线路", "Delivery route"),
    "visit_batch": ("访销批次", "Visit batch"),
    "visit_route": ("拜访线路", "Visit route"),
}
DONE: Titles = {
    "route_proposed": ("已列入下次会议。", "On the next agenda."),
    "meeting_called": ("已召集。", "Called."),
    "minutes_written": ("会议记录已保存。", "Saved."),
    "route_decided": ("决定已登记。", "Recorded."),
    "meeting_open": ("会议已开始。", "The meeting sits."),
    "meeting_closed": ("会议已结束,记录不再修改,同意的调整已交统计分析员。", "Closed; the minutes are final."),
    "meeting_cancelled": ("会议已取消。", "Cancelled."),
    "route_entered": ("已维护,并留有维护记录。", "Entered, with its record."),
    "proposal_withdrawn": ("已撤回。", "Taken back."),
}
SCOPE: Titles = {"meetings.*": ("线路优化会议", "Route meetings"), "route_proposals.*": ("线路调整", "Route proposals")}
PAGES = {"route_month": "/routes", "route_proposal": "/routes/proposals/{subject_id}"}
COLOURS = {"sitting": "azure", "postponed": "orange", "proposed": "azure"}
