"""Article 11: phone ordering for now is for a system that cannot be mended at once, and who reports it says so."""

import pytest

from hub.domain.staff.posts import Post
from hub.ports import now
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send


@pytest.mark.article("R11.8", "R11.1")
def test_who_reports_an_outage_states_that_it_cannot_be_mended_at_once(caller: Caller) -> None:
    call = caller("call", {Post.CALL_CLERK}, people.UNIT)
    failure = {"units": [people.UNIT], "methods": ["web"], "since": now().isoformat(), "known": "登录页打不开"}
    for unstated in ({}, {"lasting": False}):
        no = send(call, "/outages", **failure, **unstated)
        assert no.status_code == 409 and no.json()["article"] == "R11.8", no.text
        assert "mended" in no.json()["detail"] and no.json()["advice"]
    assert send(call, "/outages", **failure, lasting=True).status_code == 201
    [outage] = read(call, "/outages")
    assert outage["lasting"] is True
