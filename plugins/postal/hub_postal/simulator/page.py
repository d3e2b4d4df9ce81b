"""The page on which a person plays the clerk at the bank's counter."""

from hub.simulation import button, field, layout, masked, table

from .ledger import IN_FORCE, Ledger

SHOWN = 50
KINDS = {"00": "卡", "01": "存折"}
ENDINGS = {"00": "处理中", "01": "已解约", "02": "失败"}
EVENTS = {"AGR_SIGN": "签约", "AGR_CHANGE": "换折", "AGR_END": "解约", "AGR_LENT": "(未知事件)"}


def render(ledger: Ledger, scenarios: list[str]) -> str:
    """The whole page."""
    blanks = field("customer_code", "客户代码") + field("name", "户名") + field("medium", "存折(卡)号")
    parts = (
        "<h2>柜台签约</h2>",
        button("/clerk/sign", "签约并通知", blanks),
        "<h2>协议</h2>",
        _agreements(ledger),
        "<h2>企业解约</h2>",
        _endings(ledger),
        "<h2>通知</h2>",
        _pushes(ledger),
    )
    return layout("模拟邮政储蓄银行 · 柜员页面", "#00823b", scenarios, *parts)


def _agreements(ledger: Ledger) -> str:
    lines = []
    for agreement in ledger.ask("SELECT * FROM agreements ORDER BY revision DESC LIMIT ?", SHOWN):
        buttons = ""
        if agreement["state"] == IN_FORCE:
            blank = '<input name="medium" size="20" placeholder="新存折(卡)号">'
            buttons = button("/clerk/change", "换折", blank, no=agreement["no"]) + button(
                "/clerk/end", "解约", no=agreement["no"]
            )
        state = "有效" if agreement["state"] == IN_FORCE else "已终止"
        shown = [
            agreement["no"],
            agreement["cust"],
            agreement["name"],
            masked(agreement["medium"]),
            KINDS[agreement["kind"]],
            state,
            agreement["changed"],
        ]
        lines.append((shown, buttons))
    heads = ("协议号", "客户代码", "户名", "存折(卡)号", "种类", "状态", "变更时间")
    return table(heads, lines, "还没有协议。")


def _endings(ledger: Ledger) -> str:
    rows = ledger.ask("SELECT * FROM endings ORDER BY rowid DESC LIMIT ?", SHOWN)
    lines = [([ending["serial"], ending["agreement"], ENDINGS[ending["state"]], ending["text"]], "") for ending in rows]
    return table(("流水号", "协议号", "状态", "原因"), lines, "企业还没有解约。")


def _pushes(ledger: Ledger) -> str:
    lines = [
        (
            [push["sequence"], EVENTS.get(push["kind"], push["kind"]), push["cust"], push["tries"], push["answer"]],
            button("/clerk/push_again", "再次通知", id=push["id"]),
        )
        for push in ledger.ask("SELECT * FROM pushes ORDER BY id DESC LIMIT ?", SHOWN)
    ]
    return table(("通知号", "事件", "客户代码", "次数", "应答"), lines, "还没有通知。")
