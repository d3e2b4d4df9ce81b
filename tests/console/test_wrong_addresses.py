"""A wrong address is told as one, and a filter that a page does not have is not passed over."""

import pytest

from hub.domain.staff.posts import Post
from tests.support.scenes import Browse, Scene


@pytest.mark.parametrize(
    "path", ["/customers/123", "/asks/x", "/customers/123/timeline", "/applications/1", "/no-such"]
)
def test_an_address_that_no_page_has_is_said_to_be_one(browse: Browse, path: str) -> None:
    answer = browse("tester", Post).client.get(path)
    assert answer.status_code == 404 and "没有这个页面" in answer.text and "请核对地址" in answer.text
    assert "没有填写" not in answer.text


@pytest.mark.parametrize(
    "address",
    [
        "/asks?state=zzz",
        "/asks?channel=zzz",
        "/tasks?only=bad",
        "/tasks?page=zzz",
        "/applications?state=zzz",
        "/onboarding?step=zzz",
        "/channels/icbc/messages?outcome=zzz",
        "/customers/{}/timeline?kind=zzz",
        "/customers/{}/timeline?since=zzz",
    ],
)
def test_a_filter_that_the_page_does_not_have_is_refused(browse: Browse, scene: Scene, address: str) -> None:
    """/asks?state=zzz showed everything, as if all of it were in that state."""
    browser = browse("tester", Post)
    answer = browser.client.get(address.format(scene.customer_id))
    assert answer.status_code == 422 and 'role="alert"' in answer.text, answer.status_code
    assert browser.client.get(address.format(scene.customer_id).partition("?")[0]).status_code == 200


@pytest.mark.parametrize(
    "address", ["/asks?state=&channel=", "/asks?state=in_doubt", "/tasks?only=late&page=1&kind=sign"]
)
def test_what_the_page_offers_is_shown(browse: Browse, scene: Scene, address: str) -> None:
    assert browse("tester", Post).client.get(address).status_code == 200
