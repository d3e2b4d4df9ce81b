"""A customer's timeline: every table's events once, newest first, filtered, page by page."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.refusals import BadInput
from hub.operations.changes import temporary
from hub.operations.customers import fields as customer_fields
from hub.operations.customers import timeline
from hub.operations.office import Office
from hub.operations.routes import meetings
from hub.ports import now, today
from tests.support import people
from tests.support.scenes import Scene


def walked(office: Office, customer_id: UUID, kind: str = "", limit: int = 3) -> list[timeline.Happened]:
    """All pages, one after the other."""
    found: list[timeline.Happened] = []
    after = ""
    while True:
        page = office.perform(people.CLERK, timeline.show_timeline, customer_id, kind, None, None, after, limit)
        found += page.rows
        if page.next is None:
            return found
        assert len(page.rows) == limit
        after = page.next


@pytest.mark.article("G11", "R4.1")
def test_everything_is_there_once_newest_first_whatever_the_page(office: Office, scene: Scene) -> None:
    office.perform(people.CLERK, temporary.record_order, scene.customer_id, "phone")
    with office.desk(people.CLERK) as desk:
        meetings.propose(desk, scene.customer_id, {"stop_order": "3"}, "顺路")
        version = customer_fields.show_customer(desk, scene.customer_id).customer.version
    office.perform(
        people.CLERK, customer_fields.change_fields, scene.customer_id, version, {"location": "城区"}, "核对"
    )
    found = walked(office, scene.customer_id)
    assert found == walked(office, scene.customer_id, limit=200)
    assert len({(each.at, each.id, each.event) for each in found}) == len(found)
    assert [each.at for each in found] == sorted((each.at for each in found), reverse=True)
    kinds = {each.kind for each in found}
    assert {"change", "application", "ask", "card", "order", "task", "notice", "paper", "authorisation"} <= kinds
    assert {"route", "training", "web", "watch"} <= kinds
    for kind in timeline.KINDS:
        assert walked(office, scene.customer_id, kind) == [each for each in found if each.kind == kind]


@pytest.mark.article("G11", "R2.1")
def test_a_change_is_told_in_words_without_what_is_sensitive_and_a_period_cuts_it(office: Office, scene: Scene) -> None:
    with office.desk(people.CLERK) as desk:
        version = customer_fields.show_customer(desk, scene.customer_id).customer.version
    values = {"order_phone": "13900000055"}
    office.perform(people.CLERK, customer_fields.change_fields, scene.customer_id, version, values, "客户来电")
    page = office.perform(people.CLERK, timeline.show_timeline, scene.customer_id, "change")
    assert page.rows[0].zh == "订货电话已变更" and "13900000055" not in str(page.rows)
    for since, until, some in (
        (today(), today(), True),
        (today() + timedelta(days=1), None, False),
        (None, today() - timedelta(days=1), False),
    ):
        rows = office.perform(people.CLERK, timeline.show_timeline, scene.customer_id, "change", since, until).rows
        assert bool(rows) is some
    assert now() >= page.rows[0].at


@pytest.mark.parametrize(
    "after", ["x", "2026-01-01|x|y", "2026-01-01T00:00:00|" + str(UUID(int=1)) + "|made", "|", "|||"]
)
def test_a_place_that_nobody_gave_is_refused(office: Office, scene: Scene, after: str) -> None:
    with pytest.raises(BadInput):
        office.perform(people.CLERK, timeline.show_timeline, scene.customer_id, "", None, None, after)
    with pytest.raises(BadInput):
        office.perform(people.CLERK, timeline.show_timeline, scene.customer_id, "gossip")
