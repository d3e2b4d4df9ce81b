"""What is shaped like an id of ours and is none is redacted like any text; so is a mobile cut anywhere by dashes (G4)."""

from uuid import UUID, uuid4

import pytest

from hub.domain.privacy.redaction import redact
from hub.ports import new_id
from hub.registry.audit import clean
from hub.registry.vault import SYSTEM
from tests.support import people

pytestmark = pytest.mark.article("G4")
CARDS = [people.card(number) for number in range(1, 4_000_000, 37)]
LIKE_OURS = next(card for card in CARDS if card[12] in "47" and card[16] in "89")
PLAIN = people.card(912_873_645_012)


def shaped(number: str, rest: str) -> str:
    """The digits cut like an id, with a rest that fills it."""
    whole = (number + rest).ljust(32, "0")
    return "-".join((whole[:8], whole[8:12], whole[12:16], whole[16:20], whole[20:32]))


SHAPED = {
    "of digits": shaped(PLAIN, ""),
    "with a letter at its end": shaped(PLAIN, "0" * (31 - len(PLAIN)) + "a"),
    "with the version and variant of ours": shaped(LIKE_OURS, "0" * (31 - len(LIKE_OURS)) + "a"),
    "an ID number in it": shaped(people.id_number(77), "00000000000b"),
}


@pytest.mark.parametrize("kind", SHAPED)
def test_what_is_only_shaped_like_an_id_is_redacted(kind: str) -> None:
    for text in (SHAPED[kind], f"卡号 {SHAPED[kind]} 已挂失"):
        assert redact(text) != text, text
    assert clean(SHAPED[kind]) != SHAPED[kind], "in the audit too"


@pytest.mark.parametrize(
    "number",
    ["1-3911110020", "13-911110020", "139-1-1110020", "1391111002-0", "1-3-9-1-1-1-1-0-0-2-0", "1-39-11110020"],
)
def test_a_mobile_cut_anywhere_by_dashes_is_redacted(number: str) -> None:
    for text in (number, f"客户电话{number}", f"请回电 {number},谢谢"):
        assert number not in redact(text)


def test_ids_of_ours_stay() -> None:
    for identity in [*(new_id() for _ in range(3000)), *(uuid4() for _ in range(3000)), SYSTEM, UUID(int=7)]:
        assert redact(f"申请 {identity} 已办结") == f"申请 {identity} 已办结"
        assert clean(str(identity)) == str(identity)


@pytest.mark.parametrize(
    "text", ["2026-11-28", "2026-11-28 10:15", "1-3", "370101000001-370101000002", "第1-39号", "路线1-3、4-5"]
)
def test_days_ranges_and_codes_stay(text: str) -> None:
    assert redact(text) == text
