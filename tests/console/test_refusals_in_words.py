"""A refusal says no code word and no row's number, in either language, on the page and over the API (F, 3.7)."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

import hub
from hub.domain import states
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from tests.house.sources import broken, product

HAN = re.compile("[\u4e00-\u9fff]")
CODE = re.compile(r"[A-Za-z]*[a-z]{2,}[A-Za-z_]*|\b[RGI]\d+(\.\d+)?\b")
TECHNICAL = re.compile(
    r"partnerhub( [a-z]+)*|If-Match|version|vault\.unreadable|Idempotency-Key|MB|PDF|JPEG|PNG|CSV|XLSX|Excel|Tab|https?://|--to|HTTP|API|\.\w+"
)
WORDED = [*Post, *states.AskState, *states.ApplicationState, *states.OutageState, *states.AccountState]
# What programs and commands are told names addresses and commands.
FOR_PROGRAMS = ("hub.api", "hub.cli", "hub.simulation")
# Modules that are run, not imported.
RUN = ("hub.cli", "hub.registry.migrations", "hub.simulation", "hub.__main__")


def every_refusal() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(hub.__path__, "hub."):
        if not module.name.startswith(RUN):
            importlib.import_module(module.name)
    waiting, classes = [Refusal], []
    while waiting:
        here = waiting.pop()
        classes.append(here)
        waiting += here.__subclasses__()
    own = {each for each in classes if each.__module__.startswith("hub.")}
    return sorted(
        (each for each in own if not each.__module__.startswith(FOR_PROGRAMS)), key=lambda each: each.__qualname__
    )


CLASSES = every_refusal()


def names_in(kind: type[Refusal]) -> set[str]:
    return set(re.findall(r"\{(\w+)", "".join([*kind.says, *kind.then])))


def worded(kind: type[Refusal], sample: object) -> Refusal:
    """One of this class as a constructor that knows nothing of it would make it: each field is the sample."""
    refusal = Refusal.__new__(kind)
    refusal.fields = Refusal(**dict.fromkeys(names_in(kind), sample)).fields
    return refusal


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__qualname__)
def test_no_refusal_speaks_in_codes(kind: type[Refusal]) -> None:
    refusal = worded(kind, ("甲", "1"))
    zh, en = refusal.sentence() + refusal.advice(), refusal.sentence("en") + refusal.advice("en")
    assert not CODE.search(TECHNICAL.sub("", zh)), zh
    assert not HAN.search(en), en
    assert not re.search(r"[a-z]+_[a-z]+|\b[RGI]\d+\.\d+", en), en


@pytest.mark.parametrize("code", WORDED, ids=lambda code: f"{type(code).__name__}.{code}")
def test_a_state_or_post_is_worded_by_whatever_refusal_names_it(code: StrEnum) -> None:
    for kind in CLASSES:
        for name in names_in(kind) & {"state", "post", "posts"}:
            refusal = worded(kind, ("甲", "1"))
            refusal.fields = refusal.fields | Refusal(**{name: code}).fields
            assert not CODE.search(TECHNICAL.sub("", refusal.sentence() + refusal.advice())), kind
            assert not HAN.search(refusal.sentence("en") + refusal.advice("en")), kind


NAMES_OF_CODES = {"state", "kind", "post", "rule", "verb", "event", "reason", "channel", "way", "purpose", "decision"}


def handed_over() -> Iterator[tuple[str, str]]:
    """Each argument of a refusal that is a column of codes as it stands."""
    classes = {kind.__name__ for kind in CLASSES}
    for source in product():
        for node in ast.walk(source.tree):
            if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] not in classes:
                continue
            for argument in node.keywords:
                raw = isinstance(argument.value, ast.Attribute) and argument.value.attr in NAMES_OF_CODES
                if raw:
                    yield source.at(node), f"{argument.arg}={ast.unparse(argument.value)}"


def test_no_refusal_is_handed_a_column_of_codes() -> None:
    raw = [f"{place} {argument}" for place, argument in handed_over()]
    assert not raw, broken("give the code as its enum, or its words in both languages", raw)
