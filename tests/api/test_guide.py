"""docs/api.md is true: each address, header and code that it names is what the API describes or answers (G3)."""

import json
import re
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from hub.api.problems import Flaw, Problem
from hub.domain.refusals import Refusal
from hub.operations.staff.api_tokens import scope_names
from tests.api.test_messages import kinds

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "api.md").read_text()
CALL = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) (/[\w./{}-]*[\w}])")
DESCRIPTION = "/api/v1/openapi.json"


def patterns(app: FastAPI) -> dict[str, list[re.Pattern[str]]]:
    """{method: addresses as patterns}."""
    known: dict[str, list[re.Pattern[str]]] = {"GET": [re.compile(re.escape(DESCRIPTION))]}
    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            known.setdefault(method.upper(), []).append(re.compile(re.sub(r"\{\w+\}", r"[^/]+", path)))
    return known


def commands() -> list[tuple[str, str]]:
    """(method, path) of each curl in the guide; what it sends decides the method that is not written."""
    calls = []
    for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL):
        for line in re.split(r"\n(?=curl)", block.replace("\\\n", " ")):
            if place := re.search(r"\$HUB(/[^\s'\"?]*)", line):
                named = re.search(r"-X (\w+)", line)
                calls.append(
                    (named[1] if named else "POST" if re.search(r" (-d|-F|--json) ", line) else "GET", place[1])
                )
    return calls


def test_every_address_of_the_guide_is_described(app: FastAPI) -> None:
    known, named = patterns(app), [*CALL.findall(GUIDE), *commands()]
    assert len(commands()) >= 6 and len(named) > 12
    wrong = [(method, path) for method, path in named if not any(one.fullmatch(path) for one in known[method])]
    assert not wrong


def test_every_header_of_the_guide_is_described_or_standard(app: FastAPI) -> None:
    calls: list[Any] = [call for methods in app.openapi()["paths"].values() for call in methods.values()]
    own = {one["name"] for call in calls for one in call.get("parameters", []) if one["in"] == "header"}
    standard = {"authorization", "content-type", "accept-language", "x-request-id", "retry-after"}
    named = {name.lower() for name in re.findall(r"`([A-Z][\w]*(?:-[A-Z][\w]*)+)", GUIDE)}
    named |= {name.lower() for name in re.findall(r"-H \"?'?([\w-]+):", GUIDE)}
    assert own <= named <= own | standard


def test_every_problem_of_the_guide_has_a_refusal_and_the_fields_that_answers_have() -> None:
    codes = {kind.code for kind in kinds(Refusal)}
    named = set(re.findall(r"^\| \d{3} \| `(\w+)`", GUIDE, re.MULTILINE))
    assert len(named) >= 8 and named <= codes
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", GUIDE, re.DOTALL)]
    problems = [answer for answer in shown if "type" in answer]
    assert problems and all(set(answer) <= Problem.model_fields.keys() for answer in problems)
    assert all(set(flaw) == Flaw.model_fields.keys() for answer in problems for flaw in answer.get("errors", []))
    assert all(f"| `{name}` |" in GUIDE for name in Problem.model_fields)


def test_every_scope_of_the_guide_can_be_granted() -> None:
    named = re.findall(r"--scope '?([\w.*]+)", GUIDE)
    assert named and set(named) <= set(scope_names())


def test_both_readmes_lead_to_the_guide() -> None:
    assert all("docs/api.md" in (ROOT / name).read_text() for name in ("README.md", "README.zh-CN.md"))
