"""Every step of every table of states is walked, and every other pair is refused (ADR 0002, ADR 0007, I2, R6, R11, R12, R13, R18).

STEPS says again, from the articles and the decisions, what may follow what: a step that is lost from the tables of
`hub/domain/states.py`, or one that slips in, is seen here; and the functions that take steps are each asked about every pair.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

from hub.domain import states
from hub.domain.refusals import Refusal
from hub.operations.onboarding import web_states
from hub.operations.outages import power_cuts
from hub.operations.phones import permits
from hub.operations.privacy import exports
from hub.operations.routes import scenarios
from hub.operations.staff import second_person
from hub.ports import new_id
from hub.registry.asks import ledger
from hub.registry.changes import applications
from hub.registry.outages import outages
from hub.registry.schema import (
    AccessRequest,
    Account,
    Agreement,
    Application,
    Ask,
    Device,
    Export,
    Outage,
    PhonePermit,
    PowerCut,
    RouteScenario,
    WebOrdering,
)
from hub.registry.session import WrongStep
from hub.registry.settlement import accounts

STEPS: Mapping[str, str] = {
    # ADR 0002: a change goes once; a lost answer is doubt, which is asked about until it is known or a person decides. Before
    # the first byte nothing is in doubt, and what a partner turned away or surely does not have goes again.
    "ASK": """
        planned: queued cancelled
        queued: sending refused cancelled
        sending: queued accepted done refused in_doubt person
        accepted: asked sending queued done refused person cancelled
        in_doubt: asked done refused accepted person
        asked: in_doubt accepted done refused queued person
        person: asked queued done refused cancelled accepted
    """,
    # R10.1: filed, then live by the bank's word or refused; an ending that the bank refuses leaves it live.
    "ACCOUNT": """
        filed: live refused ended
        live: ending ended
        ending: ended live
    """,
    # R7.10: signed, delivered to the bank, in force; either side may end it at any time.
    "AGREEMENT": """
        signed: delivered live refused ended
        delivered: live refused ended
        live: ended
    """,
    # R11.2: a device that failed may be repaired; one that ended never comes back.
    "DEVICE": """
        bound: live failed ended
        live: failed ended
        failed: live ended
    """,
    # ADR 0007, I3: sent back is sent again; what is approved is carried out, or falls when the rule changes.
    "APPLICATION": """
        sent: sent_back approved rejected withdrawn void
        sent_back: sent withdrawn void
        approved: carried_out withdrawn void
    """,
    # R7.6: in this order; a password that does not work is issued again, a training not held is agreed again.
    "WEB_ORDERING": """
        set_up: issued
        issued: delivered
        delivered: agreed issued
        agreed: trained delivered
    """,
    # R18.1: permitted by another, over after its last day; whoever asked may withdraw until then.
    "EXPORT": """
        asked_for: permitted rejected withdrawn
        permitted: withdrawn over
    """,
    # R12.5: chief, then deputy manager; either rejects; in force until it ends.
    "PERMIT": """
        asked_for: chief_signed rejected withdrawn
        chief_signed: permitted rejected withdrawn
        permitted: ended
    """,
    # R11.5: a cut may be moved, called off, or be over.
    "POWER_CUT": """
        planned: planned called_off over
    """,
    # R13.1: held and closed, or cancelled.
    "ROUTE_MEETING": """
        called: closed cancelled
    """,
    # R13.3: computed, signed by two in order, applied on its day, taken back once; sent back when customers moved meanwhile.
    "SCENARIO": """
        computing: computed failed withdrawn
        computed: chief_signed computing rejected withdrawn
        failed: computing
        chief_signed: approved rejected withdrawn
        approved: applied sent_back withdrawn
        applied: reversed
        sent_back: computing withdrawn
        failed: computing
        rejected: computing
    """,
    # R11.1: switching may be stopped and taken up; withdrawn only before anybody was switched.
    "OUTAGE": """
        reported: switching withdrawn
        switching: stopped switched ended
        stopped: switching ended
        switched: ended
    """,
    # R4.1, R6.1: confirmed by a second person, then perhaps waiting to be taken; nothing waits for ever.
    "ACCESS": """
        asked_for: done to_be_taken rejected withdrawn over
        to_be_taken: done withdrawn over
    """,
}
"""What may follow what, a line for each state from which something follows."""


class Mover(NamedTuple):
    """A function that takes steps: on a row in a state, to another state; `stays` if it takes no step for none."""

    table: str
    kind: type
    move: Callable[[Any, Any], None]
    stays: bool = False


MOVERS = (
    Mover("ASK", Ask, ledger.step, stays=True),
    Mover("ACCOUNT", Account, accounts.become, stays=True),
    Mover("AGREEMENT", Agreement, accounts.become, stays=True),
    Mover("DEVICE", Device, accounts.become, stays=True),
    Mover("APPLICATION", Application, applications.step, stays=True),
    Mover("WEB_ORDERING", WebOrdering, web_states.move_case),
    Mover("EXPORT", Export, exports._become),
    Mover("PERMIT", PhonePermit, permits._become),
    Mover("POWER_CUT", PowerCut, lambda cut, to: power_cuts.step(cut, to, "变更时间")),
    Mover("SCENARIO", RouteScenario, scenarios.become),
    Mover("OUTAGE", Outage, outages.step),
    Mover("ACCESS", AccessRequest, second_person.move_to),
)
TABLES: dict[str, Mapping[Any, frozenset[Any]]] = {
    name: table for name, table in vars(states).items() if name.isupper() and isinstance(table, dict)
}


def steps(name: str) -> set[tuple[str, str]]:
    """The pairs that STEPS allows."""
    lines = [line.split(":") for line in STEPS[name].split("\n") if line.strip()]
    return {(old.strip(), new) for old, following in lines for new in following.split()}


@pytest.mark.parametrize("name", sorted({*STEPS, *TABLES}))
def test_a_table_has_these_steps_and_no_others(name: str) -> None:
    assert {(str(old), str(new)) for old, following in TABLES[name].items() for new in following} == steps(name)
    [kind] = {type(state) for state in TABLES[name]}
    assert set(TABLES[name]) == set(kind), "every state has its line"


@pytest.mark.article("R7.9", "R7.6", "R10.1", "R11.1", "R11.5", "R12.5", "R13.3", "R18.1", "I3")
@pytest.mark.parametrize("mover", MOVERS, ids=lambda mover: mover.table)
def test_every_allowed_step_is_taken_and_every_other_pair_refused(mover: Mover) -> None:
    known: list[StrEnum] = list(TABLES[mover.table])
    allowed = steps(mover.table)
    for old in known:
        for new in known:
            thing = mover.kind(id=new_id(), state=str(old))
            if (old, new) in allowed or (mover.stays and old == new):
                mover.move(thing, new)
                assert thing.state == new, (old, new)
                continue
            with pytest.raises((WrongStep, Refusal)):
                mover.move(thing, new)
            assert thing.state == old, (old, new)


def test_nothing_leaves_a_final_ask_and_every_other_one_is_open() -> None:
    """What a partner says late moves nothing that has ended (ADR 0006)."""
    ends = {"done", "refused", "cancelled"}
    assert {str(state) for state in states.AskState if states.final(state)} == ends
    assert {str(state) for state in states.OPEN_ASKS} == {str(state) for state in states.AskState} - ends
