"""What a page says of a question to a person is how it stands: a wrong code is said at its field, nothing is green for ever.

R7.9: the customer's code is handed to the bank; seen on a running hub: after a wrong one the green "waiting for the bank"
stayed, and nobody knew.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from hub.domain.privacy.masking import Secret
from hub.domain.staff.posts import HUB, Post
from hub.domain.states import AskState
from hub.operations.asks import requested_input
from hub.operations.office import Office
from hub.registry.asks import ledger
from hub.registry.session import Store
from tests.support import people
from tests.support.makers.codes import RIGHT, WRONG, Town, filed, standing, until_it_waits
from tests.support.makers.driving import drive
from tests.support.scenes import ORIGIN, Browse, Browser
from tests.support.sims import sim, works_for

pytestmark = [pytest.mark.usefixtures("machine_clock"), pytest.mark.article("R7.9")]
WAITS = "正在等待银行确认"


@pytest.fixture
def town(office: Office, store: Store, tmp_path: Path) -> Iterator[Town]:
    """ABC, and a console on the same database."""
    with sim("abc", tmp_path / "abc", "--settle", "0.1", "--resend-seconds", "0.1") as bank:
        yield Town(works_for(store, {"abc": bank}), bank)


@pytest.fixture
def browser(town: Town, browse: Browse) -> Browser:
    """A clerk at the console."""
    return browse("clerk21", {Post.STATISTICS_CLERK})


def handed_in(browser: Browser, ask_id: object, code: str) -> str:
    """The page after a code was handed in by its form."""
    answer = browser.client.post(
        f"/asks/{ask_id}/code", data={"csrf": browser.csrf, "code": code}, headers=ORIGIN, follow_redirects=True
    )
    assert answer.status_code == 200
    return answer.text


def test_a_wrong_code_is_said_at_the_field_as_the_bank_said_it(town: Town, browser: Browser) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    assert WAITS in handed_in(browser, ask_id, WRONG)
    until_it_waits(town, ask_id, "input:sms_code")
    for address in (f"/asks/{ask_id}", f"/asks/{ask_id}?done=code", f"/asks/{ask_id}/live?until=9999999999"):
        page = browser.client.get(address).text
        assert WAITS not in page, "the bank has answered"
        field = page[page.index('name="code"') - 300 :][:900]
        assert "is-invalid" in field and 'aria-invalid="true"' in field
        assert "验证码不正确" in field and "还可输入 2 次" in field
    assert WAITS in handed_in(browser, ask_id, RIGHT), "and a new one waits for the bank again"
    page = browser.client.get(f"/asks/{ask_id}").text
    assert "验证码不正确" not in page
    ask = drive(town.runtime, ask_id)
    assert (ask.state, ask.reason, ask.partner_code) == (AskState.DONE, None, None)


def test_a_question_in_between_does_not_take_the_banks_no_away(town: Town, browser: Browser) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    handed_in(browser, ask_id, WRONG)
    until_it_waits(town, ask_id, "input:sms_code")
    with town.runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None and ask.waits_until is not None
        ask.waits_until = ask.waits_until - timedelta(hours=2)
    drive(town.runtime, ask_id, 0.5)
    assert standing(town, ask_id).questions > 0
    assert "验证码不正确" in browser.client.get(f"/asks/{ask_id}").text


def test_another_sms_is_another_chance(town: Town, browser: Browser) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    handed_in(browser, ask_id, WRONG)
    until_it_waits(town, ask_id, "input:sms_code")
    town.runtime.office.perform(people.CLERK, requested_input.send_again, ask_id)
    until_it_waits(town, ask_id, "input:sms_code")
    assert "验证码不正确" not in browser.client.get(f"/asks/{ask_id}").text


def test_a_code_that_is_none_is_refused_at_the_field(town: Town, browser: Browser) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    answer = browser.client.post(
        f"/asks/{ask_id}/code", data={"csrf": browser.csrf, "code": "12ab"}, headers=ORIGIN, follow_redirects=True
    )
    assert answer.status_code == 422
    field = answer.text[answer.text.index('name="code"') - 300 :][:900]
    assert "is-invalid" in field and "4至8位数字" in field


def test_a_refusal_by_the_api_tells_the_reason_too(town: Town) -> None:
    _, ask_id = filed(town)
    until_it_waits(town, ask_id, "input:sms_code")
    town.runtime.office.perform(people.CLERK, requested_input.hand_in, ask_id, Secret(WRONG))
    ask = until_it_waits(town, ask_id, "input:sms_code")
    assert (ask.reason, ask.partner_code) == ("input_refused", "EPS120")
    assert ask.partner_text is not None and "还可输入 2 次" in ask.partner_text
