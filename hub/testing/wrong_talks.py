"""More wrong plugins: wrong in what they state, in how they count rows and in how they talk."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from hub.plugin import (
    Absent,
    Accepted,
    BindingEnded,
    BindingLive,
    Channel,
    Conversation,
    Declined,
    Refused,
    Reply,
    Secret,
    Unknown,
    hookimpl,
    post,
)

from . import tiny
from .caught import wrong
from .tiny import Row, plugin

# A row without a state is the tiny bank's way to say nothing about it, which its plugin does not read as "no trace".
NO_TRACE = {question: [tiny.sample({"rows": [{"no": "1"}]})] for question in ("query_binding", "query_delivery")}


@wrong("test_a_sample_gives_facts", "test_a_damaged_answer_is_no_crash")
def speaks_of_somebody_else() -> ModuleType:
    """Whatever code the answer carries is believed."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        answer = yield post("/held", {"serial": key})
        # Two checks name it, because both look at each fact: with good answers and with damaged ones.
        return [BindingLive("370100009999", str(binding.get("agreement"))) for binding in tiny.rows(answer)]

    return plugin(query_binding=query_binding)


@wrong("test_a_sample_gives_facts", "test_a_damaged_answer_is_no_crash")
def states_what_the_verb_cannot() -> ModuleType:
    """Filing a card ends nothing."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield post("/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]})
        return [BindingEnded(customer_code) for _ in tiny.rows(answer)]

    return plugin(bind_card=bind_card)


@wrong("test_a_no_is_a_no")
def has_reasons_of_its_own() -> ModuleType:
    """No page has words for them."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        try:
            answer = yield post(
                "/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]}
            )
        except Refused as no:
            return [Declined(customer_code, "bad_luck", no.code)]
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_a_no_is_a_no")
def takes_a_no_for_done() -> ModuleType:
    """ "Already known" is not what every no says."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        try:
            answer = yield post(
                "/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]}
            )
        except Refused:
            return [Accepted(customer_code)]
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_busy_is_busy")
def takes_busy_for_doubt() -> ModuleType:
    """The hub would ask again and again about calls that were never accepted."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        if reply.status == 429:
            raise Unknown("http_429")
        return tiny.opened(reply)

    return plugin(unseal=unseal)


@wrong("test_a_row_without_an_answer_gets_no_fact")
def invents_rows() -> ModuleType:
    """The package was taken, so all its rows must have been."""

    @hookimpl
    def deliver_agreements(key: str, agreements: Sequence[Row]) -> Conversation:
        answer = yield post("/file", tiny.package(key, agreements))
        # Whether there are rows at all is still checked, or the checks for garbage would catch it as well.
        known = {agreement.row_no for agreement in agreements} if tiny.rows(answer) else set()
        return [
            Accepted(agreement.customer_code, row_no=agreement.row_no)
            for agreement in agreements
            if agreement.row_no in known
        ]

    return plugin(deliver_agreements=deliver_agreements)


@wrong("test_rows_in_another_order_give_the_same_facts")
def goes_by_the_place_of_a_row() -> ModuleType:
    """The bank sorts as it likes."""

    @hookimpl
    def query_delivery(key: str, agreements: Sequence[Row]) -> Conversation:
        answer = yield post("/held", {"serial": key})
        # Not strict: one row less must not crash, which another check would catch.
        pairs = zip(agreements, tiny.rows(answer), strict=False)
        return [
            BindingLive(mine.customer_code, str(entry.get("agreement")), row_no=mine.row_no)
            for mine, entry in pairs
            if entry.get("state") == "live"
        ]

    return plugin(query_delivery=query_delivery)


@wrong("test_a_sample_gives_facts", "test_a_damaged_answer_is_no_crash")
def forgets_the_row_numbers() -> ModuleType:
    """No one can tell which row a fact is about."""

    @hookimpl
    def query_delivery(key: str, agreements: Sequence[Row]) -> Conversation:
        answer = yield post("/held", {"serial": key})
        return [replace(fact, row_no="") for fact in tiny.held(answer, agreements)]

    return plugin(query_delivery=query_delivery)


@wrong("test_a_change_carries_our_serial")
def sends_without_our_serial() -> ModuleType:
    """Sent twice, it is done twice."""

    @hookimpl
    def bind_card(customer_code: str, card_number: Secret) -> Conversation:
        # A fixed serial: the bank could not tell a repetition from another customer's request.
        answer = yield post("/file", {"serial": "1", "rows": [{"no": "1", "code": customer_code, "card": card_number}]})
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_the_same_ask_makes_the_same_messages", "test_a_change_carries_our_serial")
def counts_its_talks() -> ModuleType:
    """Kept between calls, lost at a restart."""
    counter = itertools.count()

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        # Part of our serial only, so that the check for the whole serial fails too.
        serial = f"{key[:10]}{next(counter)}"
        answer = yield post(
            "/file", {"serial": serial, "rows": [{"no": "1", "code": customer_code, "card": card_number}]}
        )
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_a_question_changes_nothing")
def asks_by_sending_again() -> ModuleType:
    """The very thing that a question is there to avoid."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        rows = [Row("1", customer_code, card_number)]
        answer = yield post("/file", tiny.package(key, rows))
        return tiny.held(answer, rows)

    return plugin(query_binding=query_binding)


@wrong("test_a_question_can_prove_absence", absent=NO_TRACE)
def says_busy_for_ever_and_never_that_there_is_no_trace() -> ModuleType:
    """What was turned away once could never go again."""

    @hookimpl
    def channel() -> Channel:
        # The promise that a busy answer is final, without the sample of "no trace" that such a partner needs.
        return replace(tiny.channel(), busy="answer_stored")

    return plugin(channel=channel)


@wrong("test_what_is_in_force_is_asked_about_the_customer")
def looks_up_a_serial_that_nobody_has_seen() -> ModuleType:
    """The bank knows no such serial, whatever it holds for the customer."""

    @hookimpl
    def query_binding_in_force(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield post("/held", {"serial": key})
        return tiny.held(answer, [Row("1", customer_code, card_number)], numbered=False)

    return plugin(query_binding_in_force=query_binding_in_force)


@wrong("test_what_is_in_force_is_asked_about_the_customer")
def has_no_trace_of_what_is_in_force() -> ModuleType:
    """ "No trace" is an answer about a serial; of a customer it says neither yes nor no."""

    @hookimpl
    def query_binding_in_force(customer_code: str, card_number: Secret) -> Conversation:
        try:
            answer = yield post("/held", {"code": customer_code})
        except Refused:
            return [Absent(customer_code)]
        return tiny.held(answer, [Row("1", customer_code, card_number)], numbered=False)

    return plugin(query_binding_in_force=query_binding_in_force)


@wrong("test_a_talk_ends")
def insists_for_ever() -> ModuleType:
    """Retrying is the hub's business."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        while True:
            try:
                answer = yield post("/held", {"serial": key})
            except Refused:
                continue
            return tiny.held(answer, [Row("1", customer_code, card_number)])

    return plugin(query_binding=query_binding)


@wrong("test_a_sample_gives_facts")
def states_nothing() -> ModuleType:
    """A good answer, and no fact from it."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    return plugin(query_binding=query_binding)
