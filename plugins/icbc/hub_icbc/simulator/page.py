"""The page on which a person plays the bank's clerk."""

import html
from typing import Any

from .interfaces import Bank
from .ledger import Verdict
from .scenarios import ROWS

RESULTS = {"0": "待处理", "4": "转人工", "6": "银行拒绝", "7": "处理成功", "9": "处理中(可疑)", "98": "通讯可疑"}
STYLE = (
    "body{font:14px/1.6 sans-serif;margin:24px auto;max-width:1180px;color:#1f2937}"
    "table{border-collapse:collapse;width:100%;margin:8px 0 28px}th,td{border-bottom:1px solid #e5e7eb;padding:5px 8px;"
    "text-align:left}th{color:#6b7280;font-weight:500}h1{font-size:20px;border-left:5px solid #c8102e;"
    "padding-left:10px}"
    "button{margin-right:4px}form{display:inline}.muted{color:#6b7280}"
)


def cell(value: Any) -> str:
    """A value as a table cell."""
    return f"<td>{html.escape(str(value if value is not None else ''))}</td>"


def button(path: str, label: str, **fields: Any) -> str:
    """A one-button form."""
    hidden = "".join(f'<input type="hidden" name="{n}" value="{html.escape(str(v))}">' for n, v in fields.items())
    return f'<form method="post" action="{path}">{hidden}<button>{label}</button></form>'


def masked(card: str) -> str:
    """A card number as the clerk's screen shows it."""
    return card[:6] + "******" + card[-4:]


def render(bank: Bank, at: float, rows: list[str], wire: list[str]) -> str:
    """The whole page."""
    bank.ledger.ripen(at)
    options = "".join(f"<option>{name}</option>" for name in rows + wire)
    scenario = (
        '<form method="post" action="/clerk/scenario">客户代码 <input name="customer_code" required> 情景 '
        f'<select name="scenario">{options}</select> <button>设置</button></form>'
    )
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>模拟银行</title><style>{STYLE}</style>'
        '<h1>模拟工商银行 · 柜员页面</h1><p class="muted">仅供演练。这里的账本与信息平台的账本各自独立。</p>'
        f"<p>{scenario}</p><h2>最近的协议明细</h2>{_rows(bank)}<h2>生效协议</h2>{_agreements(bank)}</html>"
    )


def _rows(bank: Bank) -> str:
    lines = []
    for row in bank.ledger.ask("SELECT * FROM rows ORDER BY id DESC LIMIT 50"):
        open_row = row["result"] not in ("6", "7")
        buttons = (
            button("/clerk/confirm", "确认成功", id=row["id"]) + button("/clerk/refuse", "拒绝(户名不符)", id=row["id"])
            if open_row
            else ""
        )
        shown = [row["serial"], row["i_seqno"], row["pay_no"], masked(row["card"])]
        shown += [RESULTS.get(row["result"], row["result"]), row["code"]]
        lines.append(f"<tr>{''.join(map(cell, shown))}<td>{buttons}</td></tr>")
    head = "".join(f"<th>{name}</th>" for name in ("批次流水", "序号", "客户代码", "卡号", "结果", "代码", "操作"))
    return f"<table><tr>{head}</tr>{''.join(lines) or '<tr><td colspan=7>还没有收到协议。</td></tr>'}</table>"


def _agreements(bank: Bank) -> str:
    lines = []
    for row in bank.ledger.ask("SELECT * FROM agreements WHERE status='1' ORDER BY signed_at DESC LIMIT 50"):
        shown = "".join(map(cell, [row["no"], row["pay_no"], masked(row["card"])]))
        lines.append(f"<tr>{shown}<td>{button('/clerk/end', '柜台解约', pay_no=row['pay_no'])}</td></tr>")
    head = "".join(f"<th>{name}</th>" for name in ("协议号", "客户代码", "卡号", "操作"))
    return f"<table><tr>{head}</tr>{''.join(lines) or '<tr><td colspan=4>没有生效的协议。</td></tr>'}</table>"


def act(bank: Bank, path: str, fields: dict[str, str], at: float) -> None:
    """What the clerk pressed."""
    if path == "/clerk/scenario":
        bank.script.set(fields.get("scenario", ""), customer_code=fields.get("customer_code", ""))
    elif path == "/clerk/end":
        bank.ledger.end(fields.get("pay_no", ""), at)
    elif path in ("/clerk/confirm", "/clerk/refuse"):
        verdict = Verdict("7") if path.endswith("confirm") else ROWS["refused_at_once"][0]
        for row in bank.ledger.ask(
            "SELECT rows.*, packages.kind FROM rows JOIN packages USING(serial) WHERE id = ?", fields.get("id", "0")
        ):
            bank.ledger.do(
                "UPDATE rows SET then_result=?, then_code=?, then_text=? WHERE id=?",
                verdict.result,
                verdict.code,
                verdict.text,
                row["id"],
            )
            bank.ledger.settle_row(
                row | {"then_result": verdict.result, "then_code": verdict.code, "then_text": verdict.text}, at
            )
