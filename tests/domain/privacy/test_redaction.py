"""What redaction masks, in whatever way people write it; and what of ours it leaves alone."""

import re
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from stdnum import luhn

from hub.domain.identifiers import WIDE
from hub.domain.privacy.redaction import redact
from tests.support import people

CARD = people.card(912_873_645_012)
SHORT = next(number for number in (f"621214{n:010d}" for n in range(12345, 12355)) if luhn.is_valid(number))
"""A card of sixteen digits."""
PASSBOOK = "600000000000912871"
ID = people.id_number(77)
WITH_X = next(number for number in map(people.id_number, range(1, 400)) if number.endswith("X"))
PHONE = "13912345678"
LANDLINE = "053188886666"
WIDE_DIGITS = {code: wide for wide, code in WIDE.items() if wide != 0x3000} | {0x20: 0x3000}


def in_fours(number: str, by: str) -> str:
    return by.join(re.findall(".{1,4}", number))


def parts(number: str, by: str, *sizes: int) -> str:
    """The number cut into parts of these sizes and a rest."""
    cuts = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    return by.join([*(number[a:b] for a, b in pairwise(cuts)), number[cuts[-1] :]])


def shown(text: str) -> str:
    """The digits that are left, as one run wherever nothing but signs stands between them; a mask breaks it."""
    return re.sub(r"[^0-9A-Za-z*\u4e00-\u9fff]", "", text.translate(WIDE))


CARDS = {
    "plain": CARD,
    "among Chinese words": f"卡号{CARD}已挂失",
    "among letters": f"ICBC{CARD}cny",
    "in full-width digits": CARD.translate(WIDE_DIGITS),
    "in full-width groups": in_fours(CARD, " ").translate(WIDE_DIGITS),
    "split by a line": f"{CARD[:10]}\n{CARD[10:]}",
    "split by a line in fours": in_fours(CARD, "\r\n"),
    "six and the rest": parts(CARD, " ", 6),
    "four and the rest": parts(CARD, " ", 4),
    "in two halves": parts(CARD, "-", 8, 8),
    "last four apart": parts(CARD, " ", len(CARD) - 4),
    "digit by digit": " ".join(CARD),
    "digit by digit, in full width": "\u3000".join(CARD).translate(WIDE_DIGITS),
    "in threes": " ".join(re.findall(".{1,3}", CARD)),
    "in brackets": f"({CARD[:6]}){CARD[6:]}",
    "with zero-width spaces": in_fours(CARD, "\u200b"),
    "right before a phone": CARD + PHONE,
    "right behind a day": f"20261127{CARD}",
    "behind a phone in fours": f"{PHONE} {in_fours(CARD, ' ')}",
    "behind a code in fours": f"370101000001 {in_fours(CARD, ' ')}",
    "two of them": f"{in_fours(CARD, ' ')} {in_fours(SHORT, ' ')}",
} | {
    f"in fours by {by!r}": in_fours(CARD, by) for by in (" ", "-", ".", "·", "_", "/", " - ", "\u00a0", "—", "－", "  ")
}
MORE = {
    "sixteen digits in fours": (SHORT, in_fours(SHORT, " ")),
    "a slip of the pen in fours": (CARD[:-1] + "1", in_fours(CARD[:-1] + "1", " ")),
    "a passbook": (PASSBOOK, PASSBOOK),
    "a passbook in fours": (PASSBOOK, in_fours(PASSBOOK, " ")),
    "a passbook of 22 digits": (PASSBOOK + "1234", f"折{PASSBOOK}1234"),
    "a passbook of 22 digits in fours": (PASSBOOK + "1234", in_fours(PASSBOOK + "1234", " ")),
    "fourteen digits that are no moment": ("62121400001234", "62121400001234"),
    "twenty-three digits": (CARD, f"{CARD}1234"),
    "twenty-four digits that are no serial": (CARD, f"{CARD}12345"),
    "forty digits": (CARD, f"{CARD}{CARD}"),
}
IDS = {
    "plain": (ID, ID),
    "with x": (WITH_X, f"证件{WITH_X.lower()}。"),
    "with a full-width X": (WITH_X, WITH_X.translate(WIDE_DIGITS)),
    "in three parts": (ID, parts(ID, " ", 6, 8)),
    "in three parts by dashes, with X": (WITH_X, parts(WITH_X, "-", 6, 8)),
    "with its X apart": (WITH_X, f"{WITH_X[:-1]} {WITH_X[-1]}"),
    "year, month and day apart": (ID, parts(ID, " ", 6, 4, 2, 2)),
    "split by a line": (ID, f"{ID[:9]}\n{ID[9:]}"),
    "in full width": (ID, ID.translate(WIDE_DIGITS)),
    "old, fifteen digits": ("370101800101123", "370101800101123"),
    "glued to letters": (ID, f"ID{ID}n"),
}
PHONES = {
    "plain": (PHONE, f"打{PHONE}找他"),
    **{f"by {by!r}": (PHONE, parts(PHONE, by, 3, 4)) for by in (" ", "-", ".", "·", "\u3000", " - ", "—")},
    "four, four, three": (PHONE, parts(PHONE, " ", 4, 4)),
    "seven and four": (PHONE, parts(PHONE, "-", 7)),
    "three and eight": (PHONE, parts(PHONE, " ", 3)),
    "in pairs": (PHONE, parts(PHONE, " ", 3, 2, 2, 2)),
    "digit by digit": (PHONE, " ".join(PHONE)),
    "+86": (PHONE, f"+86{PHONE}"),
    "+86 apart": (PHONE, f"+86 {PHONE}"),
    "+86 in groups": (PHONE, f"+86 {parts(PHONE, ' ', 3, 4)}"),
    "(+86) in groups": (PHONE, f"(+86){parts(PHONE, '-', 3, 4)}"),
    "0086": (PHONE, f"0086-{parts(PHONE, '-', 3, 4)}"),
    "in full width": (PHONE, PHONE.translate(WIDE_DIGITS)),
    "two of them": ("13912345679", f"{parts(PHONE, ' ', 3, 4)} {parts('13912345679', ' ', 3, 4)}"),
    "with its area": (LANDLINE, "0531-88886666"),
    "with its area in brackets": (LANDLINE, "(0531)8888 6666"),
    "with its area, glued": (LANDLINE, LANDLINE),
    "with its area in groups": (LANDLINE, "0531 8888 6666"),
    "of a capital": ("01088886666", "010-88886666"),
    "of seven digits": ("05438888666", "0543-8888666"),
    "from abroad": ("53188886666", "+86 531 8888 6666"),
    "without its area": ("88886666", "电话:88886666"),
    "without its area, in groups": ("88886666", "电话 8888-6666"),
    "without its area, seven digits": ("8888666", "座机8888666"),
}


