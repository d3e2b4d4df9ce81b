"""Cards, ID numbers and mobiles with whatever signs between their parts; and what an office writes daily beside them."""

import re
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hub.domain.privacy.redaction import holds_number, redact
from tests.support import people

SIGNS = (
    *(
        " ",
        "-",
        ".",
        ",",
        ", ",
        ":",
        ";",
        "*",
        "、",
        "，",
        "；",
        "~",
        "#",
        "=",
        "&",
        "'",
        '"',
        "/",
        "|",
        "_",
        "_,",
        "+",
    ),
    *(
        "    ",
        " " * 30,
        "\t\t\n",
        " : ",
        "\u0301",
        "\u200b",
        "·",
        "…",
        "!",
        "@",
        "$",
        "%",
        "^",
        "<",
        ">",
        "？",
        "《",
        "～",
    ),
)
BY = st.sampled_from(SIGNS)
SIZES = st.lists(st.integers(2, 9), min_size=1, max_size=9)
CARD, ID, PHONE = people.card(912_873_645_012), "11010519491231002X", "13911110020"


def cut(number: str, sizes: list[int]) -> list[str]:
    """The number in parts of two digits and more; the last takes what is left."""
    places = [0]
    for size in sizes:
        if places[-1] + size <= len(number) - 2:
            places.append(places[-1] + size)
    return [number[a:b] for a, b in pairwise([*places, len(number)])]


def clear(number: str, text: str) -> bool:
    """Whether more of a number shows than its ends, whatever stands between its signs."""
    shown = re.sub(r"[^0-9X*]", "", text.upper())
    return number in shown or number[2:9] in shown or number[-7:] in shown


@given(st.integers(0, 10**12 - 1).map(people.card), SIZES, BY)
def test_a_card_is_masked_by_any_sign_in_any_parts(card: str, sizes: list[int], by: str) -> None:
    assert not clear(card, redact(f"卡号 {by.join(cut(card, sizes))} 已核对"))


@given(st.integers(1, 9999).map(people.id_number), SIZES, BY)
def test_an_id_number_is_masked_by_any_sign_in_any_parts(number: str, sizes: list[int], by: str) -> None:
    assert not clear(number, redact(f"证件 {by.join(cut(number, sizes))} 已核对"))


@given(st.integers(13 * 10**9, 20 * 10**9 - 1).map(str), SIZES, BY)
def test_a_mobile_is_masked_by_any_sign_in_up_to_four_parts(mobile: str, sizes: list[int], by: str) -> None:
    pieces = cut(mobile, sizes[:3])
    shape = tuple(map(len, pieces))
    # Told in docs/limits.md: an amount, a decimal, an address on the network, a day.
    assume(not (by.strip() in (",", "，") and shape == (2, 3, 3, 3)))
    assume(not (by == "." and (shape in {(9, 2), (2, 9)} or (len(pieces) == 4 and max(map(int, pieces)) <= 255))))
    assume(not any(re.fullmatch(r"(19|20)\d\d", each) for each in pieces))
    assert not clear(mobile, redact(f"找他 {by.join(pieces)} 已核对"))


WRITTEN = {
    "mobile by commas": (PHONE, "139,1111,0020"),
    "mobile by stars": (PHONE, "139*1111*0020"),
    "mobile in 5-3-3": (PHONE, "13911-110-020"),
    "mobile in 4-3-4": (PHONE, "1391 111 0020"),
    "mobile in 2-3-3-3": (PHONE, "13 911 110 020"),
    "mobile by four spaces": (PHONE, "139    1111    0020"),
    "mobile by a letter": (PHONE, "139b1111c0020"),
    "mobile by a Chinese sign": (PHONE, "139杠1111杠0020"),
    "mobile as a decimal": ("13812345678", "138.12345678"),
    "mobile as a decimal that could be a place": ("13412345678", "电话134.12345678"),
    "mobiles in a list by the same sign": (PHONE, "138,2222,0030,139,1111,0020"),
    "mobile with its country": (PHONE, "+86 139:1111:0020"),
    "mobile as a number after a word for it": (PHONE, "手机 13,911,110,020"),
    "mobile digit by digit": (PHONE, ",".join(PHONE)),
    "ID by stars": (ID, "110105*19491231*002X"),
    "ID by colons": (ID, "110105:19491231:002X"),
    "ID by four spaces": (ID, "110105    19491231    002x"),
    "ID by letters": (ID, "110105a19491231b002X"),
    "ID by Chinese signs": (ID, "110105生19491231尾002X"),
    "ID with its X apart": (ID, "110105,19491231,002, X"),
    "ID glued to a year": (ID, "2026110105*19491231*002X"),
    "card by four spaces": (CARD, "    ".join(cut(CARD, [4, 4, 4, 4]))),
    "card by letters": (CARD, "b".join(cut(CARD, [4, 4, 4, 4]))),
    "card by Chinese signs": (CARD, "杠".join(cut(CARD, [4, 4, 4, 4]))),
    "card by two signs": (CARD, "_,".join(cut(CARD, [4, 4, 4, 4]))),
    "card by marks": (CARD, "\u0301\u0301\u0301\u0301\u0301".join(CARD)),
}


