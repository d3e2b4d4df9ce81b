"""No partner stands in the hub by name: titles, kinds and limits come from its plugin (house, issue 13 point 1.2).

Not looked at: `hub/cli/demo`, a script for the partners whose simulators come with it.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.channels import host
from tests.house.sources import ROOT

HUB = ROOT / "hub"
KEYS = sorted(path.name for path in (ROOT / "plugins").iterdir() if (path / f"hub_{path.name}").is_dir())
# A key that is an ordinary word of another trade counts only where it stands alone as a value.
ORDINARY = {"abc", "mobile"}
NAMES = (
    "工商银行",
    "农业银行",
    "邮储",
    "邮政",
    "工行",
    "农行",
    "中国电信",
    "中国移动",
    "(电信)",
    "(移动)",
    "电信公司",
    "移动公司",
)
DISTINCT = re.compile(
    rf"\b({'|'.join(sorted(set(KEYS) - ORDINARY))})\b|{'|'.join(map(re.escape, NAMES))}", re.IGNORECASE
)
QUOTED = re.compile(rf"""(['"])({"|".join(KEYS)})\1""")


def looked_at() -> list[Path]:
    """Everything that the hub is written in."""
    endings = {".py", ".html", ".js", ".css", ".sql", ".txt"}
    files = (path for path in HUB.rglob("*") if path.suffix in endings)
    return [path for path in files if HUB / "cli" / "demo" not in path.parents]


def named(source: str, *, python: bool) -> Iterator[str]:
    """What names a partner."""
    yield from (hit[0] for hit in DISTINCT.finditer(source))
    if python:
        constants = (node.value for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant))
        yield from (text for text in constants if isinstance(text, str) and text in KEYS)
    else:
        yield from (hit[0] for hit in QUOTED.finditer(source))


def test_the_hub_names_no_partner() -> None:
    wrong = {
        str(path.relative_to(ROOT)): sorted(set(hits))
        for path in looked_at()
        if (hits := list(named(path.read_text(), python=path.suffix == ".py")))
    }
    assert not wrong, wrong


@pytest.mark.parametrize(
    ("source", "python"),
    [
        ('mobile = channel == "mobile"', True),
        ('DEVICES = {"handset": ("telecom", "手机")}', True),
        ('"""At the postal bank."""', True),
        ("{% if row.channel == 'abc' %}", False),
        ("t('工商银行', 'Bank')", False),
    ],
)
def test_it_would_be_seen(source: str, python: bool) -> None:
    assert list(named(source, python=python))


def test_a_mobile_number_names_no_partner() -> None:
    assert not list(named('"""A mobile number, and the SM3 of b\'abc\'."""\nx = b"abc"', python=True))


def test_every_plugin_that_comes_with_the_hub_has_a_title_in_both_languages() -> None:
    partners = host.load(tuple(KEYS)).partners
    assert sorted(partners) == KEYS
    for partner in partners.values():
        zh, en = partner.capability.titles
        assert not zh.isascii() and en.isascii() and en != partner.channel.key
