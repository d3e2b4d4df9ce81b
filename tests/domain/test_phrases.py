"""A refusal in English has no Chinese but data: every phrase that the code gives to one stands in both languages."""

import ast
import re
from collections.abc import Iterator

import pytest

from hub.domain.customers.input_problems import PROBLEMS
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.refusals.phrases import ENGLISH, in_both
from tests.house.sources import ROOT

HAN = re.compile("[\u3400-\u9fff]")


def subclasses(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """A kind of refusal and all of its kinds."""
    yield kind
    for inner in kind.__subclasses__():
        yield from subclasses(inner)


KINDS = {kind.__name__: kind for kind in subclasses(Refusal) if kind.__module__.startswith("hub.")}


def phrases(value: ast.expr) -> Iterator[str]:
    """Texts that an argument may be: a literal, one of two; the half of a pair is none."""
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value
    elif isinstance(value, ast.IfExp):
        yield from (text for side in (value.body, value.orelse) for text in phrases(side))
    elif isinstance(value, ast.Subscript) and isinstance(value.slice, ast.Constant) and value.slice.value == 0:
        yield f"一半:{ast.unparse(value)}"
    elif isinstance(value, ast.JoinedStr):
        yield from (
            part.value for part in value.values if isinstance(part, ast.Constant) and HAN.search(str(part.value))
        )


def given() -> Iterator[tuple[str, str]]:
    """Each Chinese phrase given to a refusal without its English beside it, and where."""
    for path in sorted((ROOT / "hub").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(getattr(node, "func", None), "id", "")
            if not isinstance(node, ast.Call) or name not in KINDS:
                continue
            names = {keyword.arg for keyword in node.keywords}
            for keyword in node.keywords:
                if f"{keyword.arg}_en" in names or str(keyword.arg).endswith("_en"):
                    continue
                for text in phrases(keyword.value):
                    if HAN.search(text):
                        yield text, f"{path.relative_to(ROOT)}:{node.lineno}"


def test_every_phrase_of_a_refusal_has_its_english() -> None:
    lacking = {text: place for text, place in given() if text not in ENGLISH}
    assert not lacking, "\n".join(f"{place} {text}" for text, place in lacking.items())


def test_no_english_phrase_holds_chinese() -> None:
    assert not [text for text in ENGLISH.values() if HAN.search(text) or not text]


def test_no_phrase_stands_there_unused() -> None:
    used = {text for text, _ in given()} | {text for text in ENGLISH if text in everything()}
    assert not ENGLISH.keys() - used


def everything() -> str:
    """The code of the hub, without the table itself."""
    return "\n".join(path.read_text() for path in (ROOT / "hub").rglob("*.py") if path.name != "phrases.py")


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_refusals_own_sentences_stand_in_both_languages(kind: str) -> None:
    for zh, en in (KINDS[kind].says, KINDS[kind].then):
        assert bool(zh) == bool(en) and not HAN.search(en)
        assert HAN.search(zh) or not re.sub(r"\{\w+\}", "", zh).strip("“”:。 ")


def test_a_refusal_speaks_the_readers_language() -> None:
    refusal = BadInput(field="订货方式", problem="没有选择", mend="请从列表中选择。")
    assert refusal.sentence("en") == "order method: not chosen" and refusal.advice("en") == "Choose from the list."
    assert refusal.sentence("zh") == "订货方式:没有选择"
    words = PROBLEMS["mobile_phone"]
    refusal = BadInput(field=("订货电话", "Order phone"), problem=words.problem, mend=words.mend)
    assert not HAN.search(refusal.sentence("en") + refusal.advice("en")) and "订货电话" in refusal.sentence("zh")
    assert not HAN.search(NotFound(what="渠道").sentence("en"))


def test_what_is_data_stays_as_it_is() -> None:
    assert "甲县营销部" in BadInput(field="单位名称", problem="甲县营销部", mend="请核对日期。").sentence("en")


def test_a_reason_that_the_hub_wrote_down_is_read_in_both_languages_and_a_persons_as_it_is() -> None:
    assert in_both("绑定结算账户") == ("绑定结算账户", "a settlement account was bound")
    assert in_both("通讯公司告知: 860000000000011")[1] == "the carrier states: 860000000000011"
    assert in_both("运营商告知: 860000000000011") == in_both("通讯公司告知: 860000000000011"), (
        "as it was written before"
    )
    assert in_both("客户来电: 换卡") == ("客户来电: 换卡",) * 2 and in_both("") == ("", "")


# Functions that write the reason of a change into the history, and the place of the reason among their arguments.
WRITERS = {"_write", "touch", "end_here", "change_record"}


def test_every_reason_that_the_hub_writes_down_has_its_english() -> None:
    lacking = []
    for path in sorted((ROOT / "hub" / "operations").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in WRITERS:
                texts = (text.partition(": ")[0] for argument in node.args for text in phrases(argument))
                lacking += [
                    f"{path.name}:{node.lineno} {text}" for text in texts if HAN.search(text) and text not in ENGLISH
                ]
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "history.record":
                heads = (
                    text.partition(": ")[0]
                    for known in node.keywords
                    if known.arg == "why"
                    for text in phrases(known.value)
                )
                lacking += [f"{path.name}:{node.lineno} {text}" for text in heads if text not in ENGLISH]
    assert not lacking, "\n".join(lacking)
