"""Who leaves knows what they were shown: their API tokens end with their access, and keys that they proposed are named (R6.1, G10)."""

from datetime import timedelta

import pytest

from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import access_requests, api_tokens, users
from hub.operations.tasks.notices import list_notices
from hub.ports import new_id, now
from hub.registry.schema import AuditRow, SettingsProposal
from tests.support.staffed import CITY, COUNTY, Staffed, staffed

from .test_second_person import refused

pytestmark = pytest.mark.article("R6.1", "G10")


@pytest.fixture
def town(office: Office) -> Staffed:
    """The company and its counties with their people."""
    return staffed(office)


def taken(town: Staffed, name: str = "取数") -> str:
    """A token of the county's programme that centre1 asked for, control1 confirmed, centre1 collected and was shown."""
    robot = town.office.perform(
        HUB, users.create_service_user, f"robot{name.encode().hex()[:8]}", f"平台{name}", COUNTY
    )
    town.office.perform(HUB, users.grant_post, robot, Post.STATISTICS_CLERK, COUNTY)
    wanted = (robot, name, ["read"], COUNTY, now() + timedelta(days=30))
    waits = town.office.perform(town.actor("centre1"), api_tokens.issue_token, *wanted)
    town.office.perform(town.actor("control1"), access_requests.confirm, waits.request_id)
    token = town.office.perform(town.actor("centre1"), access_requests.take_token, waits.request_id).token
    assert token is not None and api_tokens.actor_behind(town.office, token) is not None
    return token


def notices_of(town: Staffed, login: str, kind: str) -> list[dict[str, object]]:
    return [view.details for view in town.office.perform(town.actor(login), list_notices) if view.kind == kind]


def test_a_token_that_the_leaver_was_shown_ends_with_their_access(town: Staffed) -> None:
    token = taken(town)
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("centre1").id)
    assert api_tokens.actor_behind(town.office, token) is None
    [listed] = town.office.perform(town.actor("centre0"), api_tokens.list_tokens)
    assert listed.state == "revoked"
    [notice] = notices_of(town, "centre0", "tokens_ended")
    assert "取数" in str(notice), "the tokens to replace are named"
    assert notices_of(town, "control1", "tokens_ended")
    with town.office.desk(HUB) as desk:
        [line] = desk.tx.query(AuditRow).filter_by(operation="staff.deactivate_user", outcome="done").all()
    assert line.detail["tokens_ended"] == ["取数"]


def test_so_it_does_when_they_lose_the_post_by_which_they_had_it(town: Staffed) -> None:
    token = taken(town)
    centre1 = town.user("centre1").id
    town.office.perform(HUB, users.grant_post, centre1, Post.STATISTICS_CLERK, COUNTY)
    town.office.perform(town.actor("centre0"), users.revoke_post, centre1, Post.STATISTICS_CLERK, COUNTY)
    assert api_tokens.actor_behind(town.office, token) is not None, "another post has nothing to do with it"
    town.office.perform(town.actor("centre0"), users.revoke_post, centre1, Post.INFORMATION_CENTRE, COUNTY)
    assert api_tokens.actor_behind(town.office, token) is None
    assert len(notices_of(town, "centre0", "tokens_ended")) == 1


def test_a_token_that_somebody_else_was_shown_goes_on(town: Staffed) -> None:
    token = taken(town)
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("control1").id)
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("clerk1").id)
    assert api_tokens.actor_behind(town.office, token) is not None


def proposed(town: Staffed, login: str, *names: str) -> None:
    """Settings of the bank that somebody proposed and a second person confirmed."""
    with town.office.store.transaction() as tx:
        tx.add(
            SettingsProposal(
                id=new_id(),
                channel="icbc",
                unit_code=CITY,
                names=list(names),
                base=b"",
                legs=[],
                why="换密钥",
                values_sealed=b"",
                state="confirmed",
                proposed_by=town.user(login).id,
                proposed_by_name=login,
                proposed_at=now(),
                decided_at=now(),
            )
        )


def test_keys_of_a_channel_that_the_leaver_typed_are_named_to_be_replaced(town: Staffed) -> None:
    proposed(town, "centre00", "private_key", "hub.settles_within")
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("centre00").id)
    for login in ("centre0", "control0"):
        [notice] = notices_of(town, login, "keys_known")
        assert notice["names"] == ["private_key"] and "icbc" in str(notice)


def test_a_key_that_somebody_else_replaced_since_is_not_named(town: Staffed) -> None:
    proposed(town, "centre00", "private_key")
    proposed(town, "centre0", "private_key")
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("centre00").id)
    assert notices_of(town, "centre0", "keys_known") == []


def test_a_second_request_for_the_other_holder_is_a_request_of_its_own(town: Staffed) -> None:
    clerk = town.user("clerk1").id
    wanted = (clerk, Post.SECTION_CHIEF, COUNTY)
    second = town.office.perform(town.actor("centre1"), users.grant_post, *wanted, "b")
    first = town.office.perform(town.actor("centre1"), users.grant_post, *wanted, "a")
    again = town.office.perform(town.actor("centre1"), users.grant_post, *wanted, "a")
    assert second.request_id != first.request_id == again.request_id
    town.office.perform(town.actor("control1"), access_requests.confirm, first.request_id)
    with town.office.desk(HUB) as desk:
        [held] = [view for view in users.list_users(desk) if view.login == "clerk1"]
    assert ("section_chief", "a") in [(grant.post, grant.holder) for grant in held.posts]
    no = refused(town, "control1", access_requests.confirm, second.request_id)
    assert type(no).__name__ == "HeldOtherwise", "not silently lost either"
    no = refused(town, "centre1", users.grant_post, *wanted, "b")
    assert type(no).__name__ == "HeldOtherwise"
