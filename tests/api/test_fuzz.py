"""No input whatever makes the API fail (F1)."""

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from starlette.testclient import TestClient

CASES = 12
"""For each route; a pass over all of them takes some thirty seconds."""


@pytest.mark.slow
def test_no_input_makes_a_fault(app: FastAPI, clerk: TestClient) -> None:
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    schema.config.generation.update(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
    headers = {"Authorization": clerk.headers["Authorization"], "Idempotency-Key": "fuzz"}
    tried = 0
    for found in schema.get_all_operations():
        operation = found.ok()
        if operation.path == "/api/v1/sessions":
            continue

        @settings(
            max_examples=CASES,
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