@pytest.mark.article("G4")
@pytest.mark.parametrize("text", CARDS.values(), ids=CARDS.keys())
def test_a_card_is_masked_however_it_is_written(text: str) -> None:
    masked = shown(redact(text))
    assert CARD not in masked and CARD[-8:] not in masked and CARD[4:12] not in masked, "more than its ends shows"


@pytest.mark.article("G4")
@pytest.mark.parametrize(("number", "text"), [*MORE.values(), *IDS.values(), *PHONES.values()],
                         ids=[*MORE, *(f"ID {name}" for name in IDS), *(f"phone {name}" for name in PHONES)])  # fmt: skip
def test_any_other_number_is_masked_however_it_is_written(number: str, text: str) -> None:
    masked = shown(redact(text)).upper()
    assert number not in masked and number[-7:] not in masked and number[2:9] not in masked


OURS = (
    *("370101000001", "370101100001", "3701", "370101", "DC20261127-001", "XY00000001", "DEMO000001", "保密-2026-001"),
    *("20261127", "2026-11-27", "2026/11/27", "2026年11月27日", "2026-11-27 14:05", "2026-11-27T14:05:09.123456+00:00"),
    *("20261127140509", "202611271405090000001234", "20261127140509000000123400001", "20261127140509123456"[:14]),
    *(
        "192.168.10.200",
        "172.16.100.123",
        "127.0.0.1:8000",
        "117.000923,36.675807",
        "130.36512345,46.8",
        "1732701234.5",
        "117.00092312345678,36.67580712345678",
        "0.0009231234567812",
    ),
    *("1,500,000.00", "15300000.00", "139000000.00 元", "3.8%", "第 12 号文", "合计 1500 条,2026 年 1200 条"),
    *("2026-11-27 至 2026-12-01", "20261127 20261128", "2026-11-27/2026-12-01", "3701 370101 370102 370103"),
    *("370101000001、370101000002、370101000003", "370101000001 370101000002", "370101000001\n370101000002\n"),
    *(
        "线路 12 改 14",
        "第 3 批 2026-11-27 5 户",
        "5 1200 370101000001",
        "R7.10",
        "尾号 0018",
        "编号 12345678",
        "1234567",
    ),
    "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b",
)


