"""A carrier on the pages: what it refused stands with it in its own words, and nothing calls it a bank (R7.7, R7.8)."""

import re
from html import unescape
from uuid import UUID

import pytest

from hub.channels import host
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations import carriers
from hub.operations.office import Office
from hub.ports import new_id, now, today
from hub.registry.channels import state as channel_state
from hub.registry.schema import Agreement, Ask
from tests.support import people
from tests.support.scenes import Browse

BOTH = re.compile("银行(、|或|和)通讯(公司)?")
# An account is at a bank, and so is a difference about one, whatever else the page shows.
OF_ACCOUNTS = re.compile(r'<section[^>]*id="tell".*?</section>|<dialog[^>]*id="settle".*?</dialog>', re.S)


def words_of(page: str) -> str:
    """What a page says."""
    main = OF_ACCOUNTS.sub("", page[page.index("<main") :])
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


@pytest.fixture
def carriers_only(office: Office) -> Office:
    """An office that talks to two carriers and to no bank."""
    office.channels = host.capabilities(host.load(("mobile", "telecom")))
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    return office


@pytest.fixture
def refused(carriers_only: Office) -> UUID:
    """A customer whom Mobile would not take: the deposit is not paid."""
    with carriers_only.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        agreement = Agreement(
            id=new_id(),
            customer_id=row.id,
            channel="mobile",
            kind="tri_party",
            agreement_no="TX20260001",
            signed_on=today(),
            state="live",
            unannounced_since=now(),
            version=1,
        )
        desk.tx.add(agreement)
        desk.tx.flush()
        ask = Ask(
            id=new_id(),
            key="1",
            channel="mobile",
            verb="announce_customer",
            customer_id=row.id,
            customer_code=row.code,
            subject_kind="agreement",
            subject_id=agreement.id,
            state=AskState.REFUSED,
            purpose="ordering",
            article="R7.7",
            field_names=[],
            reason="other",
            partner_code="12103",
            partner_text="押金未交",
            asked_by_name="统计员",
            asked_at=now(),
            changed_at=now(),
            ended_at=now(),
        )
        desk.tx.add(ask)
        desk.tx.flush()
        carriers.announcement_refused(desk, ask, "other")
        return ask.id


@pytest.mark.article("R7.7")
@pytest.mark.usefixtures("refused")
def test_a_carriers_refusal_stands_on_its_side_in_its_own_words_and_is_nothing_that_we_lack(browse: Browse) -> None:
    clerk, centre = (
        browse(post.value[:8], {post}, people.UNIT) for post in (Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE)
    )
    said = words_of(clerk.client.get("/differences").text)
    assert "缺少" not in said and "12103 押金未交" in said and "对方不予办理" in said
    assert "点“登记”" in said
    elsewhere = words_of(centre.client.get("/differences").text)
    assert "点“登记”" not in elsewhere and "由统计分析员" in elsewhere


@pytest.mark.article("R7.7", "R7.8")
def test_no_page_of_a_carrier_calls_it_a_bank(browse: Browse, carriers_only: Office, refused: UUID) -> None:
    reader = browse("reader1", {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE, Post.SECTION_CHIEF})
    pages = ("/", "/asks", "/doubts", "/channels", "/channels/mobile", "/differences", "/schedules")
    told = {}
    for state in (None, *AskState):
        if state is not None:
            with carriers_only.desk(HUB) as desk:
                ask = desk.tx.get_one(Ask, refused)
                ask.state, ask.sent_at, ask.doubt_since, ask.ended_at = state, now(), now(), None
                ask.waits_for = "partner_result" if state == AskState.ACCEPTED else "question"
        for path in (*pages, f"/asks/{refused}"):
            answer = reader.client.get(path)
            assert answer.status_code == 200, (path, state)
            said = BOTH.sub("", words_of(answer.text))
            if (at := said.find("银行")) >= 0:
                told[path] = said[max(0, at - 20) : at + 20]
    assert not told
