"""What concerns every unit is for posts at the company: counties neither do it nor see its buttons (R4.1)."""

from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from hub.app import Hub
from hub.domain.staff.posts import HUB, Actor, Post, TokenLimits
from hub.operations.channels import schedules
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, OnlyAtCompany, authorise, permits
from hub.operations.reconciliation import differences
from hub.operations.staff.sign_in.sign_in import actor_of
from hub.ports import now
from hub.registry.channels import state as channel_state
from hub.registry.reconciliation.differences import DifferenceFound, open_difference
from hub.registry.staff import users as questions
from hub.settings import HubSettings
from tests.support import people
from tests.support.callers import Caller
from tests.support.partners import PLUGINS
from tests.support.scenes import Browse, another

COUNTY, COMPANY = people.UNIT, "3701"
WHOLE = {
    *("channel_desk.pause", "channel_desk.resume", "channel_desk.save_settings", "channel_desk.record_probe"),
    *("schedules.pause_schedule", "schedules.resume_schedule", "schedules.run_now", "schedules.read_again"),
    *("schedules.probe_soon", "syncing.release", "messages.hear_again", "messages.reveal_message"),
    *("rights.record_confidentiality", "rights.end_confidentiality", "customers.switch_field"),
    *("workdays.enter_days", "workdays.withdraw_day"),
}
"""Each reaches every unit's customers: a partner, a list, a calendar, a field, everybody's messages."""
READING = {"channel_desk.list_channels", "channel_desk.show_channel", "schedules.list_schedules", "syncing.list_runs"}


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub with ICBC, its schedules and its settings."""
    with office.desk(HUB) as desk:
        channel_state.ensure(desk.tx, ["icbc"])
        schedules.ensure_all(desk)
    return Hub(HubSettings(), office, PLUGINS)


def known(office: Office, login: str, post: Post, unit: str, token_unit: str = "") -> Actor:
    """A person with one post, as who signs in is known; by a token of a unit if one is named."""
    with office.desk(HUB) as desk:
        made = another(desk, login, (post, unit))
        people.post(desk, made.user_id, post, unit)
        assert made.user_id is not None
        user = questions.user(desk.tx, made.user_id)
        assert user is not None
        actor = actor_of(desk.tx, user)
    if token_unit:
        scopes = frozenset(OPERATIONS)
        return Actor(**{**vars(actor), "token": TokenLimits("t", scopes, token_unit)})
    return actor


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("name", sorted(WHOLE))
def test_a_county_is_refused_what_concerns_every_unit_and_told_who_may(office: Office, name: str) -> None:
    row = OPERATIONS[name]
    for post in sorted(row.posts):
        county, company = known(office, f"k{post[:4]}", post, COUNTY), known(office, f"c{post[:4]}", post, COMPANY)
        with office.desk(HUB) as desk:
            desk.actor = county
            with pytest.raises(OnlyAtCompany) as refused:
                authorise(desk, row)
            assert "市公司" in refused.value.sentence() and row.title[0] in refused.value.sentence()
            desk.actor = company
            authorise(desk, row)
        assert not permits(county, row) and permits(company, row), "the button follows the rule"
        token = known(office, f"t{post[:4]}", post, COMPANY, token_unit=COUNTY)
        assert not permits(token, row), "a county's token lends a company's post no more than the county"


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("name", sorted(READING))
def test_status_is_read_by_counties_too(office: Office, name: str) -> None:
    row = OPERATIONS[name]
    with office.desk(HUB) as desk:
        desk.actor = known(office, "reader", min(row.posts), COUNTY)
        authorise(desk, row)
        assert permits(desk.actor, row)


def test_an_actor_whose_units_nobody_looked_up_is_judged_by_the_desk() -> None:
    made_by_hand = Actor(None, "某人", frozenset({(Post.INFORMATION_CENTRE, COUNTY)}))
    assert made_by_hand.company_units is None and permits(made_by_hand, OPERATIONS["channel_desk.pause"])


BUTTONS = {
    "/channels": ("/channels/icbc/pause", "/channels/icbc/confidentiality", "/channels/icbc/settings"),
    "/channels/icbc": ("/channels/icbc/pause", "/channels/icbc/settings"),
    "/schedules": ("/run", "/schedules/read-again"),
    "/calendar": ("f-dates",),
    "/fields": ('data-dialog="switch"',),
}


@pytest.mark.article("R4.1")
def test_a_county_user_sees_no_button_that_is_refused(browse: Browse) -> None:
    posts = {Post.INFORMATION_CENTRE, Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL}
    county, company = browse("county", posts, COUNTY).client, browse("company", posts, COMPANY).client
    for path, buttons in BUTTONS.items():
        theirs, ours = county.get(path), company.get(path)
        assert theirs.status_code == ours.status_code == 200, path
        assert any(button in ours.text for button in buttons), path
        assert not [button for button in buttons if button in theirs.text], path


@pytest.mark.article("R4.1", "G9")
def test_a_county_pauses_neither_the_citys_bank_nor_its_calendar_over_rest(caller: Caller) -> None:
    posts = {Post.INFORMATION_CENTRE, Post.STATISTICS_CLERK, Post.SECTION_CHIEF}
    county: TestClient = caller("county", posts, COUNTY)
    tries = [
        ("POST", "/channels/icbc/pause", {"why": "维护"}),
        ("POST", "/channels/icbc/probe", None),
        ("POST", "/schedules/digest/pause", None),
        ("POST", "/calendar/days", {"days": ["2027-01-04"], "working": False, "why": "通知"}),
        ("PUT", "/fields/industry/switch", {"off": True, "why": "不用"}),
    ]
    for method, path, body in tries:
        answer = county.request(method, f"/api/v1{path}", json=body, headers={"Idempotency-Key": uuid4().hex})
        assert (answer.status_code, answer.json()["code"]) == (403, "only_at_company"), (path, answer.text)
    listed = {row["name"]: row["allowed"] for row in county.get("/api/v1/operations").json()}
    assert not any(listed[name] for name in WHOLE) and all(listed[name] for name in READING)
    assert county.get("/api/v1/channels/icbc").json()["channel"]["paused"] is False


@pytest.mark.article("R4.1", "G3")
def test_what_nobodys_customer_differs_about_is_the_companys(office: Office) -> None:
    with office.desk(HUB) as desk:
        lost = DifferenceFound("list", "list_bindings.full", "list_unreadable", None, "", None, {}, {})
        row = open_difference(desk.tx, "icbc", lost, "mend_list", now())
    county = known(office, "kclerk", Post.STATISTICS_CLERK, COUNTY)
    with pytest.raises(OnlyAtCompany):
        office.perform(county, differences.propose, row.id, "explained", "看过了")
    office.perform(people.CLERK, differences.propose, row.id, "explained", "看过了")