@pytest.mark.parametrize("text", OURS)
def test_numbers_of_ours_and_days_stay_as_they_are(text: str) -> None:
    assert redact(text) == text
    assert redact(f"见{text}。") == f"见{text}。"


CODES = st.builds("{:02d}{:010d}".format, st.sampled_from([11, 37, 41, 50, 62, 65]), st.integers(0, 10**10 - 1))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2039, 12, 31)).map(lambda moment: moment.replace(tzinfo=UTC))


@given(st.lists(CODES, min_size=1, max_size=5), st.sampled_from(["、", ", ", "\n", " ", ";"]))
@example(["110017470617", "620000128998", "620000000000"], "、")
def test_lists_of_codes_stay_as_they_are(codes: list[str], by: str) -> None:
    assert redact(by.join(codes)) == by.join(codes)


@given(MOMENTS, st.integers(0, 10**10 - 1), st.uuids(version=4))
def test_moments_serials_and_ids_stay_as_they_are(moment: datetime, chance: int, number: UUID) -> None:
    for text in (f"{moment:%Y%m%d%H%M%S}", f"{moment:%Y%m%d%H%M%S}{chance:010d}", moment.isoformat(), str(number)):
        assert redact(text) == text
    assert redact(f"{moment:%Y-%m-%d} {moment + timedelta(days=3):%Y-%m-%d}").count("*") == 0


DIGITAL = UUID("01981412-3456-7890-8123-456789012345")


def test_an_id_without_a_letter_is_an_id() -> None:
    assert redact(f"task {DIGITAL}") == f"task {DIGITAL}"
    assert redact(str(uuid4()).upper()).count("*") == 0


def test_a_card_written_like_a_decimal_is_masked_and_a_place_is_not() -> None:
    card = people.card(0)
    for at in (1, 2, 3):
        assert card[at:] not in redact(f"{card[:at]}.{card[at:]}")
    for place in ("117.12345678901234", "36.651216789012345"):
        assert redact(place) == place


BY = st.sampled_from([" ", "-", ".", "\n", "\u3000", "·", " - ", "\t"])


@given(st.integers(0, 10**12 - 1), st.lists(st.integers(1, 9), min_size=1, max_size=18), BY)
def test_a_card_of_a_known_bank_is_masked_in_whatever_parts(number: int, sizes: list[int], by: str) -> None:
    card = people.card(number)
    text = parts(
        card, by, *sizes[: next((n for n in range(len(sizes)) if sum(sizes[: n + 1]) >= len(card)), len(sizes))]
    )
    masked = shown(redact(text))
    assert card not in masked and card[-8:] not in masked


@given(st.text(st.sampled_from("0123456789 -./xX年月卡\n\u200b０１２３４５６７８９*"), max_size=60))
def test_what_was_redacted_is_not_changed_again(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


@given(st.text(max_size=80))
def test_no_text_breaks_it_and_words_stay(text: str) -> None:
    assume(not any(each.isdigit() for each in text))
    assert redact(text) == text


@pytest.mark.article("G4")
@pytest.mark.parametrize("by", [",", "、", ":", "*", "=", "~", " , ", "\u0301", "\u2063", "\ufe0f\u20e3"])
@pytest.mark.parametrize("size", [1, 4, 6])
def test_a_card_of_a_known_bank_is_masked_whatever_signs_stand_in_it(by: str, size: int) -> None:
    text = f"卡号 {by.join(CARD[place : place + size] for place in range(0, len(CARD), size))} 已核对"
    masked = redact(text)
    assert CARD[6:-2] not in re.sub(r"\W", "", masked) and "*" in masked and masked.endswith("已核对")


def test_numbers_of_ours_in_a_list_stay_as_they_are() -> None:
    text = "370101000001, 370101000002、370101000003:1,500,000.00"
    assert redact(text) == text
