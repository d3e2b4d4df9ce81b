"""Files that are no lists: each is refused with what to do, never with a traceback."""

import io
import re
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.refusals import BadInput
from hub.operations.office import Office
from hub.operations.onboarding.files import open_file, sheet
from hub.operations.onboarding.files.columns import Checker, places_of
from hub.operations.onboarding.files.open_file import open_sheet
from hub.operations.onboarding.files.sheet import SheetRefused
from tests.support import lists, people

pytestmark = [pytest.mark.slow, pytest.mark.article("R7.1")]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
GOOD = lists.as_xlsx([lists.line(1), lists.line(2)])
TEXT = lists.as_csv([lists.line(1), lists.line(2)])
HEAD = ",".join(lists.HEADER)


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def locked(content: bytes) -> bytes:
    """The flag of encryption set on every entry."""
    found = bytearray(content)
    at = -1
    while (at := found.find(b"PK\x01\x02", at + 1)) >= 0:
        found[at + 8] |= 1
    return bytes(found)


def of_version(content: bytes, version: int) -> bytes:
    """A zip whose entries ask for a later version of the format."""
    made = bytearray(content)
    at = -1
    while (at := made.find(b"PK\x01\x02", at + 1)) >= 0:
        made[at + 6] = version
    return bytes(made)


def sheet_replaced(old: bytes, new: bytes) -> bytes:
    return lists.changed(GOOD, {lists.SHEET: lambda content: content.replace(old, new, 1)})


FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "空的"),
    "blank lines alone": (b"\xef\xbb\xbf\r\n\r\n", "空的"),
    "UTF-16 with a mark": (HEAD.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (HEAD.encode("utf-16-le"), "不是文本文件"),
    "UTF-32": (HEAD.encode("utf-32"), "UTF-16"),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "不是文本文件"),
    "broken GB18030": (HEAD.encode("gb18030") + b"\r\n\xb2", "编码"),
    "neither encoding": (b"a,\xff\xff\r\n", "编码"),
    "CSV with a NUL": (TEXT + b"\0", "不是文本文件"),
    "CSV with an open quote": (TEXT + b'"370101000003,', "第 4 行"),
    "CSV with a huge cell": (TEXT + b"x" * 200_000, "第 4 行"),
    "CSV with a long cell": (TEXT + b"x" * 2_000, "第 4 行"),
    "CSV without a header": (lists.as_csv([lists.line(2)], lists.line(1)), "缺少列"),
    "a column that we do not know": (lists.as_csv([], [*lists.HEADER, "银行卡号"]), "第 I 列"),
    "a column twice": (lists.as_csv([], [*lists.HEADER, "订货电话"]), "出现两次"),
    "a column twice in two languages": (lists.as_csv([], [*lists.HEADER, "order_phone"]), "出现两次"),
    "XLSX without a header": (lists.as_xlsx([lists.line(2)], lists.line(1)), "缺少列"),
    "XLSX without a cell": (lists.as_xlsx([], []), "第一行没有列名"),
    "XLSX with a huge cell": (lists.as_xlsx([lists.line(1, address="路" * 30_000)]), "第 2 行"),
    "an old or encrypted Excel": (OLE, "加密"),
    "a zip with a password": (locked(GOOD), "密码"),
    "a zip of a later version": (of_version(GOOD, 200), "损坏"),
    "another zip": (zipped(hello=b"world"), "不是 .xlsx"),
    "macros": (lists.changed(GOOD, {"xl/vbaProject.bin": lambda old: b"x"}), "宏"),
    "links to other files": (
        lists.changed(GOOD, {"xl/externalLinks/externalLink1.xml": lambda old: b"<a/>"}),
        "外部链接",
    ),
    "a sheet that is no XML": (lists.changed(GOOD, {lists.SHEET: lambda old: b"\x01\x02"}), "损坏"),
    "a sheet that ends too early": (lists.changed(GOOD, {lists.SHEET: lambda old: old[:-30]}), "损坏"),
    "entities": (sheet_replaced(b"?>", b'?><!DOCTYPE x [<!ENTITY a "b">]>'), "不是完好的"),
    "a cell that is nowhere": (sheet_replaced(b'r="A2"', b'r="A"'), "损坏"),
    "no sheet at all": (lists.changed(GOOD, {"xl/workbook.xml": lambda old: b"<workbook/>"}), "没有工作表"),
    "a sheet somewhere else": (
        lists.changed(GOOD, {"xl/_rels/workbook.xml.rels": lambda old: old.replace(b"worksheets/sheet1", b"gone")}),
        "找不到",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(name: str) -> None:
    content, expected = FILES[name]
    with pytest.raises(SheetRefused) as caught:
        opened = open_sheet(content)
        places_of(opened)
        list(opened.lines())
    refusal = caught.value
    assert refusal.status == 422 and refusal.article == "R7.1"
    assert expected in refusal.sentence("zh")
    assert refusal.advice("zh") and refusal.advice("en") and "{" not in refusal.advice("en") + refusal.sentence("en")
    # The list's own headings are Chinese, and named as they stand there.
    assert refusal.advice("en").isascii() and re.sub("[\u4e00-\u9fff“”]+", "", refusal.sentence("en")).isascii()


@pytest.mark.parametrize("part", range(1, 20))
def test_a_file_cut_anywhere_is_refused(part: int) -> None:
    with pytest.raises(SheetRefused):
        list(open_sheet(GOOD[: len(GOOD) * part // 20]).lines())


@pytest.mark.article("G4")
def test_a_file_without_a_header_is_refused_without_repeating_its_first_line() -> None:
    for content in (lists.as_csv([], lists.line(1)), lists.as_csv([], [*lists.HEADER, people.id_number(1)])):
        with pytest.raises(SheetRefused) as caught:
            places_of(open_sheet(content))
        said = caught.value.sentence("zh") + caught.value.sentence("en") + repr(caught.value)
        assert people.id_number(1) not in said and "13900000001" not in said


def test_too_many_bytes_and_too_many_lines_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_file, "MOST_BYTES", 100)
    with pytest.raises(SheetRefused, match="larger"):
        open_sheet(GOOD)
    monkeypatch.undo()
    monkeypatch.setattr(sheet, "MOST_LINES", 1)
    with pytest.raises(SheetRefused, match="lines"):
        list(open_sheet(TEXT).lines())


def test_a_refused_file_leaves_nothing_behind(counter: Office) -> None:
    for content, _ in FILES.values():
        with pytest.raises(SheetRefused):
            lists.bring(counter, content)
    assert lists.bring(counter, TEXT, apply=False).lines == 2


def read_all(content: bytes) -> None:
    """All of the way of a file up to the registry; a refusal is an answer."""
    try:
        opened = open_sheet(content)
        checker = Checker(places_of(opened), frozenset({people.UNIT}), None)
        for each in opened.lines():
            checker.check(each)
    except (SheetRefused, BadInput) as refusal:
        assert refusal.sentence("zh") and refusal.advice("en")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_arbitrary_bytes_never_crash(content: bytes) -> None:
    read_all(content)
    read_all(TEXT + content)
    read_all(HEAD.encode("gb18030") + content)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_bytes_flipped_in_a_spreadsheet_never_crash(data: st.DataObject) -> None:
    content = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    read_all(bytes(content))


PARTS = [lists.SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"]
SNIPPETS = [
    b"<",
    b">",
    b'"',
    b"</c>",
    b"<c>",
    b"<v>",
    b"</v>",
    b"<row>",
    b't="s"',
    b'r="XFD9"',
    b"-1",
    b"99999999999",
    b"&#0;",
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_part_rewritten_never_crashes(data: st.DataObject) -> None:
    name, snippet = data.draw(st.sampled_from(PARTS)), data.draw(st.sampled_from(SNIPPETS))
    share, cut = data.draw(st.floats(0, 1)), data.draw(st.integers(0, 12))

    def rewrite(old: bytes) -> bytes:
        at = int(share * len(old))
        return old[:at] + snippet + old[at + cut :]

    read_all(lists.changed(GOOD, {name: rewrite}))
