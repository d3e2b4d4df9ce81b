"""All that a partner holds against all that we hold, stretch by stretch: bounded memory, and nobody waits for all of it."""

from hub.domain.people import HUB
from hub.plugin import AgreementEnded, AgreementSigned, BindingAbsent, DeviceBound, DeviceEnded, DeviceFailed, Fact
from hub.ports import now
from hub.registry import devices, sync, twins
from hub.registry.devices import Missing
from hub.registry.spans import span

from .differences import compare
from .office import Office
from .syncing import LISTS, MANY, Held, in_hand

STRETCH = 20_000
"""Numbers in a stretch, each a transaction: the channel's comparisons wait for one at most (a second or so)."""
QUESTIONS = 500
"""Things missing twice that are asked about after one list; the others wait for the next."""


def compare_all(office: Office, channel: str, verb: str, held: Held | None = None) -> int:
    """Compare everything that a list shows; returns how many differences stand on the desk.

    Agreements come before devices, which may be known by them alone. With `held`, each stretch is fenced: Overtaken.
    """
    standing = 0
    for kind in LISTS[verb]:
        low: str | None = ""
        while low is not None:
            with office.desk(HUB) as desk:
                if held is not None:
                    in_hand(desk, held)
                part = span(desk.tx, channel, kind, low, STRETCH)
                standing += compare(desk, channel, part)
                low = part.high
    return standing


def know_sizes(office: Office, run_added: int) -> None:
    """Let the planner see what a long list has brought, before all is compared."""
    if run_added > MANY:
        with office.desk(HUB) as desk:
            sync.know_sizes(desk.tx)


def to_ask(office: Office, channel: str, verb: str) -> list[Missing]:
    """What of ours a carrier's lists did not show twice: it is asked about before anything ends."""
    with office.desk(HUB) as desk:
        return devices.missing(desk.tx, channel, LISTS[verb], QUESTIONS)


def number_of(fact: Fact) -> tuple[str, str]:
    """Which thing a fact is about: kind and number; empty for any other fact."""
    match fact:
        case DeviceBound() | DeviceFailed() | DeviceEnded():
            return "device", fact.device
        case AgreementSigned() | AgreementEnded():
            return "agreement", fact.agreement_no
    return "", ""


def answered(office: Office, channel: str, asked: Missing, facts: tuple[Fact, ...]) -> bool:
    """The carrier's answer about one thing: what it says counts; of what it says nothing, it holds no more.

    Returns whether it still holds it. An answer that is neither is none: nothing changes.
    """
    about = {number_of(fact) for fact in facts} - {("", "")}
    absent = any(isinstance(fact, BindingAbsent) for fact in facts)
    with office.desk(HUB) as desk:
        twins.merge(desk.tx, channel, facts, seen_at=now())
        if (asked.kind, asked.number) not in about and (absent or about):
            twins.gone(desk.tx, channel, asked.kind, asked.number, now())
        twin = twins.get(desk.tx, channel, asked.kind, asked.number)
        return twin is not None and twin.state != "ended" and twin.absences == 0


__all__ = ["answered", "compare_all", "know_sizes", "to_ask"]
