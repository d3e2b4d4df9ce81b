"""Where a partner's messages go, as whom and by which keys: two people, one after the other, and internal control knows (G3)."""

from dataclasses import dataclass, field, replace
from typing import Literal

import pytest
from sqlalchemy import select, text

from hub.channels import host
from hub.domain.refusals import BadInput, NotPermitted, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.channels import control as channel_control
from hub.operations.channels import settings_proposals, settings_views
from hub.operations.channels.settings_proposals import (
    BaseMoved,
    ProposalOver,
    SecondPersonForSettings,
    SettingsProposedAlready,
)
from hub.operations.channels.values import SettingsUnusable
from hub.operations.office import Office
from hub.operations.operation import OnlyAtCompany
from hub.operations.tasks import notices, tasks
from hub.plugin import HARMLESS, Secret, Url, hookimpl
from hub.ports import new_id
from hub.registry.channels import settings as channel_settings
from hub.registry.schema import AuditRow, SettingsProposal, StaffNotice, Task
from hub.testing import tiny
from tests.support import people
from tests.support.databases import by_owner
from tests.support.scenes import another

TOP, COUNTY = "3701", people.UNIT
HERE, THERE = "https://bank.example/api", "https://bank.example.evil/api"
KEY, OTHER_KEY = "s3cret-of-the-bank", "s3cret-of-somebody"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every kind of setting."""

    base_url: Url
    token: Secret
    backup_url: Url | None = None
    host_key: str = ""
    folder: str = "/in"
    cipher: Literal["none", "SM4"] = "SM4"
    window: int = 300
    page_size: int = field(default=100, metadata=HARMLESS)


FIRST = {"base_url": HERE, "token": KEY, "hub.rate": "5/s"}
PARTNERS = host.load((), {"tiny": tiny.plugin(channel=hookimpl(lambda: replace(tiny.channel(), settings=Settings)))})


@pytest.fixture
def office(office: Office) -> Office:
    """An office whose one bank has these settings on file."""
    office.channels = host.capabilities(PARTNERS)
    people.found(office)
    office.perform(HUB, channel_control.save_settings, "tiny", FIRST)
    return office


@pytest.fixture
def centre(office: Office) -> Actor:
    """Somebody of the company's information centre."""
    return person(office, "centre1", Post.INFORMATION_CENTRE)


@pytest.fixture
def control(office: Office) -> Actor:
    """Somebody of the company's internal control."""
    return person(office, "control1", Post.INTERNAL_CONTROL)


def person(office: Office, login: str, post: Post, unit: str = TOP) -> Actor:
    """A member of staff with one post."""
    with office.desk(HUB) as desk:
        actor = another(desk, login, (post, unit))
        people.post(desk, actor.user_id, post, unit)
        return actor


def on_file(office: Office) -> dict[str, str]:
    """The settings that workers take up."""
    with office.desk(HUB) as desk:
        return channel_settings.load(desk.tx, desk.vault, "tiny") or {}


def proposed(office: Office, who: Actor, **values: str) -> SettingsProposal:
    """A proposal that waits."""
    saved = office.perform(who, channel_control.save_settings, "tiny", values)
    assert saved.proposal is not None and saved.names == sorted(values)
    return kept(office, saved.proposal)


def kept(office: Office, proposal_id: object) -> SettingsProposal:
    """The proposal's row as it is now."""
    with office.store.transaction() as tx:
        row = tx.get(SettingsProposal, proposal_id)
        assert row is not None
        return row


@pytest.mark.article("G3", "G9")
def test_an_address_waits_until_another_person_has_confirmed_it(office: Office, centre: Actor, control: Actor) -> None:
    row = proposed(office, centre, base_url=THERE)
    assert on_file(office)["base_url"] == HERE
    with pytest.raises(SecondPersonForSettings) as refused:
        office.perform(centre, settings_proposals.confirm_settings, row.id)
    assert "另一人复核" in refused.value.sentence() and on_file(office)["base_url"] == HERE
    office.perform(control, settings_proposals.confirm_settings, row.id)
    assert on_file(office) == {**FIRST, "base_url": THERE}
    after = kept(office, row.id)
    assert (after.state, after.decided_by, after.decided_by_name) == ("confirmed", control.user_id, control.name)
    with pytest.raises(ProposalOver, match="confirmed"):
        office.perform(control, settings_proposals.confirm_settings, row.id)