@pytest.mark.article("G4")
@pytest.mark.parametrize(("number", "text"), WRITTEN.values(), ids=WRITTEN.keys())
def test_the_attackers_ways_are_masked(number: str, text: str) -> None:
    assert not clear(number, redact(text)) and not clear(number, redact(f"家属{text}。"))


DAILY = (
    *("13,911,110,020.00 元", "13,911,110,020", "1,391,111.00", "139000000.00 元", "共 1,500,000.00 元"),
    *("2026-11-03、2026-11-05", "2026-11-03,2026-11-05;2026-11-07", "2026/11/03~2026/11/05", "13:30-14:30,15:00-16:30"),
    *("2026-11-27 14:05:09", "14:05:09.123456", "1999-11-27-001", "133-2026-11-03", "13 日 14:30 至 15 日 16:30"),
    *("370101000001、370101000002", "370101000001;370101000002", "370101000001    370101000002"),
    *("DC20261127-001", "DC15-2026-00123", "XY00000001", "ZB2026-11-00012", "15〔2026〕12345 号"),
    *("117.12345,36.65123", "130.36512345,46.8", "经度 130.36512345", "117.12345678", "36.651231234"),
    *("139-1-1101", "1 号楼 2 单元 1301 室", "工业南路 139 号 12-1101", "139 弄 15 号 1101 室"),
    *("150、1200、3400 条", "1500,2300,120,80", "150、1200、3400、80", "16 条、1200 条、340 条", "150*160=24000"),
    *("192.168.10.200", "172.16.100.123", "线路 12、14、15、16", "13、14、15 日", "5600*1200=6720000"),
    *("共 15 户:370101000001、370101000002", "第 13 批 1500 条、第 14 批 1600 条", "150 元/条 * 1200 条 = 180000 元"),
    "sha256 3f2a91c0b87d4e55ab29cdef3a2b1cd4",
)


@pytest.mark.parametrize("text", DAILY)
def test_what_an_office_writes_daily_stays(text: str) -> None:
    assert redact(text) == text
    assert redact(f"见{text}。") == f"见{text}。"


@given(st.text(st.sampled_from("0123456789 ,.-*:xX、条\n年a1391"), max_size=80))
def test_what_was_masked_is_not_changed_again(text: str) -> None:
    once = redact(text)
    assert redact(once) == once


def test_a_long_text_takes_time_in_proportion() -> None:
    """Not timed: texts of so many signs of every kind would not end within the suite's limit otherwise."""
    for piece in ("1", "1 ", "1,", "139,", " ", "*", "1a", "6212 ", "\u0301", "1" + " " * 50, "139,1111,0020,"):
        assert redact(piece * (100_000 // len(piece))) is not None


UNPRINTED = (
    "\u115f",
    "\u1160",
    "\u3164",
    "\uffa0",
    "\u200b",
    "\u2060",
    "\u2065",
    "\u2800",
    "\ufe0f",
    "\U000e0041",
    "\u200b\u3164",
)


@pytest.mark.article("G4")
@pytest.mark.parametrize("sign", UNPRINTED, ids=ascii)
@pytest.mark.parametrize("number", [CARD, ID, PHONE])
@pytest.mark.parametrize("size", [1, 2])
def test_signs_that_are_printed_as_nothing_hide_no_number(number: str, sign: str, size: int) -> None:
    """To a reader it is the plain number: it stands there whole."""
    pieces = [number[place : place + size] for place in range(0, len(number), size)]
    masked = redact(f"来函 {sign.join(pieces)} 已核对")
    assert not clear(number, masked) and "*" in masked and redact(masked) == masked


CODES_WITH_NUMBERS = ("139*1111*0008", "110105:19491231:002X", "13911-110-011", "p138b1234c5678", "138123456789",
                      "a1b3c8d1e2f3g4h5i6j7k8", f"k{CARD[:5]}x{CARD[5:]}", "110105a19491231b002X")  # fmt: skip


@pytest.mark.article("G4")
@pytest.mark.parametrize("code", CODES_WITH_NUMBERS)
def test_a_code_that_spells_a_number_is_known(code: str) -> None:
    assert holds_number(code)


@pytest.mark.parametrize(
    "code",
    [
        "xclerk",
        "3701",
        "370101",
        "import-2026-11-27-7",
        "62131412-1345-4890-8139-12345678901a",
        "a1b3c9d1e2f3a4b5c6d7e8f0a1b2c3d4",
        "DEMO01",
    ],
)
def test_a_code_without_one_is_not_suspected(code: str) -> None:
    assert not holds_number(code)
