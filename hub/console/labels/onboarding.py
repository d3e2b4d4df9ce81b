"""Words of onboarding, grading, web ordering and training."""

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "onboarding_settle": ("新入网:与客户经理确定线路和方式", "New entrant: settle route and methods"),
    "onboarding_maintain": ("新入网:维护业务信息", "New entrant: business data"),
    "onboarding_quantify": ("新入网:市场类型、业态、科学定量", "New entrant: market, format, quantity"),
    "onboarding_approve": ("新入网:审批科学定量", "New entrant: approve the quantity"),
    "onboarding_grade": ("新入网:商圈类型、出样形式", "New entrant: trade area, display"),
    "onboarding_rest": ("新入网:其他信息", "New entrant: all others"),
    "onboarding_rest_clerk": ("新入网:其他信息(统计分析员)", "New entrant: all others, by the clerk"),
    "onboarding_rest_licence": ("新入网:其他信息(证件管理员)", "New entrant: all others, by the licence officer"),
    "onboarding_rest_control": ("新入网:其他信息(内管员)", "New entrant: all others, by internal control"),
    "onboarding_attitude": ("新入网:重视程度、合作程度", "New entrant: attention, cooperation"),
    "entrant_list_look": ("查收今日新入网户名单", "Look at today's list of new entrants"),
    "entrant_list_send": (
        "传送今日新入网户名单,没有的登记“今日无新入网户”",
        "Send today's list of new entrants, or say “none today”",
    ),
    "grade_review": ("组织等级评定审核", "Lead the grade review"),
    "revisit": ("评定前复核重视程度与合作程度", "Revisit attention and cooperation"),
    "issue_password": ("发放网上订货密码", "Issue the web password"),
    "deliver_password": ("把订货密码交给客户", "Deliver the password"),
    "agree_training": ("与客户商定培训", "Agree on a training"),
    "training": ("登记订货培训结果", "Record the training"),
}
STAFF_NOTICE: Titles = {
    "onboarding_maintain": (
        "新入网户业务信息已维护好,请维护市场类型、业态和定量",
        "Business data are in; yours is next",
    ),
    "onboarding_quantify": ("新入网户科学定量已维护好,请审批", "The quantity is in; please approve"),
    "evaluation": ("已登记等级评定,请及时调整重视程度与合作程度", "A grade evaluation is coming: revisit attention"),
}
DONE: Titles = {
    "list_looked": ("查收情况已登记。", "Recorded."),
    "list_hour": ("名单查收时间已保存。", "Saved."),
    "certificate_issued": ("等级证明已开具,请打印后交客户。", "Issued: print it for the customer."),
    "settled_with": ("已登记。", "Recorded."),
    "quantity": ("科学定量已审批。", "Approved."),
    "onboarding_ended": ("新入网已结束。", "Ended."),
    "evaluation": ("等级评定已登记,相关期限已提前。", "Entered; what depends on it moved forward."),
    "reviewed": ("审核已登记,待内管备案。", "Recorded; internal control files it."),
    "revisited": ("评定前复核已登记。", "Recorded."),
    "review_filed": ("等级审核已备案。", "Filed."),
    "issued": ("已登记发放。", "Recorded."),
    "delivered": ("已登记交付。", "Recorded."),
    "agreed": ("培训已商定。", "Agreed."),
    "trained": ("培训结果已登记。", "Recorded."),
}
SCOPE: Titles = {
    "onboarding_board.*": ("新入网进度", "Onboarding"),
    "entrant_lists.*": ("名单查收情况", "Whether the list was looked at"),
    "grading.*": ("等级评定", "Grade evaluations"),
    "grade_certificates.*": ("等级证明", "Grade certificates"),
    "grade_revisits.*": ("评定前复核", "Revisits"),
    "web_ordering.*": ("网上订货办理", "Web ordering"),
    "trainings.*": ("培训", "Trainings"),
}
STEP: Titles = {
    "done": ("完成", "Done"),
    "open": ("办理中", "Open"),
    "late": ("逾期", "Late"),
    "waiting": ("未到", "Not yet"),
}
WEB: Titles = {
    "set_up": ("等待密码", "Password due"),
    "issued": ("密码已发", "Issued"),
    "delivered": ("已交客户", "Delivered"),
    "agreed": ("已商定培训", "Training agreed"),
    "trained": ("已培训", "Trained"),
}
LIST: Titles = {
    "looked_at": ("已查收", "Looked at"),
    "waiting": ("待查收", "To be looked at"),
    "late": ("逾时未查收", "Not looked at in time"),
    "missed": ("当日未查收", "Not looked at that day"),
    "list": ("有名单", "a list"),
    "none": ("今日无新入网户", "none today"),
}
PAGES = {
    "entrant_list": "/onboarding#list",
    "onboarding": "/onboarding/{subject_id}",
    "evaluation": "/grading/{subject_id}",
    "grade_revisit": "/grading/revisits/{subject_id}",
    "web_ordering": "/web-ordering",
    "training": "/web-ordering",
}