@pytest.mark.article("G3", "G5")
def test_each_decision_and_each_refused_one_is_in_the_audit_under_its_channel(
    office: Office, centre: Actor, control: Actor
) -> None:
    """Whoever looks a channel up in the audit finds who proposed, who decided, and who tried in vain."""
    first = proposed(office, centre, base_url=THERE)
    office.perform(control, settings_proposals.reject_settings, first.id, "地址不对")
    second = proposed(office, centre, base_url=THERE)
    with pytest.raises(SecondPersonForSettings):
        office.perform(centre, settings_proposals.confirm_settings, second.id)
    office.perform(control, settings_proposals.confirm_settings, second.id)
    with office.store.transaction() as tx:
        audited = tx.query(AuditRow).order_by(AuditRow.id)
        decided = [line for line in audited if line.operation.startswith("settings_proposals.")]
        assert [line.operation.split(".")[1] for line in decided] == ["reject_settings"] + ["confirm_settings"] * 2
        assert {(line.object_kind, line.object_id) for line in decided} == {("channel", "tiny")}


@pytest.mark.article("G3")
def test_another_of_the_information_centre_may_confirm_and_nobody_else(office: Office, centre: Actor) -> None:
    row = proposed(office, centre, base_url=THERE)
    for post in set(Post) - {Post.INFORMATION_CENTRE, Post.INTERNAL_CONTROL}:
        with pytest.raises(NotPermitted):
            office.perform(
                person(office, f"p{post.replace('_', '')[:30]}", post), settings_proposals.confirm_settings, row.id
            )
    for post in (Post.INFORMATION_CENTRE, Post.INTERNAL_CONTROL):
        county = person(office, f"k{post.replace('_', '')}", post, COUNTY)
        for step in (settings_proposals.confirm_settings, settings_views.show_proposal):
            with pytest.raises(OnlyAtCompany):
                office.perform(county, step, row.id)
    nobody = replace(people.CENTRE, user_id=None)
    with pytest.raises(SecondPersonForSettings):
        office.perform(nobody, settings_proposals.confirm_settings, row.id)
    assert on_file(office)["base_url"] == HERE
    office.perform(person(office, "centre2", Post.INFORMATION_CENTRE), settings_proposals.confirm_settings, row.id)
    assert on_file(office)["base_url"] == THERE


GRAVE = {
    "base_url": THERE,
    "token": OTHER_KEY,
    "backup_url": THERE,
    "host_key": "ssh-ed25519 AAAA",
    "folder": "/out",
    "cipher": "none",
    "window": "86400",
    "hub.brake_ends": "9999, 100%",
    "hub.settles_within": "0",
}
"""All that decides where, as whom, by which key and what is believed; and what protects customers from a wrong list."""
LIGHT = {"page_size": "50", "hub.rate": "9/s", "hub.concurrency": "2", "hub.deadline": "7", "hub.counter_days": "9"}


@pytest.mark.article("G3")
@pytest.mark.parametrize("name", GRAVE)
def test_whatever_the_plugin_does_not_call_harmless_takes_two(office: Office, centre: Actor, name: str) -> None:
    row = proposed(office, centre, **{name: GRAVE[name]}, page_size="7")
    assert row.names == sorted([name, "page_size"]) and on_file(office) == FIRST, "and so does what comes with it"


@pytest.mark.parametrize("name", LIGHT)
def test_a_rate_or_a_size_is_saved_at_once(office: Office, centre: Actor, name: str) -> None:
    saved = office.perform(
        centre, channel_control.save_settings, "tiny", {name: LIGHT[name], "base_url": HERE, "token": ""}
    )
    assert (saved.names, saved.proposal) == ([name], None) and on_file(office) == {**FIRST, name: LIGHT[name]}


