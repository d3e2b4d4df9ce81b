"""Feeds one parser thousands of wrong answers: no crash, no false success, bounded memory; with figures."""

import random
import tracemalloc
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.domain.facts import Setback
from hub.plugin import Answer, Busy, CardChecked, Fact, Refused

from .allowed import claims
from .garbage import SIGNED_WAYS, WAYS, Way, spoilt
from .play import Played, Sample
from .suite import PluginSuite

# Share of altered answers that may still be read as the good one: those that differ only in blanks outside of what
# is signed.
BORNE = 0.05
# Bytes that a parser may allocate at most, measured over the whole run.
MEMORY = 48_000_000


@dataclass(frozen=True)
class Parser:
    """A way in: a good answer, what is concluded from an answer (`read` raises Setbacks), and how contents are sent."""

    name: str
    good: Sample
    read: Callable[[Sample], Sequence[Answer]]
    content: Any = None
    enclose: Callable[[Any], Sample] | None = None
    ways: Sequence[Way] = WAYS
    prelude: bool = False
    """Whether nothing was done at the partner before this answer, so that nonsense may be taken for "not now"."""


@dataclass
class Figures:
    """What became of the wrong answers."""

    name: str
    ends: Counter[str] = field(default_factory=Counter)
    peak: int = 0

    def __str__(self) -> str:
        counted = ", ".join(f"{count} {what}" for what, count in self.ends.most_common())
        return f"{self.name}: {self.ends.total()} wrong answers, 0 crashes, 0 false successes ({counted}), {self.peak:,} bytes at most"


def parsers(suite: PluginSuite, verb: str) -> Iterator[Parser]:
    """A parser for each step of a verb's talk whose answer has a body; earlier and later answers are the good ones."""
    samples = suite.done[verb]
    requests = suite.converse(verb, samples).requests
    for step, sample in enumerate(samples):
        if sample[1]:
            yield Parser(
                f"{verb} {step + 1}/{len(samples)}",
                sample,
                _reader(suite, verb, step),
                suite.open(sample),
                suite.enclose,
                SIGNED_WAYS if suite.signed else WAYS,
                requests[step].prelude,
            )


def _reader(suite: PluginSuite, verb: str, step: int) -> Callable[[Sample], Sequence[Answer]]:
    samples = suite.done[verb]

    def read(sample: Sample) -> Sequence[Answer]:
        end = suite.ending(verb, [*samples[:step], sample, *samples[step + 1 :]])
        if isinstance(end, Played):
            suite.check_facts(verb, end.facts)
            return end.facts
        raise end

    return read


def wrong(parser: Parser, count: int, chance: random.Random) -> Iterator[tuple[bool, Sample]]:
    """Wrong answers: (whether the envelope is right and the inside wrong, the answer)."""
    for number in range(count):
        # Half of them genuinely enveloped with a wrong inside, which is what reaches the plugin's own reading.
        if parser.enclose and number % 2:
            yield True, parser.enclose(spoilt(chance, parser.content))
        else:
            yield False, (parser.good[0], parser.ways[number // 2 % len(parser.ways)](chance, parser.good[1]))


def storm(parser: Parser, count: int, chance: random.Random) -> Figures:
    """Read so many wrong answers, the same ones for each seed. Raises AssertionError for a crash, a success that was
    not said, or memory without bound.
    """
    figures = Figures(parser.name)
    genuine = list(parser.read(parser.good))
    claims = {claim for answer in genuine for claim in claimed(answer)}
    ours = {answer.customer_code for answer in genuine if isinstance(answer, Fact)}
    # After the good answer was read once: caches and imports of the first reading are not the parser's need.
    tracemalloc.start()
    try:
        for inside, sample in wrong(parser, count, chance):
            if sample != parser.good:
                figures.ends[_end(parser, inside, sample, claims, ours)] += 1
        figures.peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert figures.ends["borne"] <= BORNE * count, f"{figures}: too many altered answers are believed"
    assert figures.peak < MEMORY, f"{figures}"
    return figures


def _end(parser: Parser, inside: bool, sample: Sample, said: set[tuple[str, ...]], ours: set[str]) -> str:
    """How a wrong answer ends. What it says about customers other than ours is not counted as a false success."""
    try:
        stated = parser.read(sample)
    except Setback as setback:
        # A no or a "surely nothing was done" needs a genuine envelope: from noise it would be as wrong as a success.
        no = isinstance(setback, Refused) or (isinstance(setback, Busy) and not parser.prelude)
        assert inside or not no, f"{parser.name} takes {sample[1][:200]!r} for {setback!r}"
        return type(setback).__name__
    more = {claim for answer in stated for claim in claimed(answer)} - said
    more = {claim for claim in more if claim[1] in ours or not ours}
    assert not more, f"{parser.name} believes {more} from {sample[1][:600]!r}"
    return "partly stated" if inside else "borne" if stated else "nothing stated"


def claimed(answer: Answer) -> Iterator[tuple[str, ...]]:
    """What an answer claims: its kind, whom it is about, and the row."""
    if isinstance(answer, CardChecked):
        yield "usable" if answer.usable else "unusable", answer.customer_code, answer.kind
    elif isinstance(answer, Fact):
        if claims(answer):
            yield type(answer).__name__, answer.customer_code, answer.row_no
    elif answer.ok:
        yield "leg", "", answer.leg
