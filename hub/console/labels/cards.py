"""Words of cards, passbooks and kept orders."""

Titles = dict[str, tuple[str, str]]
TASK: Titles = {
    "kept_order": ("电访员已留取订单,请变更结算方式", "An order is kept: change the settlement"),
    "new_card": ("督促客户办理新卡(折)", "Urge the customer to get the new card"),
    "book_card": ("与客户约定办卡和维护时间", "Book the replacement with the customer"),
    "enter_card": ("维护新卡(折)", "Enter the new card"),
    "enter_account": (
        "协议和卡(折)痕迹化资料已齐,请录入卡(折)号并报银行",
        "The papers are in: enter the number, give it to the bank",
    ),
    "end_account": ("原账户尚未在银行终止,请联系银行", "The bank has not ended the old account"),
    "tell_ended": (
        "客户已改用其他结算方式,请告知客户暂不采用电子结算",
        "Settled otherwise: tell the customer not to pay in",
    ),
    "tell_customer": (
        "双方均已维护好,请通知客户采用电子结算",
        "Both sides have it: tell the customer to pay electronically",
    ),
}
REASON: Titles = {"ask_open": ("该账户在银行另有未结束的办理", "Another ask about it is open")}
STAFF_NOTICE: Titles = {"order_free": ("结算方式已变更,留取的订单可以放行", "Settled: the kept order may go on")}
DONE: Titles = {
    "carried_out": (
        "已办理;须由银行终止账户的,银行终止后办结。",
        "Carried out; where a bank must end an account, when it has.",
    ),
    "card": ("已登记。", "Recorded."),
    "card_urged": ("督促情况已登记,到期会再次提醒。", "Recorded; you will be reminded again."),
    "card_booked": ("办卡和维护时间已安排。", "Booked."),
    "card_closed": ("登记已结束。", "Closed."),
    "order_kept": ("订单已留取,统计分析员已收到待办。", "Kept; the clerk has a task."),
    "order_released": ("订单已放行。", "Released."),
}
SCOPE: Titles = {
    "cards.*": ("卡(折)登记(全部操作)", "Cards, everything"),
    "kept_orders.*": ("留取订单", "Kept orders"),
}
PAGES = {"card_case": "/cards", "kept_order": "/customers/{customer_id}/cards"}
