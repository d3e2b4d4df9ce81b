"""The faces speak the office's words: a word that only its builders used stands in no zh-CN text that a person reads."""

import ast
import re
from collections.abc import Iterator
from functools import cache

import pytest

from tests.house.sources import ROOT, broken, product

INSTEAD = {
    "停机": "订货系统故障",
    "存疑": "结果待核实",
    "差异": "信息不一致",
    "请求": "银行、通讯办理记录",
    "制动": "异动过多已暂停",
    "熔断": "暂时中断",
    "报文": "对方通知",
    "补读": "重新读取",
    "结案": "人工确认结果",
    "到单日": "名单接收日",
    "议题": "线路调整建议",
    "沿途": "送货里程",
    "来访事项": "客户诉求",
    "运营商": "通讯公司",
    "通讯部门": "通讯公司",
    "存款凭条": "存款小票",
    "中石油": "连锁(加油站)客户",
    "中石化": "连锁(加油站)客户",
    "(?<!痕迹化)(?<!客户)(?<!加密)资料(?!员)": "痕迹化资料",
    r"(?<!')\b[RGI]\d+(\.\d+)?\b(?!')": "第七条第1款",
}
"""What the issue names (F, 3.9), each with the office's word for it."""
KEPT = {
    "hub/domain/coverage.py": ("存款凭条",),
    "hub/api/": ("请求",),
    "hub/domain/refusals/phrases.py": ("运营商", "差异"),
    "hub/operations/onboarding/files/columns.py": ("中石油", "中石化"),
}
"""Where an old word stays: HTTP's own word in the API, the regulation's own rows, the history as it was
written, headers that lists have."""


def docstrings(tree: ast.Module) -> set[int]:
    """The lines on which a text stands by itself, as a docstring does."""
    return {
        node.value.lineno for node in ast.walk(tree) if isinstance(node, ast.Expr) and hasattr(node.value, "lineno")
    }


@cache
def texts() -> tuple[tuple[str, str, str], ...]:
    """Every zh-CN text of the faces: its file, its place, itself."""
    return tuple(each for each in _texts() if re.search("[\u4e00-\u9fff]", each[2]))


def _texts() -> Iterator[tuple[str, str, str]]:
    for source in product():
        if not source.path.startswith("hub/"):
            continue
        apart = docstrings(source.tree)
        for node in ast.walk(source.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno not in apart:
                yield source.path, source.at(node), node.value
    for path in sorted((ROOT / "hub/console/templates").rglob("*.*")):
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield name, f"{name}:{number}", line
    for number, line in enumerate((ROOT / "docs/handbook.md").read_text(encoding="utf-8").splitlines(), 1):
        yield "docs/handbook.md", f"docs/handbook.md:{number}", line


@pytest.mark.parametrize("word", INSTEAD)
def test_no_text_of_the_faces_speaks_our_words(word: str) -> None:
    kept = tuple(path for path, words in KEPT.items() if word in words)
    places = [f"{place} {text.strip()[:60]}" for path, place, text in texts() if re.search(word, text)]
    places = [place for place in places if not place.startswith(kept)]
    assert not places, broken(f"say {INSTEAD[word]}:", places)
