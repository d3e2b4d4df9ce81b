"""Words of the console: both languages everywhere, and a title for every code word."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, nodes

from hub import console
from hub.console.labels import kinds as kind_labels
from hub.console.refusals import said
from hub.console.typography import spoken, typeset
from hub.domain import states
from hub.domain.privacy.purposes import FIELDS, PURPOSES
from hub.domain.reasons import REASONS
from hub.domain.refusals import NotPermitted
from hub.domain.settlement.accounts import EVIDENCE_KINDS, AccountKind
from hub.domain.staff.posts import Post, post_words
from hub.domain.states import AccountState, AgreementState, AskState
from hub.operations.asks.steering import NotNow
from hub.operations.operation import OPERATIONS
from tests.support import people
from tests.support.scenes import Browse, Scene

TEMPLATES = Path(console.__file__).parent / "templates"
HAN = re.compile(r"[\u4e00-\u9fff]")
ENVIRONMENT = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))
CLOSED: dict[str, list[str]] = {
    "ask": list(AskState),
    "account": list(AccountState),
    "agreement": list(AgreementState),
    "kind": list(AccountKind),
    "application": list(states.ApplicationState),
    "permit": list(states.PermitState),
    "meeting": list(states.RouteMeetingState),
    "scenario": list(states.ScenarioState),
    "export": list(states.ExportState),
    "access": list(states.AccessState),
    "outage": list(states.OutageState),
    "power_cut": list(states.PowerCutState),
    "proposal": list(states.ProposalState),
    "web": list(states.WebOrderingState),
    "reason": [code for code in REASONS if code != "other"],
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


def test_every_chinese_word_of_the_console_is_set_with_full_width_signs() -> None:
    assert spoken(("卡(折)有误,请核对:", ""), 0) == "卡（折）有误，请核对："
    unset = [name for name in NAMES if "[tongue]" in (TEMPLATES / name).read_text()]
    assert not unset, "picked from a pair without being set: say both(pair)"


@pytest.mark.article("I4")
@pytest.mark.parametrize("post", [Post.ACCOUNT_MANAGER, Post.STATISTICS_CLERK])
def test_brackets_around_chinese_are_of_one_kind_on_a_customers_pages(browse: Browse, scene: Scene, post: Post) -> None:
    client, base = browse("reader1", {post}, people.UNIT).client, f"/customers/{scene.customer_id}"
    mixed = set[str]()
    for path in ("/", "/cards", "/asks", base, f"{base}/cards", f"{base}/timeline", f"{base}/bind", f"{base}/changes"):
        text = re.sub(r"<[^>]+>", " ", client.get(path).text)
        mixed |= {f"{path}: {place[0]}" for place in re.finditer(rf"\S*{HAN.pattern}\(\S*|\S*\({HAN.pattern}\S*", text)}
    assert not mixed


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
