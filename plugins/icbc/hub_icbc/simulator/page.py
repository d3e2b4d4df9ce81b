"""The page on which a person plays the bank's clerk."""

from collections.abc import Mapping

from hub.simulation import button, field, layout, masked, table

from .interfaces import Bank
from .ledger import Verdict
from .scenarios import ROWS

RESULTS = {"0": "待处理", "4": "转人工", "6": "银行拒绝", "7": "处理成功", "9": "处理中(可疑)", "98": "通讯可疑"}


def render(bank: Bank) -> str:
    """The whole page."""
    blanks = field("pay_no", "客户代码") + field("name", "户名") + field("card", "卡号")
    signing = "<h2>柜台签约</h2>", button("/clerk/sign", "签约", blanks)
    parts = *signing, "<h2>最近的协议明细</h2>", _rows(bank), "<h2>生效协议</h2>", _agreements(bank)
    return layout("模拟工商银行 · 柜员页面", "#c8102e", bank.script.names(), *parts)


def _rows(bank: Bank) -> str:
    lines = []
    for entry in bank.ledger.ask("SELECT * FROM rows ORDER BY id DESC LIMIT 50"):
        buttons = ""
        if entry["result"] not in ("6", "7"):
            buttons = button("/clerk/confirm", "确认成功", id=entry["id"])
            buttons += button("/clerk/refuse", "拒绝(户名不符)", id=entry["id"])
        shown = [entry["serial"], entry["i_seqno"], entry["pay_no"], masked(entry["card"])]
        lines.append(([*shown, RESULTS.get(entry["result"], entry["result"]), entry["code"]], buttons))
    return table(("批次流水", "序号", "客户代码", "卡号", "结果", "代码"), lines, "还没有收到协议。")


def _agreements(bank: Bank) -> str:
    held = bank.ledger.ask("SELECT * FROM agreements WHERE status='1' ORDER BY signed_at DESC LIMIT 50")
    lines = [
        (
            [agreement["no"], agreement["pay_no"], masked(agreement["card"])],
            button("/clerk/end", "柜台解约", pay_no=agreement["pay_no"]),
        )
        for agreement in held
    ]
    return table(("协议号", "客户代码", "卡号"), lines, "没有生效的协议。")


def act(bank: Bank, path: str, fields: Mapping[str, str], at: float) -> None:
    """What the clerk pressed."""
    if path == "/clerk/end":
        bank.ledger.end(fields.get("pay_no", ""), at)
    elif path == "/clerk/sign" and all(fields.get(name) for name in ("pay_no", "name", "card")):
        bank.ledger.agree(fields["pay_no"], fields["name"], fields["card"], at)
    elif path in ("/clerk/confirm", "/clerk/refuse"):
        verdict = Verdict("7") if path.endswith("confirm") else ROWS["refused_at_once"][0]
        for entry in bank.ledger.ask(
            "SELECT rows.*, packages.kind FROM rows JOIN packages USING(serial) WHERE id = ?", fields.get("id", "0")
        ):
            bank.ledger.do(
                "UPDATE rows SET then_result=?, then_code=?, then_text=? WHERE id=?",
                verdict.result,
                verdict.code,
                verdict.text,
                entry["id"],
            )
            bank.ledger.settle_row(
                entry | {"then_result": verdict.result, "then_code": verdict.code, "then_text": verdict.text}, at
            )
