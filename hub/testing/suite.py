"""The suite that an integrator inherits: samples of the partner's answers in, the contract's promises checked."""

import json
from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain, repeat
from typing import Any, ClassVar

import hypothesis
from hypothesis import strategies as st

from hub import hookspecs
from hub.channels.host import Partner, examine
from hub.domain.capabilities import IN_FORCE, OURS
from hub.domain.facts import Setback
from hub.domain.reasons import REASONS
from hub.plugin import Absent, Answer, Busy, Declined, Fact, Forged, Refused, Request, Secret, Unknown, to_json

from .allowed import ALLOWED, claims
from .garbage import BODIES, JSON, STATUSES, at, damaged, replaced, row_lists
from .lint import impurities, package_sources, untitled
from .play import Played, Sample, always_no, as_reply, drive, numbered, shown, written

# As long as the hub's serials are (24 digits), so that a plugin which shortens them is seen.
KEY, OTHER_KEY = "202611230900001234567890", "202611230900009876543210"
# Half past midnight of the next day in Beijing: shows a plugin that mixes up days.
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


# Cached because examining loads every hook, and each check asks for the partner many times.
@cache
def examined(plugin: Any) -> Partner:
    """The plugin in a manager of its own, as the host would have it."""
    return examine(getattr(plugin, "__name__", "plugin"), plugin)


