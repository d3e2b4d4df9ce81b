"""Every column of text is known for what it is, so that no free text lies at rest as somebody typed it."""

import re
from collections.abc import Iterator

from sqlalchemy import ARRAY, Column, Text
from sqlalchemy.dialects.postgresql import JSONB

from hub.registry.schema import Base
from hub.registry.schema.words import FreeJson, FreeList, FreeText

from .sources import broken, product

KINDS: dict[str, str] = {
    "a code of ours, from a list that the code knows": """
        article breaker cause chain channel choice closed_how cron days decision event field field_names fields
        holder grade job kind kinds looked_as trigger method methods mode more_approvals object_kind operation order_method outcome post posts proposed
        purpose reason returns rule rule_version scope scopes settlement_bank settlement_method stage state subject_kind
        verb waits_for way what settings_proposals.names escalated_to arranged ended_how reason media_type by_whom delivered_way refused asked_post
        route_scenarios.method route_proposals.decision differences.proposed schedules.name schedule_runs.name
        route_scenarios.failed_why asks.purpose exchanges.sent
        answer from_post to_post level typed_post spot_checks.source
        exchanges.charset exchanges.reply_charset""",
    "a number, exact: ours, a partner's, or one of the registry's things": """
        agreement_no audit.request_id code confidentiality_agreements.agreement_no cursor customer_code daily_mails.message_id
        device_no ending evidence exports.number idempotency_keys.key key licence_no named number parent_code
        partner_agreement_no post_unit reference sent_key trouble unit_code user_unit callbacks.event approved_value login""",
    "an address, checked": "address mail_addresses.asked",
    "a name of somebody of the staff: as it stands with the user, redacted there": """
        actor by_name manager paused_by given_up_by ended_by for_whom told_by taken_by started_by released_by user_name
        acknowledged_by_name agreed_by_name answered_by_name asked_by_name called_by_name carried_by_name checked_by_name cleared_by_name
        closed_by_name confirmed_by_name decided_by_name declined_by_name delivered_by_name done_by_name ended_by_name entered_by_name
        filed_by_name holder_name issued_by_name kept_by_name made_by_name opened_by_name proposed_by_name
        recorded_by_name reported_by_name reviewed_by_name revoked_by_name seen_by_name started_by_name stopped_by_name
        taken_by_name typed_by_name warned_by_name approved_by_name none_by_name looked_by_name reason_by_name""",
    "a value of a customer's fields: what is not sealed takes no such number": """
        before customers.values changes licence_holder payer_name shop_name find_text find_grams applications.proposed
        route_proposals.proposed list_entries.value""",
    "sealed, a hash, or a mask": """
        before_sealed csrf digest masked password_hash sealed""",
    "words and figures of the hub's own making": """
        after load moves sum impact ours theirs temporaries.sum route_scenarios.before cc import_progress.refusal
        figures judged""",
}
"""Columns by their name, wherever they stand, or as table.column, which goes before."""


def text_columns() -> Iterator[Column[object]]:
    """Those that could hold words."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = column.type.item_type if isinstance(column.type, ARRAY) else column.type
            if isinstance(kind, Text | JSONB):
                yield column


def kinds(column: Column[object]) -> list[str]:
    """What the table above says of a column."""
    whole, name = f"{column.table.name}.{column.name}", column.name
    said = {kind: words.split() for kind, words in KINDS.items()}
    return [kind for kind in said if whole in said[kind]] or [kind for kind in said if name in said[kind]]


def test_every_column_of_text_is_words_or_something_exact() -> None:
    wrong = [f"{each.table.name}.{each.name}: {kinds(each)}" for each in text_columns() if len(kinds(each)) != 1]
    rule = (
        "what people or partners type is of a type of hub/registry/schema/words.py; anything else stands in KINDS once"
    )
    assert not wrong, broken(rule, wrong)


def test_what_is_declared_is_there() -> None:
    there = {each.name for each in text_columns()} | {f"{each.table.name}.{each.name}" for each in text_columns()}
    there |= {each.name for table in Base.metadata.sorted_tables for each in table.columns}
    gone = sorted({word for words in KINDS.values() for word in words.split()} - there)
    assert not gone, broken("no such column any more", gone)


WRITES = re.compile(r"\b(?:INSERT INTO|COPY) (\w+)(?: AS \w+)? ?\(([^)]*)\)|\b(\w+) \((id, [^)]*)\)", re.IGNORECASE)
SETS = re.compile(r"\bUPDATE (\w+)(?: \w+)? SET (.*?)(?: WHERE|\"\"\"|$)", re.IGNORECASE | re.DOTALL)
BY_HAND = {"changes.why": "a list of new entrants is entered for one reason, which the hub gives"}


def test_no_words_are_written_by_hand() -> None:
    """COPY and SQL by hand go by the types."""
    words = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, FreeText | FreeJson | FreeList)
    }
    assert len(words) > 60
    found: list[str] = []
    for source in product():
        text = re.sub(r'"\s*\n\s*[\'"]', "", source.text)
        for table, columns, other, others in WRITES.findall(text):
            names = re.findall(r"\w+", columns or others)
            found += [
                f"{source.path}: {table or other}.{name}" for name in names if f"{table or other}.{name}" in words
            ]
        for table, sets in SETS.findall(text):
            names = re.findall(r"(\w+) =", sets)
            found += [f"{source.path}: {table}.{name}" for name in names if f"{table}.{name}" in words]
    wrong = [place for place in found if place.split(": ")[1] not in BY_HAND]
    assert not wrong, broken("words are written through their type, or redacted there and declared", wrong)
    assert {place.split(": ")[1] for place in found} == set(BY_HAND), "the search sees what is declared"