PEM = "-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n"


def test_what_is_so_already_changes_nothing(office: Office, centre: Actor) -> None:
    """A form gives back all that it shows: values on file, the plugin's own, keys with a browser's line ends."""
    office.perform(HUB, channel_control.save_settings, "tiny", {"host_key": PEM})
    shown = {**FIRST, "host_key": PEM.strip().replace("\n", "\r\n"), "cipher": "SM4", "folder": "/in", "window": "300"}
    saved = office.perform(centre, channel_control.save_settings, "tiny", shown)
    assert (saved.names, saved.proposal) == ([], None)
    saved = office.perform(centre, channel_control.save_settings, "tiny", shown | {"page_size": "7"})
    assert (saved.names, saved.proposal) == (["page_size"], None)


@pytest.mark.article("G3")
def test_the_first_settings_of_a_channel_take_two_as_well(office: Office, centre: Actor, control: Actor) -> None:
    by_owner(office.store, "DELETE FROM channel_settings")
    row = proposed(office, centre, **FIRST)
    assert on_file(office) == {}
    office.perform(control, settings_proposals.confirm_settings, row.id)
    assert on_file(office) == FIRST


@pytest.mark.article("G3", "R15.1")
def test_internal_control_is_told_of_each_step_and_a_task_waits_for_the_second_person(
    office: Office, centre: Actor, control: Actor
) -> None:
    row = proposed(office, centre, base_url=THERE, token=OTHER_KEY)
    [view] = office.perform(control, tasks.inbox).views
    assert (view.task.kind, view.task.unit_code, view.task.subject_id) == ("confirm_settings", TOP, row.id)
    office.perform(control, settings_proposals.reject_settings, row.id, "银行没有来函")
    assert office.perform(control, tasks.inbox).views == []
    second = proposed(office, centre, base_url=THERE)
    office.perform(control, settings_proposals.confirm_settings, second.id)
    told = list(office.perform(control, notices.list_notices))
    assert [each.kind for each in reversed(told)] == [
        *("settings_proposed", "settings_rejected", "settings_proposed", "settings_confirmed"),
    ]
    assert {each.details["channel"] for each in told} == {"tiny"}
    with office.store.transaction() as tx:
        assert all(tx.scalars(select(StaffNotice.in_mail).where(StaffNotice.id.in_([each.id for each in told]))))
    assert told[-1].details["names"] == ["base_url", "token"] and told[-1].unit_code == TOP
    yours = [view for view in office.perform(centre, notices.list_notices) if view.user_id]
    assert [each.kind for each in reversed(yours)] == ["settings_rejected_yours", "settings_confirmed_yours"]
    assert yours[-1].details["why"] == "银行没有来函"


def test_where_nobody_else_controls_the_task_is_the_information_centres(office: Office, centre: Actor) -> None:
    row = proposed(office, centre, base_url=THERE)
    with office.store.transaction() as tx:
        [task] = tx.scalars(select(Task).where(Task.subject_id == row.id))
    assert task.post == Post.INFORMATION_CENTRE


@pytest.mark.article("G4")
def test_the_second_person_sees_old_and_new_and_no_secret_stands_anywhere_in_clear(
    office: Office, centre: Actor, control: Actor
) -> None:
    row = proposed(office, centre, base_url=THERE, token=OTHER_KEY, folder="/out")
    view = office.perform(control, settings_views.show_proposal, row.id)
    lines = {line.name: (line.secret, line.before, line.after) for line in view.lines}
    assert lines == {"base_url": (False, HERE, THERE), "folder": (False, "", "/out"), "token": (True, "", "")}
    office.perform(control, settings_proposals.confirm_settings, row.id)
    assert KEY not in repr(view) and OTHER_KEY not in repr(view)
    with office.store.transaction() as tx:
        everything = [
            *tx.scalars(text("SELECT p::text FROM settings_proposals p")),
            *(repr(vars(each)) for table in (AuditRow, StaffNotice, Task) for each in tx.scalars(select(table))),
        ]
    assert not [each for each in everything if KEY in each or OTHER_KEY in each]
    with office.desk(HUB) as desk:
        left = channel_settings.open_sealed(desk.vault, kept(office, row.id))
    assert left == {"values": {"base_url": THERE, "folder": "/out"}, "before": {"base_url": HERE}}
    again = office.perform(control, settings_views.list_proposals, "tiny")
    assert [line.after for line in again[0].lines] == [THERE, "/out", ""]


