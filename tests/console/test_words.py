"""Words of the console: both languages everywhere, and a title for every code word."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from hub import console
from hub.console.labels import kinds as kind_labels
from hub.console.refusals import said
from hub.console.typography import typeset
from hub.domain.privacy.purposes import FIELDS, PURPOSES
from hub.domain.refusals import NotPermitted
from hub.domain.settlement.accounts import EVIDENCE_KINDS, AccountKind
from hub.domain.staff.posts import Post, post_words
from hub.domain.states import AccountState, AgreementState, AskState
from hub.operations.asks.steering import NotNow
from hub.operations.operation import OPERATIONS

TEMPLATES = Path(console.__file__).parent / "templates"
HAN = re.compile(r"[\u4e00-\u9fff]")
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
CLOSED: dict[str, list[str]] = {
    "ask": list(AskState),
    "account": list(AccountState),
    "agreement": list(AgreementState),
    "kind": list(AccountKind),
    "post": list(Post),
    "evidence": list(EVIDENCE_KINDS),
    "purpose": list(PURPOSES),
    "field": sorted(frozenset().union(*FIELDS.values())),
}


@pytest.mark.parametrize("name", NAMES)
def test_every_word_of_a_template_stands_in_both_languages(name: str) -> None:
    tree = ENVIRONMENT.parse((TEMPLATES / name).read_text())
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "t":
            assert len(call.args) == 2, f"{name}:{call.lineno}"
            english = call.args[1]
            if isinstance(english, nodes.Const):
                assert not HAN.search(english.value) or english.value == "中文", f"{name}:{call.lineno}"
    for text in tree.find_all(nodes.TemplateData):
        assert not HAN.search(text.data), f"{name}:{text.lineno} says Chinese to everyone"


@pytest.mark.parametrize("name", NAMES)
def test_no_template_needs_inline_script_or_style(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:|<script(?! src=)|\|\s*safe", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_form_that_changes_something_carries_the_token(name: str) -> None:
    text = (TEMPLATES / name).read_text()
    for form in re.findall(r'<form[^>]*method="post".*?</form>', text, flags=re.DOTALL):
        assert "token()" in form or name == "staff/sign_in.html", form[:120]


@pytest.mark.parametrize("kind", sorted(CLOSED))
def test_every_code_word_has_a_title(kind: str) -> None:
    for word in CLOSED[kind]:
        for language in (0, 1):
            assert kind_labels.title(kind, word, language) not in ("", word, "其他", "Other")


def test_titles_stand_in_both_languages() -> None:
    for kind, table in kind_labels.KINDS.items():
        for word, (zh, en) in table.items():
            assert zh and en and not HAN.search(en), f"{kind} {word}"


def test_a_refusal_shows_no_code_word() -> None:
    action, action_en = OPERATIONS["settlement.bind_account"].title
    no = NotPermitted(action=action, action_en=action_en, **post_words(["statistics_clerk", "account_manager"]))
    assert said(no, 0).advice == "可办理的岗位：统计分析员、客户经理。"
    assert said(no, 1).advice == "Posts that may: Statistics clerk, Account manager."
    assert said(no, 1).reason == "Your post may not do “Bind a settlement account”."
    assert "in_doubt" not in said(NotNow(state=AskState.IN_DOUBT, action="取消", advice=""), 0).reason


@pytest.mark.parametrize(
    ("plain", "set_right"),
    [
        ("您好,甲。", "您好，甲。"),
        ("卡(折)号", "卡（折）号"),
        ("须一致(R7.12)", "须一致（R7.12）"),
        ("12:30, a(b)", "12:30, a(b)"),
        ("f(x) 是甲", "f(x) 是甲"),
    ],
)
def test_chinese_is_set_with_wide_punctuation(plain: str, set_right: str) -> None:
    assert typeset(plain) == set_right
