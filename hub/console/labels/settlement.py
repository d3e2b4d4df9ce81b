"""Words of settlement accounts and agreements, zh-CN and en."""

from hub.domain.wording import states as state_words
from hub.domain.wording.states import by_code

Titles = dict[str, tuple[str, str]]
ACCOUNT: Titles = by_code(state_words.ACCOUNT)
AGREEMENT: Titles = {**ACCOUNT, **by_code(state_words.AGREEMENT)}
