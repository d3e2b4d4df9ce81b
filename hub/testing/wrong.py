"""Plugins that are wrong in one way each: they prove that the inherited suite sees what it promises to see.

All are the small right plugin of `tiny` with one hook replaced.
"""

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from types import ModuleType
from typing import Any

from hub.plugin import (
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingRefused,
    Busy,
    Conversation,
    Forged,
    Refused,
    Reply,
    Secret,
    Unknown,
    get,
    hookimpl,
    post,
)

from . import tiny, wrong_at_load
from .tiny import Row, plugin
from .wrong_kind import HOST, WRONG, Wrong, wrong

__all__ = ["HOST", "WRONG", "Wrong", "wrong_at_load"]


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def crashes_on_garbage() -> ModuleType:
    """HTML with HTTP 200 is the most usual garbage of all."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        return json.loads(reply.body) if reply.status == 200 and not reply.body.startswith(b"{") else tiny.opened(reply)

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_garbage_for_busy() -> ModuleType:
    """Then the hub sends again, and the bank does it twice."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        try:
            return tiny.opened(reply)
        except Unknown as unknown:
            raise Busy(unknown.code) from None

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_garbage_for_a_no() -> ModuleType:
    """Then the hub believes it refused, and the bank has done it."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        try:
            return tiny.opened(reply)
        except Unknown as unknown:
            raise Refused(unknown.code) from None

    return plugin(unseal=unseal)


@wrong("test_garbage_proves_nothing", "test_generated_garbage_proves_nothing")
def takes_any_answer_for_done() -> ModuleType:
    """The answer is not even looked at."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        yield post("/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]})
        return [BindingAccepted(customer_code)]

    return plugin(bind_card=bind_card)


@wrong("test_a_damaged_answer_is_no_crash")
def trusts_the_form_of_an_answer() -> ModuleType:
    """A field that is missing takes the talk down."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        answer = yield post("/held", {"serial": key})
        [row] = tiny.rows(answer)
        return [BindingLive(customer_code, row["agreement"], row["ending"].strip())]

    return plugin(query_binding=query_binding)


@wrong("test_secrets_leave_in_bytes_only")
def puts_the_card_into_the_address() -> ModuleType:
    """Every proxy on the way logs it."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield get("/held", serial=key, card=card_number.reveal())
        return tiny.held(answer, [Row("1", customer_code, card_number)])

    return plugin(query_binding=query_binding)


@wrong("test_secrets_leave_in_bytes_only")
def reveals_the_card_too_early() -> ModuleType:
    """Whoever shows the request shows the card."""

    @hookimpl
    def query_binding(key: str, customer_code: str, card_number: Secret) -> Conversation:
        answer = yield post("/held", {"serial": key, "card": card_number.reveal()})
        return tiny.held(answer, [Row("1", customer_code, card_number)])

    return plugin(query_binding=query_binding)


@wrong("test_a_sample_gives_facts", "test_a_damaged_answer_is_no_crash")
def speaks_of_somebody_else() -> ModuleType:
    """Whatever code the answer carries is believed."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        answer = yield post("/held", {"serial": key})
        return [BindingLive("370100009999", str(row.get("agreement"))) for row in tiny.rows(answer)]

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
    """Nobody has words for them."""

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
        try:
            answer = yield post(
                "/file", {"serial": key, "rows": [{"no": "1", "code": customer_code, "card": card_number}]}
            )
        except Refused as no:
            return [BindingRefused(customer_code, "bad_luck", no.code)]
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
            return [BindingAccepted(customer_code)]
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_busy_is_busy")
def takes_busy_for_doubt() -> ModuleType:
    """A crowd of questions about calls that were never taken."""

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
        known = {row.row_no for row in agreements} if tiny.rows(answer) else set()
        return [BindingAccepted(row.customer_code, row_no=row.row_no) for row in agreements if row.row_no in known]

    return plugin(deliver_agreements=deliver_agreements)


@wrong("test_rows_in_another_order_give_the_same_facts")
def goes_by_the_place_of_a_row() -> ModuleType:
    """The bank sorts as it likes."""

    @hookimpl
    def query_delivery(key: str, agreements: Sequence[Row]) -> Conversation:
        answer = yield post("/held", {"serial": key})
        pairs = zip(agreements, tiny.rows(answer), strict=False)
        return [
            BindingLive(mine.customer_code, str(row.get("agreement")), row_no=mine.row_no)
            for mine, row in pairs
            if row.get("state") == "live"
        ]

    return plugin(query_delivery=query_delivery)


@wrong("test_a_sample_gives_facts", "test_a_damaged_answer_is_no_crash")
def forgets_the_row_numbers() -> ModuleType:
    """Which row was it?"""

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
        answer = yield post("/file", {"serial": "1", "rows": [{"no": "1", "code": customer_code, "card": card_number}]})
        return tiny.taken(answer, [Row("1", customer_code, card_number)])

    return plugin(bind_card=bind_card)


@wrong("test_the_same_ask_makes_the_same_messages", "test_a_change_carries_our_serial")
def counts_its_talks() -> ModuleType:
    """Kept between calls, lost at a restart."""
    counter = itertools.count()

    @hookimpl
    def bind_card(key: str, customer_code: str, card_number: Secret) -> Conversation:
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


@wrong("test_a_talk_ends")
def insists_for_ever() -> ModuleType:
    """Retrying is the hub's."""

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
    """Well answered, and no fact."""

    @hookimpl
    def query_binding(key: str, customer_code: str) -> Conversation:
        yield post("/held", {"serial": key})
        return []

    return plugin(query_binding=query_binding)


@wrong("test_a_touched_answer_is_not_believed", **tiny.SIGNED)
def verifies_what_it_has_parsed() -> ModuleType:
    """Parsed and written again is not what was signed."""

    @hookimpl
    def unseal(reply: Reply) -> Any:
        outer = tiny.opened(reply)
        again = json.dumps(outer.get("content")) if isinstance(outer, dict) else ""
        if not again or outer.get("sign") != hashlib.sha256(again.encode()).hexdigest():
            raise Forged("sign")
        return outer["content"]

    return plugin(unseal=unseal)


@wrong("test_it_does_nothing_by_itself", sources=lambda self: {"tiny.py": "import time\nSTARTED = time.time()\n"})
def keeps_time_by_itself() -> ModuleType:
    """A day cannot be replayed with it."""
    return plugin()


@wrong("test_it_does_nothing_by_itself", sources=lambda self: {"tiny.py": "from hub.registry import asks\n"})
def looks_into_the_registry() -> ModuleType:
    """It would see every customer."""
    return plugin()


@wrong("test_every_verb_has_a_sample", done={verb: done for verb, done in tiny.DONE.items() if verb != "probe"})
def leaves_a_verb_without_a_sample() -> ModuleType:
    """What is not sampled is not checked."""
    return plugin()


__all__ = ["WRONG", "Wrong"]
