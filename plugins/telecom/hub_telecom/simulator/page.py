"""The page on which a person plays Telecom's clerk."""

from typing import Any

from hub.simulation import button, field, layout, table

from .ledger import Ledger

DEVICES = {
    "BOUND": "已绑定",
    "BROKEN": "报障(维修中)",
    "BEYOND_REPAIR": "不可修复",
    "STOPPED": "停机",
    "RELEASED": "已退机",
    "": "未绑定",
}
ANNOUNCED = {"10": "已受理", "11": "处理中", "20": "已生效", "30": "失败"}
SHOWN = 50


def render(ledger: Ledger, scenarios: list[str]) -> str:
    """The whole page."""
    blanks = (
        field("licence", "烟草证号") + field("phone", "订货号码") + field("imei", "IMEI") + field("until", "到期日")
    )
    parts = (
        "<h2>签订三方协议</h2>",
        button("/clerk/sign", "签订并推送", blanks),
        "<h2>协议与手机</h2>",
        _agreements(ledger),
        "<h2>收到的客户代码和订货日</h2>",
        _announcements(ledger),
        "<h2>推送</h2>",
        _pushes(ledger),
    )
    return layout("模拟中国电信 · 营业员页面", "#0057b8", scenarios, *parts)


def _agreements(ledger: Ledger) -> str:
    heads = ("协议号", "烟草证号", "号码", "客户代码", "订货日", "状态", "IMEI", "手机", "原IMEI", "到期日")
    rows = ledger.ask("SELECT * FROM agreements ORDER BY revision DESC LIMIT ?", SHOWN)
    names = ("no", "licence", "phone", "cust", "order_day")
    lines = []
    for agreement in rows:
        state = "生效" if agreement["state"] == "SIGNED" else "已终止"
        handset = [
            agreement["imei"],
            DEVICES.get(agreement["device"], agreement["device"]),
            agreement["former"],
            agreement["until"],
        ]
        shown = [*(agreement[name] for name in names), state, *handset]
        lines.append((["" if text is None else text for text in shown], _buttons(agreement)))
    return table(heads, lines, "还没有协议。")


def _buttons(row: dict[str, Any]) -> str:
    """What can be done with an agreement as it is."""
    if row["state"] != "SIGNED":
        return ""
    number = row["no"]
    rebind = "换机" if row["imei"] else "绑定手机"
    buttons = button("/clerk/bind", rebind, '<input name="imei" size="15" placeholder="IMEI">', no=number)
    if row["imei"] and row["device"] != "RELEASED":
        actions = [("break", "报障"), ("beyond_repair", "不可修复"), ("mend", "修好")]
        actions += [("resume", "复机")] if row["device"] == "STOPPED" else [("stop", "停机")]
        actions += [("release", "退机")]
        buttons += "".join(button(f"/clerk/{name}", label, no=number) for name, label in actions)
    return buttons + button("/clerk/end", "协议到期", no=number)


def _announcements(ledger: Ledger) -> str:
    lines = []
    for announcement in ledger.ask("SELECT * FROM announcements ORDER BY rowid DESC LIMIT ?", SHOWN):
        buttons = ""
        if announcement["state"] in ("10", "11"):
            buttons = button("/clerk/confirm", "生效", serial=announcement["serial"])
            buttons += button("/clerk/refuse", "失败(未实名)", serial=announcement["serial"])
        phone = "*" * 7 + announcement["phone"][-4:]
        shown = [
            announcement["serial"],
            announcement["cust"],
            announcement["order_day"],
            phone,
            announcement["agreement"],
        ]
        lines.append(
            ([*shown, ANNOUNCED.get(announcement["state"], announcement["state"]), announcement["fail_text"]], buttons)
        )
    heads = ("流水号", "客户代码", "订货日", "号码", "协议号", "状态", "原因")
    return table(heads, lines, "还没有收到客户代码。")


def _pushes(ledger: Ledger) -> str:
    rows = ledger.ask("SELECT * FROM pushes ORDER BY id DESC LIMIT ?", SHOWN)
    lines = [
        (
            [f"EV{push['id']:010d}", push["kind"], push["cust"], push["tries"], push["answer"]],
            button("/clerk/push_again", "再次推送", id=push["id"]),
        )
        for push in rows
    ]
    return table(("事件号", "事件", "客户代码", "次数", "应答"), lines, "还没有推送。")
