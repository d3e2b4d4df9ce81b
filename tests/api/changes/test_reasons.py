"""A reason that a change does not have is refused at its field, with those that there are (articles 8 to 12)."""

import pytest
from starlette.testclient import TestClient

from hub.domain.changes import REASONS, RULES
from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.applications import electronic
from tests.support.makers.calls import send

# Each rule with a word that no rule knows, and with the words of the others.
FOREIGN = [(key, reason) for key in RULES for reason in ("forgot", *REASONS) if reason not in RULES[key].reasons]


@pytest.mark.article("R8.1", "R9.3", "R11.1", "R11.2")
def test_a_reason_that_the_change_does_not_have_is_refused_at_the_field(caller: Caller, office: Office) -> None:
    """Seen: HTTP 500 for `cash_unit_choice` with `forgot` and `cash_password_locked` with `locked`."""
    client: TestClient = caller("rules", set(Post), "3701")
    with office.desk(people.CLERK) as desk:
        shop = electronic(desk)
    for rule, reason in FOREIGN:
        given = {"version": shop.version, "rule": rule, "reason": reason, "values": {}, "why": "客户来电"}
        for path in ("changes", "changes/plan") if reason == "forgot" else ("changes/plan",):
            no = send(client, f"/customers/{shop.id}/{path}", **given)
            assert no.status_code == 422 and no.json()["code"] == "bad_input", (rule, reason, no.text)
            body = no.json()
            assert body["detail"].startswith("Reason: "), body
            assert all(known in body["advice"] for known in RULES[rule].reasons), body
