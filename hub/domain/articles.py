"""The regulation's rows as the office cites them: 第七条第1款, and what the clause is about."""

import re
from collections.abc import Mapping

from .coverage import ROWS
from .plain_text import Bilingual

# The clause of its article that a row comes from; articles without numbered clauses are left out.
CLAUSES: Mapping[str, str] = {
    **dict.fromkeys(("R7.1", "R7.2", "R7.15", "R7.16", "R7.17", "R7.18"), "1"),
    **dict.fromkeys(("R7.3", "R7.4"), "2"),
    "R7.5": "3",
    **dict.fromkeys(("R7.6", "R7.7", "R7.8", "R7.19", "R7.20"), "4"),
    **dict.fromkeys(("R7.9", "R7.10", "R7.11", "R7.12", "R7.13", "R7.21", "R7.22"), "5"),
    "R7.14": "6",
    **dict.fromkeys(("R8.1", "R8.2", "R8.6"), "1"),
    **dict.fromkeys(("R8.3", "R8.4", "R8.7"), "2"),
    "R8.5": "3",
    "R9.1": "1",
    "R9.2": "2",
    **dict.fromkeys(("R9.3", "R9.4"), "3"),
    "R12.1": "1",
    **dict.fromkeys(("R12.2", "R12.3", "R12.7"), "2.1"),
    "R12.4": "2.2",
    **dict.fromkeys(("R12.5", "R12.8"), "2.3"),
    **dict.fromkeys(("R12.6", "R12.9"), "2.4"),
}
# What the other policies require, one clause each.
POLICY: Mapping[str, Bilingual] = {
    "G1": ("收集与同意", "collection and consent"),
    "G2": ("对外提供", "sharing"),
    "G3": ("核验与更正", "verification"),
    "G4": ("分类保护", "data classes"),
    "G5": ("查阅记录", "records of reading"),
    "G6": ("保存期限", "retention"),
    "G7": ("客户权利", "customers' rights"),
    "G8": ("备份", "backup"),
    "G9": ("安全事件处置", "incidents"),
    "G10": ("离岗移交", "leavers"),
    "G11": ("客户一览与分类", "customer list"),
    "G12": ("投诉与反馈", "complaints"),
    "G13": ("回访与联系记录", "visits and contacts"),
    "G14": ("定期盘点", "stock-take"),
    "G15": ("安全管理", "security"),
    "G16": ("告知客户", "notifications"),
    "G17": ("最少收集", "data minimisation"),
    "G18": ("身份证明与真实性", "proof of identity"),
    "G19": ("定期确认", "periodic confirmation"),
    "G20": ("对外提供审批", "approval of sharing"),
    "G21": ("事件补救", "remedy"),
    "G22": ("信息返还与销毁", "return and destruction"),
    "G23": ("重大事项", "major events"),
}
# How the articles are read where they leave it open.
READINGS: Mapping[str, Bilingual] = {
    "I1": ("工作日计算", "working days"),
    "I2": ("订货后恢复", "return after the order"),
    "I3": ("审批顺序", "order of signatures"),
    "I4": ("一般不允许", "generally not allowed"),
    "I5": ("一月内两次", "twice in a month"),
    "I6": ("恢复前保留原值", "previous values"),
    "I7": ("双方均维护好", "both sides"),
    "I8": ("本单位从严规定", "stricter limits of a unit"),
    "I9": ("期限只提前", "deadlines only move earlier"),
    "I10": ("部门分工", "departments"),
}
DIGITS = "零一二三四五六七八九"
ROW = re.compile(r"\b(?:R(?P<article>\d+)\.\d+|[GI]\d+)\b")


def cited(text: str) -> Bilingual:
    """A text in which the numbers of rows are replaced by the article's words, zh-CN and English; the rest stays."""
    return ROW.sub(lambda row: _words(row)[0], text), ROW.sub(lambda row: _words(row)[1], text)


def gist(row: str) -> Bilingual:
    """What a row's clause says, in a few words; empty when none is on record."""
    return ROWS.get(row) or POLICY.get(row) or READINGS.get(row) or ("", "")


def _words(row: re.Match[str]) -> Bilingual:
    name = row[0]
    if row["article"]:
        zh, en = f"第{_chinese(int(row['article']))}条", f"Article {int(row['article'])}"
        clause, _, part = CLAUSES.get(name, "").partition(".")
        zh += f"第{clause}款" if clause else ""
        zh += f"第（{part}）项" if part else ""
        return zh, en + "".join(f"({number})" for number in (clause, part) if number)
    if name in POLICY:
        return f"客户信息保护制度·{POLICY[name][0]}", f"Information policy: {POLICY[name][1]}"
    if name in READINGS:
        return f"办理口径·{READINGS[name][0]}", f"Reading: {READINGS[name][1]}"
    return name, name


def _chinese(number: int) -> str:
    """A number below 100 in Chinese digits: 七, 十二."""
    tens, ones = divmod(number, 10)
    # Eleven is 十一, not 一十一; twenty-one is 二十一.
    before = ("" if tens == 1 else DIGITS[tens]) + "十" if tens else ""
    return before + (DIGITS[ones] if ones or not tens else "")