class PluginSuite:
    """Inherit from it and give the plugin, its settings, a customer's fields and a sample of answers for each verb."""

    plugin: Any
    settings: Any
    fields: ClassVar[Mapping[str, str]]
    """One customer's fields, by the names of the hook specification."""
    rows: ClassVar[Sequence[Mapping[str, str]]] = ()
    """For batch verbs: the fields of at least two customers; they are numbered 1, 2, …"""
    done: ClassVar[Mapping[str, Sequence[Sample]]]
    """For each verb the partner's answers, in order, when all goes well."""
    refused: ClassVar[Mapping[str, Sequence[Sample]]] = {}
    """Answers that say no for good."""
    busy: ClassVar[Sequence[Sample]] = ()
    """Answers that say "not now" and prove that nothing was done."""
    absent: ClassVar[Mapping[str, Sequence[Sample]]] = {}
    """For question verbs: the partner's answers when it has no trace of our serial."""
    garbage: ClassVar[Sequence[Sample]] = ()
    """Answers of this partner that prove nothing, besides those of the suite (a wrong signature, a system code)."""
    reference: ClassVar[str] = "REF1"
    not_offered: ClassVar[frozenset[str]] = frozenset()
    """Verbs that the plugin has, but not over the way that these settings choose."""
    signed: ClassVar[bool] = False
    """Whether answers are signed: then one more blank inside must be noticed."""
    examples: ClassVar[int] = 300

    # What an integrator may have to override.

    def enclose(self, content: Any) -> Sample:
        """A content as this partner would send it; override where there is an envelope."""
        return 200, json.dumps(content).encode()

    def open(self, sample: Sample) -> Any:
        """The content of a sample."""
        return self.partner().unseal(as_reply(sample), self.settings)

    def kind_of(self, request: Request) -> Hashable:
        """What distinguishes the partner's interfaces from each other; override where all share one address."""
        return request.method, request.path

    def sources(self) -> Mapping[str, str]:
        """The plugin's source files."""
        return package_sources(type(self).plugin)

    # How a talk is played.

    def partner(self) -> Partner:
        """The plugin as the host takes it into use; raises Unfit."""
        return examined(type(self).plugin)

    def conversation(self, verb: str, **changes: Any) -> Any:
        """A conversation of the plugin for a verb."""
        partner = self.partner()
        values: dict[str, Any] = {**self.fields, "key": KEY, "now": NOW, "asked_at": NOW - timedelta(hours=2)}
        values |= {"since": NOW - timedelta(days=7), "cursor": "", "code": Secret("123456")}
        values |= {"reference": self.reference, "settings": self.settings}
        if verb in partner.row_types:
            rows = partner.rows(verb, numbered(self.rows or [self.fields]))
            values |= dict.fromkeys(hookspecs.ROWS, rows)
        return partner.talk(verb, **(values | changes))

    def converse(self, verb: str, samples: Sequence[Sample], *, for_ever: bool = False, **changes: Any) -> Played:
        """Carry a verb through with these answers, the last one repeated if need be; raises Setbacks."""
        partner = self.partner()
        replies = chain(samples, repeat(samples[-1])) if for_ever else iter(samples)

        def answer(_: Request) -> Any:
            sample = next(replies, None)
            assert sample is not None, f"{verb}: the sample has too few answers"
            return partner.unseal(as_reply(sample), self.settings)

        return drive(self.conversation(verb, **changes), answer)

    def ending(self, verb: str, samples: Sequence[Sample]) -> Played | Setback:
        """How it ends, a setback included. Any other exception is a crash."""
        try:
            return self.converse(verb, samples, for_ever=True)
        except Setback as setback:
            return setback
        # Not a crash of the plugin: one of the suite's own checks, such as a sample with too few answers.
        except AssertionError:
            raise
        except Exception as crash:
            raise AssertionError(f"{verb} crashes with {type(crash).__name__} on {shown(samples[-1])}") from crash

    def prove_nothing(self, verb: str, samples: Sequence[Sample]) -> None:
        """The last answer proves nothing: neither a fact nor "surely nothing was done" may come of it."""
        end = self.ending(verb, samples)
        if isinstance(end, Played):
            assert not end.facts, f"{verb} states {end.facts} on {shown(samples[-1])}"
            return
        assert isinstance(end, Unknown | Forged), f"{verb} takes {shown(samples[-1])} for {type(end).__name__}"

    def check_facts(self, verb: str, facts: Sequence[Answer]) -> None:
        """Facts are of the verb's kinds, about our customer or row, and refused for a neutral reason."""
        codes = {fields["row_no"]: fields.get("customer_code") for fields in numbered(self.rows or [self.fields])}
        batch = verb in self.partner().row_types
        for fact in facts:
            assert isinstance(fact, ALLOWED[verb]), f"{verb} may not state {type(fact).__name__}"
            if isinstance(fact, Declined):
                assert fact.reason in REASONS, f"{verb}: {fact.reason!r} is no neutral reason"
            if isinstance(fact, Fact) and batch:
                assert codes.get(fact.row_no) == fact.customer_code, f"{verb}: {fact} is about no row of the package"
            elif isinstance(fact, Fact) and "customer_code" in self.partner().fields_of(verb):
                assert fact.customer_code == self.fields["customer_code"], f"{verb} speaks of {fact.customer_code!r}"

    def each(self) -> list[tuple[str, Sequence[Sample]]]:
        """Each verb with its sample."""
        return sorted((verb, self.done[verb]) for verb in self.partner().capability.verbs if verb in self.done)

    # The checks. Each is inherited as a test of its own, so that a failure names the promise that is broken.

    def test_the_host_takes_it_into_use(self) -> None:
        """No default, no unknown hook or argument, question verbs and probe present: whatever the host checks."""
        self.partner()

    def test_every_verb_has_a_sample(self) -> None:
        """What is not sampled is not checked."""
        missing = self.partner().capability.verbs.keys() - self.done.keys() - self.not_offered - OURS
        assert not missing, f"no sample for {', '.join(sorted(missing))}"
        if self.partner().row_types:
            assert len(self.rows) > 1, "batch verbs need the fields of two customers at least"

    def test_a_sample_gives_facts(self) -> None:
        """All goes well: facts of the verb's kinds, about our customer; in a package one for each row."""
        for verb, samples in self.each():
            facts = self.converse(verb, samples).facts
            assert facts, f"{verb} states nothing"
            self.check_facts(verb, facts)
            if verb in self.partner().row_types:
                numbers = sorted(fact.row_no for fact in facts if isinstance(fact, Fact))
                assert numbers == sorted(fields["row_no"] for fields in numbered(self.rows)), f"{verb}: rows {numbers}"

    def test_a_no_is_a_no(self) -> None:
        """A refusal is a Refused or a fact that says so, never a success."""
        for verb, samples in self.refused.items():
            end = self.ending(verb, samples)
            assert isinstance(end, Refused | Played), f"{verb} takes a refusal for {type(end).__name__}"
            for fact in end.facts if isinstance(end, Played) else ():
                self.check_facts(verb, [fact])
                assert isinstance(fact, Declined) or getattr(fact, "usable", True) is False, f"{verb}: {fact}"

    def test_busy_is_busy(self) -> None:
        """Not now, and surely nothing was done."""
        for sample in self.busy:
            for verb, _ in self.each():
                end = self.ending(verb, [sample])
                failed_probe = verb == "probe" and isinstance(end, Played) and not all(map(claims, end.facts))
                assert isinstance(end, Busy) or failed_probe, f"{verb} takes {shown(sample)} for {end}"

    def test_garbage_proves_nothing(self) -> None:
        """HTML, nothing, half an answer, a foreign charset, a megabyte, a hostile document: at each step of a talk."""
        bodies = [*((200, body) for body in BODIES), *STATUSES, *self.garbage]
        for verb, samples in self.each():
            for step in range(len(samples)):
                # A plugin may legitimately take one of these for an answer (an empty body, say): then it is a sample.
                for sample in [body for body in bodies if body not in samples]:
                    self.prove_nothing(verb, [*samples[:step], sample])

    def test_generated_garbage_proves_nothing(self) -> None:
        """Generated bytes and contents, in the partner's own envelope too."""
        verbs = self.each()
        contents = JSON.map(self.enclose)
        bodies = st.binary(max_size=200).map(lambda body: (200, body))

        # Derandomised, without a database: the same examples on every machine, so that a failure can be repeated.
        @hypothesis.settings(
            max_examples=self.examples, database=None, deadline=None, derandomize=True, report_multiple_bugs=False
        )
        @hypothesis.given(st.sampled_from(verbs), contents | bodies)
        def check(verb: tuple[str, Sequence[Sample]], sample: Sample) -> None:
            self.prove_nothing(verb[0], [*verb[1][:-1], sample])

        check()

    def test_a_damaged_answer_is_no_crash(self) -> None:
        """Each value of each sample missing or of another kind: a setback or proper facts, never a fault."""
        for verb, samples in self.each():
            for step, sample in enumerate(samples):
                for content in damaged(self.open(sample)):
                    end = self.ending(verb, [*samples[:step], self.enclose(content), *samples[step + 1 :]])
                    if isinstance(end, Played):
                        self.check_facts(verb, end.facts)

    def test_a_touched_answer_is_not_believed(self) -> None:
        """Signed answers are verified to the character: one more blank inside and nothing is believed."""
        for verb, samples in self.each() if self.signed else ():
            # Two colons: the first may belong to the frame around what is signed.
            touched = samples[-1][1].replace(b":", b": ", 2)
            self.prove_nothing(verb, [*samples[:-1], (200, touched)])

    def test_a_row_without_an_answer_gets_no_fact(self) -> None:
        """A row that an answer leaves out is unknown; none is invented for it."""
        self.change_rows(lambda rows: rows[:-1], lambda full, less: less < full, "invents a fact for a missing row")

    def test_rows_in_another_order_give_the_same_facts(self) -> None:
        """Rows are known by their number, not by their place."""
        self.change_rows(lambda rows: rows[::-1], lambda full, less: less == full, "goes by the place of a row")

    def change_rows(
        self, change: Callable[[list[Any]], list[Any]], fits: Callable[[set[Any], set[Any]], bool], what: str
    ) -> None:
        """Change the row lists of batch answers, one at a time, and compare what is claimed."""
        for verb, samples in self.each():
            full = set(filter(claims, self.converse(verb, samples).facts))
            for step, sample in enumerate(samples) if verb in self.partner().row_types else ():
                content = self.open(sample)
                for path in row_lists(content):
                    rows = change(at(content, path))
                    changed = self.enclose(replaced(content, path, rows) if path else rows)
                    end = self.ending(verb, [*samples[:step], changed, *samples[step + 1 :]])
                    less = set(filter(claims, end.facts)) if isinstance(end, Played) else set()
                    assert fits(full, less), f"{verb} {what}"

    def test_a_change_carries_our_serial(self) -> None:
        """The key goes with every change, and another key makes another message: otherwise no one can ask how it ended."""
        for verb in hookspecs.QUESTIONS:
            if verb in self.partner().capability.verbs:
                # The first request is enough: what is sent before the serial could never be asked about.
                first = next(self.conversation(verb))
                assert KEY in written(first), f"{verb} sends without our serial"
                assert OTHER_KEY in written(next(self.conversation(verb, key=OTHER_KEY))), f"{verb} keeps a serial"

    def test_a_question_can_prove_absence(self) -> None:
        """Where a busy answer is final for its serial, only a question that can say "no trace" lets a request go again."""
        partner = self.partner()
        stored = partner.channel.busy == "answer_stored"
        asked = {hookspecs.QUESTIONS[verb] for verb in partner.capability.verbs if verb in hookspecs.QUESTIONS}
        for question in sorted(asked - self.not_offered):
            samples = self.absent.get(question)
            assert samples or not stored, f"{question}: no sample of 'no trace', though busy answers are stored"
            facts = self.converse(question, samples).facts if samples else (Absent(""),)
            assert facts and all(isinstance(fact, Absent) for fact in facts), f"{question} takes no trace for {facts}"

    def test_what_is_in_force_is_asked_about_the_customer(self) -> None:
        """The question's own serial is new to the partner: looking it up gives "no trace", which ends nothing."""
        samples = self.done.get(IN_FORCE) if IN_FORCE in self.partner().capability.verbs else None
        if not samples:
            return
        names = [self.reference, *self.fields.values()]
        named = False
        for request in self.converse(IN_FORCE, samples).requests:
            meant = written(request) + to_json([request.content, dict(request.params)])
            names_customer = any(name in meant for name in names if name)
            assert names_customer or KEY not in meant, f"{IN_FORCE} looks up the serial of its own question"
            named = named or names_customer
        assert named, f"{IN_FORCE} names nobody of whom it asks"
        try:
            self.check_facts(IN_FORCE, drive(self.conversation(IN_FORCE), always_no).facts)
        except Setback:
            return

    def test_the_same_ask_makes_the_same_messages(self) -> None:
        """Nothing is kept between talks: after another customer's talk the first one's goes as before."""
        for verb, samples in self.each():
            once = self.converse(verb, samples)
            self.ending(verb, [(502, b"")])
            again = self.converse(verb, samples)
            assert once == again, f"{verb} differs from one time to the next"

    def test_a_question_changes_nothing(self) -> None:
        """Questions and reads use none of the interfaces by which changes are made."""
        used = {
            verb: {self.kind_of(request) for request in self.converse(verb, done).requests}
            for verb, done in self.each()
        }
        changing = {kind: verb for verb in hookspecs.QUESTIONS for kind in used.get(verb, set())}
        for verb in sorted(hookspecs.READS & used.keys()):
            wrong = [changing[kind] for kind in used[verb] if kind in changing]
            assert not wrong, f"{verb} uses the interface of {', '.join(wrong)}"

    def test_a_talk_ends(self) -> None:
        """Whether it is refused or gets the same answer for ever, a talk ends, and it can be abandoned at any yield."""
        for verb, samples in self.each():
            self.ends(verb)
            self.ending(verb, samples)
            left = self.conversation(verb)
            next(left)
            left.close()

    def ends(self, verb: str) -> None:
        """Refused for ever, the talk ends, with a setback or facts."""
        try:
            drive(self.conversation(verb), always_no)
        except Setback:
            return

    def test_secrets_leave_in_bytes_only(self) -> None:
        """Cards, IDs and phones stand in no address, parameter, header or content in the clear: logs would have them."""
        # Shorter ones turn up by chance in any address.
        hidden = [kept for kept in self.secrets() if len(kept) > 3]
        for verb, samples in self.each():
            for request in self.converse(verb, samples).requests:
                sealed = self.partner().seal(request, self.settings, KEY, "e01", NOW)
                seen = written(request) + repr((sealed.path, sealed.params, sealed.headers))
                assert not any(secret in seen for secret in hidden), f"{verb} shows a secret in {request.path}"

    def secrets(self) -> list[str]:
        """The secret values of the customers and of the settings."""
        people = [self.fields, *self.rows]
        own = [person[name] for person in people for name in ("card_number", "id_number", "phone") if person.get(name)]
        kept = [setting.reveal() for setting in vars(self.settings).values() if isinstance(setting, Secret)]
        return own + kept

    def test_settings_show_no_secret(self) -> None:
        """Settings get logged sooner or later."""
        seen = repr(self.settings) + str(self.settings)
        kept = [setting.reveal() for setting in vars(self.settings).values() if isinstance(setting, Secret)]
        assert not any(secret in seen for secret in kept if secret), "the settings show a secret"

    def test_settings_can_be_read_by_people(self) -> None:
        """A title in Chinese and English, the unit of a number, words for a choice that is a code word."""
        unread = untitled(type(self.settings))
        assert not unread, "; ".join(unread)

    def test_it_does_nothing_by_itself(self) -> None:
        """No socket, clock, chance, file or thread in its source, and nothing of the hub but hub.plugin."""
        impure = impurities(self.sources())
        assert not impure, "; ".join(impure)
