"""Settings given for a channel beside those on file: what changes, what is wrong, what one person may change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from hub.domain.capabilities import Capability
from hub.domain.refusals import Refusal
from hub.domain.wording import settings as setting_words
from hub.operations.desk import Desk
from hub.registry.asks import ledger
from hub.registry.channels.settings import load


class SettingsUnusable(Refusal):
    """The plugin cannot be configured like this (I10). `problems`: what is wrong, by the setting's name."""

    article, status = "I10", 422
    says = ("设置不能使用:{faults}", "These settings cannot be used: {faults}")
    then = ("请改正后再保存。", "Correct them and save again.")


class SentAsksOpen(Refusal):
    """A setting that decides where questions go may not change while anything sent under the old one is open (R7.9)."""

    article = "R7.9"
    says = (
        "设置 {names} 决定向哪里查询,渠道还有 {count} 笔已发送的办理没有结果,现在不能更改。",
        "{names} decides where questions go, and {count} asks that were sent are still open: it cannot be changed now.",
    )
    then = (
        "请先暂停渠道以免再发送,等这些办理有结果或人工确认结果,再更改设置并恢复渠道。",
        "Pause the channel, wait until they have their ends or close them by hand, then change it and resume.",
    )


@dataclass(frozen=True)
class Wanted:
    """Settings that a person wants on file for a channel.

    `changes`: those that differ from what is there; "" for one on file that is obsolete and goes.
    """

    capability: Capability
    kept: Mapping[str, str] | None
    """What is on file; None: nothing yet."""
    changes: Mapping[str, str] = field(repr=False)

    @property
    def values(self) -> dict[str, str]:
        """All settings as they would be on file."""
        return {name: text for name, text in {**(self.kept or {}), **self.changes}.items() if name not in self.gone}

    @property
    def gone(self) -> list[str]:
        """Names on file that neither plugin nor hub knows any more, as after an update of the plugin."""
        # A quarantined plugin does not say which settings it has, so none of them counts as obsolete.
        names = [] if self.capability.quarantined else self.kept or {}
        return sorted(name for name in names if not self.capability.knows(name))

    @property
    def by_one_person(self) -> bool:
        """Whether nothing but times, sizes and rates changes."""
        return self.kept is not None and all(self.capability.setting(name).harmless for name in self.changes)

    @property
    def moves(self) -> bool:
        """Whether anything but keys changes that decides where messages go or what is believed."""
        settings = (self.capability.setting(name) for name in self.changes if name not in self.gone)
        return any(not setting.secret and not setting.harmless for setting in settings)

    def secrets_kept(self, given: Mapping[str, str]) -> list[str]:
        """Secrets on file that were not given with the change: its author may not know them."""
        kept = [name for name in self.kept or {} if self.capability.setting(name).secret and name not in self.gone]
        return sorted(name for name in kept if not given.get(name))


def wanted(desk: Desk, channel: str, given: Mapping[str, str]) -> Wanted:
    """The given settings laid over those on file; an empty value keeps the old one, an equal value is no change."""
    kept: dict[str, str] | None = load(desk.tx, desk.vault, channel)
    capability = desk.channels[channel]

    def stands(name: str) -> str:
        return (kept or {}).get(name, capability.setting(name).usual)

    changes = {name: text for name, text in given.items() if text and folded(text) != folded(stands(name))}
    want = Wanted(capability, kept, changes)
    # Obsolete ones count as changed, so that saving removes them and a proposal names them.
    return replace(want, changes=changes | dict.fromkeys(want.gone, ""))


def folded(text: str) -> str:
    """A text as it is compared: a key of several lines stays the same if a browser changes its line ends."""
    return text.replace("\r\n", "\n").strip() if "\n" in text.strip() else text


def check(desk: Desk, want: Wanted) -> None:
    """Check that the settings can be used now. Raises SettingsUnusable, SentAsksOpen."""
    away = want.capability.quarantined
    problems = {"": away} if away else want.capability.faults(want.values)
    if problems:
        title = want.capability.setting_title
        words = "; ".join(f"{name}: {problem}" if name else problem for name, problem in problems.items())
        read = [(title(name)[0], setting_words.fault(problem)[0]) for name, problem in problems.items()]
        zh = ";".join(f"{name}:{problem}" if name else problem for name, problem in read)
        raise SettingsUnusable(faults=(zh, words), problems=dict(problems))
    _hold(desk, want)


def _hold(desk: Desk, want: Wanted) -> None:
    """Keep what decides where questions go while anything that was sent is open. Raises SentAsksOpen.

    Asked elsewhere, the partner would have no trace of what it took, and the hub would send it again.
    """
    held, kept = want.capability.held, want.kept or {}
    changed = [name for name, usual in held.items() if kept.get(name, usual) != want.values.get(name, usual)]
    if want.kept is None or not changed:
        return
    if count := ledger.sent_and_open(desk.tx, want.capability.key):
        raise SentAsksOpen(
            names=("、".join(want.capability.setting_title(name)[0] for name in changed), ", ".join(changed)),
            count=count,
        )


def may_log_in(want: Wanted, given: Mapping[str, str]) -> bool:
    """Whether a test of these settings may go as far as the login.

    A secret on file goes only to the place that two people agreed on: if anything but keys changes, the test logs in
    with secrets that were given along with the change, or not at all.
    """
    return not want.moves or not want.secrets_kept(given)


def base_of(desk: Desk, want: Wanted) -> bytes:
    """A keyed digest of what is on file, except for what one person may change: what a proposal was made against."""
    grave = {name: text for name, text in (want.kept or {}).items() if not want.capability.setting(name).harmless}
    return desk.vault.digest("settings_proposals.base", json.dumps(grave, sort_keys=True))