def test_a_new_address_for_the_key_on_file_is_said_to_the_second_person(
    office: Office, centre: Actor, control: Actor
) -> None:
    row = proposed(office, centre, base_url=THERE)
    assert office.perform(control, settings_views.show_proposal, row.id).keeps == ["token"]
    office.perform(control, settings_proposals.reject_settings, row.id, "不对")
    row = proposed(office, centre, base_url=THERE, token=OTHER_KEY)
    assert office.perform(control, settings_views.show_proposal, row.id).keeps == []


@pytest.mark.article("G3")
def test_a_proposal_made_for_other_settings_than_those_on_file_is_void_and_says_so(
    office: Office, centre: Actor, control: Actor
) -> None:
    row = proposed(office, centre, base_url=THERE)
    office.perform(centre, channel_control.save_settings, "tiny", {"hub.rate": "7/s"})
    assert kept(office, row.id).state == "open", "a rate is nothing that it was made for"
    office.perform(HUB, channel_control.save_settings, "tiny", {"folder": "/elsewhere"})
    assert kept(office, row.id).state == "void" and office.perform(control, tasks.inbox).views == []
    with pytest.raises(ProposalOver) as refused:
        office.perform(control, settings_proposals.confirm_settings, row.id)
    assert "作废" in refused.value.sentence() and on_file(office)["base_url"] == HERE
    [told] = [view for view in office.perform(centre, notices.list_notices) if view.user_id]
    assert told.kind == "settings_void"


@pytest.mark.article("G3")
def test_settings_that_moved_behind_the_hubs_back_void_a_proposal_at_its_confirmation(
    office: Office, centre: Actor, control: Actor
) -> None:
    row = proposed(office, centre, base_url=THERE)
    with office.desk(HUB) as desk:
        channel_settings.save(desk.tx, desk.vault, "tiny", {**FIRST, "folder": "/restored"}, "备份恢复")
    with pytest.raises(BaseMoved) as refused:
        office.perform(control, settings_proposals.confirm_settings, row.id)
    assert "作废" in refused.value.sentence()
    assert kept(office, row.id).state == "void" and on_file(office)["base_url"] == HERE


def test_a_channel_has_one_proposal_at_a_time_and_who_made_it_may_take_it_back(office: Office, centre: Actor) -> None:
    row = proposed(office, centre, base_url=THERE)
    with pytest.raises(SettingsProposedAlready, match=centre.name):
        office.perform(centre, channel_control.save_settings, "tiny", {"token": OTHER_KEY})
    with pytest.raises(BadInput):
        office.perform(centre, settings_proposals.reject_settings, row.id, " ")
    office.perform(centre, settings_proposals.reject_settings, row.id, "填错了")
    assert kept(office, row.id).state == "withdrawn"
    proposed(office, centre, token=OTHER_KEY)


@pytest.mark.parametrize(
    ("values", "names"),
    [
        ({"base_url": "http://me@bank.example"}, {"base_url"}),
        ({"base_url": "http://0x7f.1"}, {"base_url"}),
        ({"colour": "red", "window": "soon"}, {"colour", "window"}),
        ({"hub.rate": "quickly", "hub.deadline": "-1", "hub.batch": "1.5"}, {"hub.rate", "hub.deadline", "hub.batch"}),
        ({"hub.brake_ends": "many", "hub.colour": "red"}, {"hub.brake_ends", "hub.colour"}),
    ],
)
def test_settings_that_cannot_be_used_are_refused_by_name_whatever_the_face(
    office: Office, centre: Actor, values: dict[str, str], names: set[str]
) -> None:
    for who in (centre, HUB):
        with pytest.raises(SettingsUnusable) as refused:
            office.perform(who, channel_control.save_settings, "tiny", values)
        problems = refused.value.fields["problems"]
        assert isinstance(problems, dict) and set(problems) == names
    assert on_file(office) == FIRST


