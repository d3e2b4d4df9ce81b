"""The settings of each partner as an office reads them: titles, units and choices in words, the name on file once (I10)."""

import re
from html import unescape

import pytest

from hub.app import Hub
from hub.channels import host
from hub.channels.settings_form import describe_settings
from hub.domain.staff.posts import Post
from hub.domain.wording import settings as setting_words
from hub.operations.office import Office
from hub.registry.channels import state as channel_state
from hub.settings import HubSettings
from tests.support.scenes import Browse

HAN = re.compile("[\u4e00-\u9fff]")
LABEL = re.compile(r'<label class="form-label[^"]*"\s+for="s-([\w.]+)">(.*?)</label>', re.S)
OPTION = re.compile(r"<option[^>]*>(.*?)</option>", re.S)


ALL = host.load(("abc", "icbc", "mobile", "postal", "telecom"))


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub with all partners."""
    office.channels = host.capabilities(ALL)
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(ALL.partners))
    return Hub(HubSettings(), office, ALL)


def plain(html: str) -> str:
    """The words of a piece of a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.article("I10")
@pytest.mark.parametrize("key", sorted(ALL.partners))
def test_every_setting_is_called_something_and_its_name_stands_once(browse: Browse, key: str) -> None:
    centre = browse("centre1", {Post.INFORMATION_CENTRE})
    page = centre.client.get(f"/channels/{key}/settings").text
    form = page[page.index('class="card mb-3" method="post"') : page.index("_why")]
    labels = {name: plain(words) for name, words in LABEL.findall(form) if not name.startswith("hub.")}
    settings = describe_settings(ALL.partners[key])
    assert {each.name for each in settings} <= labels.keys()
    for each in settings:
        label = labels[each.name]
        assert HAN.search(label) and label.split().count(each.name) == 1, label
        assert each.kind not in ("int", "float") or "（" in label, f"{label}: of what unit?"
    choices = [plain(option) for option in OPTION.findall(form)]
    assert not [choice for choice in choices if choice == choice.lower() and not HAN.search(choice)]


def test_the_hub_titles_nothing_but_what_every_channel_has() -> None:
    assert {name for name in setting_words.SETTING if not name.startswith("hub.")} == {
        "environment",
        "base_url",
        "charset",
    }
