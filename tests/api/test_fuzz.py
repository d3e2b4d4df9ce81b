"""No input whatever makes the API fail (F1)."""

import json
import random
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

from tests.support.nasty import LONE, NUMBERS, TEXTS, leaves, replaced
from tests.support.selection import examples, some

CASES = 12
"""For each route; a pass over all of them takes some thirty seconds."""


@pytest.mark.thorough
@pytest.mark.slow
def test_no_input_makes_a_fault(app: FastAPI, clerk: TestClient) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    headers = {"Authorization": clerk.headers["Authorization"], "Idempotency-Key": "fuzz"}
    tried = 0
    for found in some(schema.get_all_operations()):
        operation = found.ok()
        if operation.path == "/api/v1/sessions":
            continue

        @settings(
            max_examples=examples(CASES),
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attack(case: schemathesis.Case) -> None:
            nonlocal tried
            tried += 1
            case.call_and_validate(headers={**headers, "Idempotency-Key": str(tried)}, checks=[not_a_server_error])

        given(case=operation.as_strategy())(attack)()
    assert tried > 100


@pytest.mark.thorough
@pytest.mark.slow
def test_no_text_or_number_inside_a_good_call_makes_a_fault(app: FastAPI, clerk: TestClient) -> None:
    """Where a good body, question or path has a text or a number, it gets one that nobody expects."""
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE])
    faults: list[tuple[str, str, object, object]] = []
    tried = 0
    for found in some(schema.get_all_operations()):
        operation = found.ok()

        @settings(
            max_examples=2,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def attack(case: schemathesis.Case) -> None:
            nonlocal tried
            for place, value in [
                *leaves({"path": case.path_parameters, "query": case.query, "body": _json(case.body)})
            ]:
                for nasty in random.sample((LONE, *TEXTS) if isinstance(value, str) else NUMBERS, 2):
                    whole = {"path": case.path_parameters, "query": case.query, "body": _json(case.body)}
                    status = _sent(clerk, case, replaced(whole, place, nasty))
                    tried += 1
                    if status >= 500:
                        faults.append((case.method, case.path, place, repr(nasty)[:40]))

        given(case=operation.as_strategy())(attack)()
    assert not faults, "\n".join(map(str, faults))
    assert tried > 150


def _json(body: Any) -> Any:
    return body if isinstance(body, dict | list | str | int | float) else None


def _sent(client: TestClient, case: schemathesis.Case, whole: dict[str, Any]) -> int:
    """The call with these parts; what no address can say is left out."""
    path = case.path
    for name, value in (whole["path"] or {}).items():
        plain = str(value).encode(errors="replace").decode()[:200]
        path = path.replace("{" + name + "}", quote(plain, safe="") or "x")
    questions = {name: str(value).encode(errors="replace").decode() for name, value in (whole["query"] or {}).items()}
    headers = {"Content-Type": "application/json", "Idempotency-Key": uuid4().hex, "If-Match": "1"}
    content = None if whole["body"] is None else json.dumps(whole["body"])
    return client.request(case.method, path, params=questions, content=content, headers=headers).status_code
