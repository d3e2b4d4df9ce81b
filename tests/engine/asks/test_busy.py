"""What "busy" leaves behind is the partner's to say: the same serial again, or a question first and a new serial (R7.9).

A bank that stores its first answer to a serial would say busy to that serial for ever.
"""

from dataclasses import replace
from datetime import timedelta
from types import ModuleType
from typing import Any
from uuid import UUID

import hub_icbc
import pytest

from hub.channels import host
from hub.channels.host import Unfit
from hub.channels.settings_form import read_settings
from hub.domain.states import AskState
from hub.engine.runtime import Ready, limited
from hub.plugin import Channel, hookimpl
from hub.registry.asks import ledger
from hub.registry.schema import Ask, Attempt
from hub.registry.session import Store
from tests.support.clocks import Clock
from tests.support.makers import outside_bank as outside
from tests.support.makers.driving import bound, drive
from tests.support.makers.outside_bank import Bank
from tests.support.partners import Bank as Icbc
from tests.support.partners import make_works

pytestmark = pytest.mark.article("R7.9", "R10.1")


def declaring(busy: str, original: Any = outside.channel) -> Any:
    """The declaration of a channel with what Busy means there."""

    @hookimpl
    def channel() -> Channel:
        return replace(original(), busy=busy)

    return channel


STORED = outside.plugin(channel=declaring("answer_stored"))
PLAIN = outside.plugin(channel=declaring("nothing_stored"))


def attempts(store: Store, ask_id: UUID) -> list[Attempt]:
    """All talks about it."""
    with store.transaction() as tx:
        return ledger.attempts_of(tx, ask_id)


def serials(bank: Bank, path: str) -> list[str]:
    """The serials that came to an interface, in order."""
    return [content["serial"] for called, content in bank.asked if called == path]


def test_a_bank_whose_first_answer_is_final_is_asked_and_gets_a_new_serial(
    store: Store, town: Bank, clock: Clock
) -> None:
    town.busy, town.final = 1, True
    runtime = outside.works(store, town, STORED)
    ask_id = outside.ending(runtime)
    for _ in range(12):
        clock.on(seconds=30)
        ask = drive(runtime, ask_id, 0.3)
    assert ask.state == AskState.DONE, (ask.state, ask.waits_for)
    old, new = serials(town, "/end")
    assert old == ask.key and new not in (old, "") and ask.sent_key == new
    assert serials(town, "/serial")[:2] == [old, old], "absence is believed when it was said twice"
    between = town.paths()[town.paths().index("/end") + 1 : len(town.paths()) - town.paths()[::-1].index("/end") - 1]
    assert set(between) == {"/serial"}
    told = [(row.verb, row.sent_key) for row in attempts(store, ask.id)]
    assert told[0] == ("unbind_card", old) and ("unbind_card", new) in told, "both serials stay on record"


def test_a_bank_that_stores_nothing_gets_the_same_serial_at_once(store: Store, town: Bank) -> None:
    town.busy = 1
    runtime = outside.works(store, town, PLAIN)
    ask = drive(runtime, outside.ending(runtime))
    assert ask.state == AskState.DONE and ask.sent_key == ask.key
    first, *rest = serials(town, "/end")
    assert set(rest) == {first} and town.paths()[:2] == ["/end", "/end"], "nothing was asked in between"


def test_what_was_done_in_spite_of_a_stored_busy_is_not_done_twice(store: Store, town: Bank) -> None:
    """Its question shows the ending: no serial is made anew."""
    town.busy, town.final = 1, True
    runtime = outside.works(store, town, STORED)
    ask_id = outside.ending(runtime)
    drive(runtime, ask_id, 0.1)
    town.serials[serials(town, "/end")[0]] = {"state": "ended"}
    ask = drive(runtime, ask_id)
    assert ask.state == AskState.DONE and serials(town, "/end") == [ask.key]


def test_a_bank_that_is_busy_for_ever_ends_with_a_person(store: Store, town: Bank, clock: Clock) -> None:
    town.busy, town.final = 10_000, True
    runtime = outside.works(store, town, STORED)
    ask_id = outside.ending(runtime)
    for _ in range(40):
        if drive(runtime, ask_id, 0.08).state == AskState.PERSON:
            break
        clock.on(hours=1)
    with store.transaction() as tx:
        ask = tx.get(Ask, ask_id)
        assert ask is not None and ask.state == AskState.PERSON and (ask.waits_for or "").startswith("person:")
    sent = serials(town, "/end")
    assert 1 < len(sent) <= 30 and len(set(sent)) == len(sent), "never twice under one serial, and not without end"


def test_a_retry_after_is_kept_although_the_bank_is_asked_first(store: Store, town: Bank) -> None:
    """The question brings the next sending no nearer than the bank wants it."""
    town.busy, town.final = 1, True
    town.retry_after = 600
    runtime = outside.works(store, town, STORED)
    ask = drive(runtime, outside.ending(runtime), 0.3)
    assert ask.state == AskState.IN_DOUBT and ask.waits_until is not None
    assert ask.waits_until - ask.changed_at > timedelta(minutes=8) and len(serials(town, "/end")) == 1


def test_a_declaration_in_no_known_word_is_put_aside() -> None:
    with pytest.raises(Unfit, match="Busy"):
        host.examine("harbour", outside.plugin(channel=declaring("perhaps")))


def icbc_that_stores() -> ModuleType:
    """ICBC's plugin with another declaration."""
    made = ModuleType("hub_icbc_storing")
    vars(made).update({name: each for name, each in vars(hub_icbc).items() if not name.startswith("__")})
    made.channel = declaring("answer_stored", hub_icbc.channel)  # type: ignore[attr-defined]
    return made


@pytest.mark.usefixtures("machine_clock")
def test_the_simulators_final_first_answer_is_outlived_by_a_new_serial(store: Store, bank: Icbc) -> None:
    bank.post("/_sim/scenario", scenario="first_answer_final", path="mepbprotocolsubmit")
    runtime = make_works(store, bank)
    partner = host.examine("icbc", icbc_that_stores())
    limits = {"rate": "500/s", "deadline": "5", "settles_within": "0.2"}
    runtime.ready["icbc"] = Ready(
        partner, read_settings(partner, bank.settings()), bank.url, limited(partner.channel, limits)
    )
    _, ask_id = bound(runtime, 1)
    ask = drive(runtime, ask_id, patience=90)
    assert ask.state == AskState.DONE and ask.sent_key != ask.key
    assert [row["times"] for row in bank.ledger()["agreements"]] == [1]
