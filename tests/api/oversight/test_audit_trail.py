"""The audit trail's own route."""

import pytest
from starlette.testclient import TestClient

from hub.domain.staff.posts import Post
from hub.engine import worker
from hub.operations.office import Office
from tests.support.callers import Caller

pytestmark = pytest.mark.article("G5")


def test_internal_control_sees_whether_the_trail_is_whole(caller: Caller, office: Office) -> None:
    control = caller("control", {Post.INTERNAL_CONTROL})
    last = worker.seal(office)
    found = control.get("/api/v1/audit/chain").json()
    assert (found["sealed"], found["broken"], found["last_no"]) == (last, None, last)
    anchored = {"anchor_no": last, "anchor_hash": found["last_hash"]}
    assert control.get("/api/v1/audit/chain", params=anchored).json()["broken"] is None
    anchored["anchor_hash"] = "0" * 64
    assert control.get("/api/v1/audit/chain", params=anchored).json()["broken"] == last


def test_nobody_else_does(caller: Caller, nobody: TestClient) -> None:
    assert caller("clerk", {Post.STATISTICS_CLERK}).get("/api/v1/audit/chain").status_code == 403
    assert nobody.get("/api/v1/audit/chain").status_code == 401