def test_a_quarantined_plugin_takes_no_settings(office: Office, centre: Actor) -> None:
    office.channels = {"tiny": replace(office.channels["tiny"], quarantined="its wheel is broken")}
    with pytest.raises(SettingsUnusable, match="wheel"):
        office.perform(centre, channel_control.save_settings, "tiny", {"base_url": THERE})


HARMLESS_SETTINGS = {
    ("abc", "resend_seconds"),
    ("abc", "sms_seconds"),
    ("mobile", "page_size"),
    ("postal", "page_size"),
    ("telecom", "page_size"),
}
"""Every setting of our five partners that one person may change; a new one is put here by hand or takes two people."""


def test_the_harmless_settings_of_all_partners_are_these() -> None:
    partners = host.load()
    assert len(partners.partners) >= 5 and not partners.quarantined
    light = {
        (key, name)
        for key, partner in partners.partners.items()
        for name, setting in partner.capability.settings.items()
        if setting.harmless
    }
    assert light == HARMLESS_SETTINGS


@pytest.mark.parametrize("kind", [Url, Secret, Url | None, Secret | None])
def test_a_plugin_that_calls_an_address_or_a_key_harmless_is_put_aside(kind: type) -> None:
    @dataclass(frozen=True, kw_only=True)
    class Careless:
        base_url: Url
        other: kind = field(default=None, metadata=HARMLESS)  # type: ignore[valid-type, assignment]

    Careless.__annotations__ = {"base_url": Url, "other": kind}
    made = tiny.plugin(channel=hookimpl(lambda: replace(tiny.channel(), settings=Careless)))
    assert "not harmless: other" in host.load((), {"tiny": made}).quarantined["tiny"]


def test_nobody_but_the_information_centre_proposes(office: Office, control: Actor) -> None:
    with pytest.raises(NotPermitted):
        office.perform(control, channel_control.save_settings, "tiny", {"base_url": THERE})
    stranger = Actor(new_id(), "无岗", frozenset())
    with pytest.raises(Refusal):
        office.perform(stranger, settings_views.show_settings, "tiny")


def test_the_company_sees_what_is_on_file_but_for_the_keys(office: Office, centre: Actor, control: Actor) -> None:
    for who in (centre, control):
        view = office.perform(who, settings_views.show_settings, "tiny")
        assert view.values == {"base_url": HERE, "hub.rate": "5/s"} and view.on_file == sorted(FIRST)


def test_a_setting_that_the_plugin_no_longer_knows_goes_with_the_next_save(
    office: Office, centre: Actor, control: Actor
) -> None:
    """Of an older version of the plugin, say: a check that adds only could never be passed again."""
    with office.desk(HUB) as desk:
        older = FIRST | {"wheel": "round", "hub.gone": "1"}
        channel_settings.save(desk.tx, desk.vault, "tiny", older, "旧版本")
    shown = office.perform(centre, settings_views.show_settings, "tiny")
    assert shown.unknown == ["hub.gone", "wheel"] and "round" not in repr(shown)
    saved = office.perform(centre, channel_control.save_settings, "tiny", {"hub.rate": "7/s"}, "换新版本")
    assert saved.names == ["hub.gone", "hub.rate", "wheel"] and saved.proposal is not None
    proposal = office.perform(control, settings_views.show_proposal, saved.proposal)
    assert [line.name for line in proposal.lines] == saved.names and proposal.keeps == []
    office.perform(control, settings_proposals.confirm_settings, saved.proposal)
    assert on_file(office) == FIRST | {"hub.rate": "7/s"}
    assert office.perform(centre, settings_views.show_settings, "tiny").unknown == []
