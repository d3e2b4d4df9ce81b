"""The page on which a person plays Mobile's clerk."""

from typing import Any

from hub.simulation import button, field, layout, table

from .ledger import Ledger

CONDITIONS = {"1": "已绑定", "2": "已退还", "3": "报障(维修中)", "4": "不可修复", "": "未领取"}
ANNOUNCED = {"1": "处理中", "2": "已生效", "3": "失败"}
SHOWN = 50


def render(ledger: Ledger, scenarios: list[str]) -> str:
    """The whole page."""
    blanks = (
        field("licence", "烟草证号")
        + field("phone", "号码")
        + field("device", "设备号")
        + field("until", "到期日")
        + field("deposit", "押金(1 已交,0 未交)", "1")
    )
    parts = (
        "<h2>签订双方协议(烟信通)</h2>",
        button("/clerk/sign", "签订并推送", blanks),
        "<h2>协议与设备</h2>",
        _agreements(ledger),
        "<h2>收到的客户代码和订货日</h2>",
        _announcements(ledger),
        "<h2>推送</h2>",
        _pushes(ledger),
    )
    return layout("模拟中国移动 · 营业员页面", "#00a0e9", scenarios, *parts)


def _agreements(ledger: Ledger) -> str:
    heads = (
        "协议号",
        "烟草证号",
        "号码",
        "客户代码",
        "订货日",
        "押金",
        "状态",
        "设备",
        "设备状态",
        "机卡",
        "原设备",
        "到期日",
    )
    lines = []
    for agreement in ledger.ask("SELECT * FROM agreements ORDER BY revision DESC LIMIT ?", SHOWN):
        shown = [agreement[name] for name in ("no", "licence", "phone", "cust", "order_day")]
        shown += ["已交" if agreement["deposit"] == "1" else "未交", "在约" if agreement["state"] == "1" else "已退出"]
        shown += [
            agreement["device"],
            CONDITIONS.get(agreement["condition"], ""),
            "分离" if agreement["together"] == "0" else "正常",
        ]
        lines.append(([*shown, agreement["former"], agreement["until"]], _buttons(agreement)))
    return table(heads, lines, "还没有协议。")


def _buttons(row: dict[str, Any]) -> str:
    """What can be done with an agreement as it is."""
    if row["state"] != "1":
        return ""
    number = row["no"]
    buttons = button("/clerk/bind", "换机" if row["device"] else "领取", '<input name="device" size="15">', no=number)
    if row["device"]:
        actions = [("break", "报障"), ("beyond_repair", "不可修复"), ("mend", "修好"), ("return", "退还")]
        actions += [("join", "机卡合一")] if row["together"] == "0" else [("separate", "机卡分离")]
        buttons += "".join(button(f"/clerk/{name}", label, no=number) for name, label in actions)
    if row["deposit"] != "1":
        buttons += button("/clerk/pay", "交押金", no=number)
    return buttons + button("/clerk/leave", "退出", no=number)


def _announcements(ledger: Ledger) -> str:
    lines = []
    for announcement in ledger.ask("SELECT * FROM announcements ORDER BY rowid DESC LIMIT ?", SHOWN):
        buttons = ""
        if announcement["state"] == "1":
            identity = {"serial": announcement["serial"], "row": announcement["row_no"]}
            buttons = button("/clerk/confirm", "生效", **identity) + button(
                "/clerk/refuse", "失败(押金未交)", **identity
            )
        phone = "*" * 7 + announcement["phone"][-4:]
        shown = [
            announcement["serial"],
            announcement["row_no"],
            announcement["cust"],
            announcement["order_day"],
            phone,
            announcement["agreement"],
        ]
        lines.append(
            ([*shown, ANNOUNCED.get(announcement["state"], announcement["state"]), announcement["text"]], buttons)
        )
    heads = ("流水号", "行", "客户代码", "订货日", "号码", "协议号", "状态", "原因")
    return table(heads, lines, "还没有收到客户代码。")


def _pushes(ledger: Ledger) -> str:
    rows = ledger.ask("SELECT * FROM pushes ORDER BY id DESC LIMIT ?", SHOWN)
    lines = [
        (
            [f"TR{push['id']:012d}", push["action"], push["cust"], push["tries"], push["answer"]],
            button("/clerk/push_again", "再次推送", id=push["id"]),
        )
        for push in rows
    ]
    return table(("TransactionID", "ActionID", "客户代码", "次数", "应答"), lines, "还没有推送。")
