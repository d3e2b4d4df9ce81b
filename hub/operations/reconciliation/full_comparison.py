"""Full comparison in stretches: bounded memory and short transactions."""

from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from hub.plugin import Absent, AgreementEnded, AgreementSigned, DeviceBound, DeviceEnded, DeviceFailed, Fact
from hub.ports import now
from hub.registry.carriers import devices
from hub.registry.carriers.devices import Missing
from hub.registry.ranges import Span, span
from hub.registry.reconciliation import first_list, twins

from .comparison import compare
from .list_runs import LISTS, MANY, Held, in_hand

# Numbers in a stretch, each a transaction: the channel's comparisons wait for one at most (a second or so).
STRETCH = 20_000
# Of the things missing twice, so many are asked about after one list; the others wait for the next.
QUESTIONS = 500


def compare_all(office: Office, channel: str, verb: str, held: Held | None = None) -> int:
    """Compare everything that a list covers; returns the number of open differences.

    Agreements come before devices, whose customers may be known only by them. With `held`, each stretch may raise
    Overtaken.
    """
    standing = 0
    for kind in LISTS[verb]:
        low: str | None = ""
        while low is not None:
            with office.desk(HUB) as desk:
                # Locks the run, so that a second reader cannot compare beside this one.
                if held is not None:
                    in_hand(desk, held)
                part = span(desk.tx, channel, kind, low, STRETCH)
                standing += compare(desk, channel, part, source=f"run {held.no}" if held else None)
                low = part.high
    return standing


def compare_rest(office: Office, channel: str, verb: str, held: Held) -> int:
    """After a first list that was entered page by page, compare only what the carrier could name no customer for.

    Their agreement may have come on a later page than their device. Raises Overtaken.
    """
    with office.desk(HUB) as desk:
        rest = first_list.unnamed_things(desk.tx, channel, STRETCH)
    # From so many on, comparing everything in stretches is quicker than number by number.
    if len(rest) > MANY:
        return compare_all(office, channel, verb, held)
    standing = 0
    # A hundred in a transaction: the channel's other comparisons wait for its end.
    for start in range(0, len(rest), 100):
        with office.desk(HUB) as desk:
            in_hand(desk, held)
            standing += sum(
                compare(desk, channel, Span(kind, no, no), source=f"run {held.no}")
                for kind, no in rest[start : start + 100]
            )
    return standing


def to_ask(office: Office, channel: str, verb: str) -> list[Missing]:
    """Things of ours missing from two of the carrier's lists: asked about before anything ends."""
    with office.desk(HUB) as desk:
        return devices.missing(desk.tx, channel, LISTS[verb], QUESTIONS)


def number_of(fact: Fact) -> tuple[str, str]:
    """Kind and number of the thing a fact is about; empty for other facts."""
    match fact:
        case DeviceBound() | DeviceFailed() | DeviceEnded():
            return "device", fact.device
        case AgreementSigned() | AgreementEnded():
            return "agreement", fact.agreement_no
    return "", ""


def answered(office: Office, channel: str, asked: Missing, facts: tuple[Fact, ...]) -> bool:
    """Apply the carrier's answer about one thing; a thing that it does not mention is gone.

    Returns whether the carrier still holds it. An answer about nothing at all changes nothing.
    """
    about = {number_of(fact) for fact in facts} - {("", "")}
    absent = any(isinstance(fact, Absent) for fact in facts)
    with office.desk(HUB) as desk:
        twins.merge(desk.tx, channel, facts, seen_at=now())
        # An empty answer proves nothing: it may be a partner's fault.
        if (asked.kind, asked.number) not in about and (absent or about):
            twins.end_number(desk.tx, channel, asked.kind, asked.number, now())
        twin = twins.get(desk.tx, channel, asked.kind, asked.number)
        return twin is not None and twin.state != "ended" and twin.absences == 0


__all__ = ["answered", "compare_all", "compare_rest", "to_ask"]
