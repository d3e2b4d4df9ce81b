"""Pieces of a clerk's page: plain HTML, everything escaped."""

import html
from collections.abc import Iterable, Sequence
from typing import Any

# Inline, so that a page needs nothing from anywhere else.
STYLE = (
    "body{font:14px/1.6 sans-serif;margin:24px auto;max-width:1180px;color:#1f2937}"
    "table{border-collapse:collapse;width:100%;margin:8px 0 28px}th,td{border-bottom:1px solid #e5e7eb;padding:5px 8px;"
    "text-align:left}th{color:#6b7280;font-weight:500}h1{font-size:20px;padding-left:10px}h2{font-size:16px}"
    "button{margin-right:4px}form{display:inline}.muted{color:#6b7280}"
)


def cell(value: Any) -> str:
    """A value as a table cell."""
    return f"<td>{html.escape(str(value if value is not None else ''))}</td>"


def field(name: str, label: str, value: str = "") -> str:
    """A labelled text field."""
    return f'{html.escape(label)} <input name="{html.escape(name)}" value="{html.escape(value)}"> '


def button(path: str, label: str, inside: str = "", **fields: Any) -> str:
    """A form of one button, with hidden values, and `inside` it what the clerk fills in."""
    hidden = "".join(f'<input type="hidden" name="{n}" value="{html.escape(str(v))}">' for n, v in fields.items())
    return f'<form method="post" action="{path}">{hidden}{inside}<button>{html.escape(label)}</button></form>'


def masked(card: str) -> str:
    """A card number as the clerk's screen shows it."""
    return card[:6] + "******" + card[-4:]


def table(heads: Sequence[str], rows: Iterable[tuple[Sequence[Any], str]], empty: str) -> str:
    """A table: each row its values, escaped, and a last cell of buttons, as given."""
    lines = [f"<tr>{''.join(map(cell, values))}<td>{buttons}</td></tr>" for values, buttons in rows]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in (*heads, "操作"))
    nothing = f"<tr><td colspan={len(heads) + 1}>{html.escape(empty)}</td></tr>"
    return f"<table><tr>{head}</tr>{''.join(lines) or nothing}</table>"


def layout(title: str, colour: str, scenarios: Iterable[str], *parts: str) -> str:
    """The whole page, with the form that sets a scenario for a customer."""
    options = "".join(f"<option>{html.escape(name)}</option>" for name in scenarios)
    chosen = f'{field("customer_code", "客户代码")}情景 <select name="scenario">{options}</select> '
    return (
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{html.escape(title)}</title>'
        f'<style>{STYLE}</style><h1 style="border-left:5px solid {colour}">{html.escape(title)}</h1>'
        '<p class="muted">仅供演练。这里的账本与信息平台的账本各自独立。</p>'
        f"<p>{button('/clerk/scenario', '设置', chosen)}</p>{''.join(parts)}</html>"
    )
