"""Lists as other programs and other people's habits make them: what is read is what the clerk sees, or it comes back with the reason."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter

from hub.operations.office import Office
from hub.operations.onboarding.files.columns import places_of
from hub.operations.onboarding.files.open_file import open_sheet
from hub.operations.onboarding.files.sheet import SheetRefused
from tests.support import lists

from .test_lines import found_in

pytestmark = pytest.mark.article("R7.1")
NO_FORMULA = ["1+1便利店", "A+超市", "邻家@便利", "-2℃冷饮", "+号便利店"]


def with_address(cell: str) -> bytes:
    """A list of one line, whose address is this raw cell of the sheet."""
    sound = lists.as_xlsx([lists.line(1, address="")])
    return lists.changed(
        sound,
        {
            lists.SHEET: lambda old: old.replace(b'<c r="H2"/>', b"").replace(
                b"</row></sheetData>", f"{cell}</row></sheetData>".encode()
            )
        },
    )


@pytest.mark.parametrize("error", ["#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NULL!", "#NUM!"])
def test_an_error_of_the_spreadsheet_comes_back_by_its_cell_even_where_empty_is_allowed(error: str) -> None:
    """A look-up that broke left its error where an address was meant: an address was lost, it is not missing."""
    assert found_in(with_address(f'<c r="H2" t="e"><v>{error}</v></c>')) == [(2, "address", "unreadable")]
    assert found_in(lists.as_csv([lists.line(1, address=error)])) == [(2, "address", "unreadable")]
    assert found_in(lists.as_csv([lists.line(1, order_phone=error)])) == [(2, "order_phone", "unreadable")]


def test_text_that_stands_where_the_reader_does_not_look_comes_back(counter: Office) -> None:
    """Some report writers put an inline text into the element of values; Excel shows it, our reader says nothing."""
    content = with_address('<c r="H2" t="inlineStr"><v>和平路9号</v></c>')
    assert found_in(content) == [(2, "address", "unreadable")]
    assert lists.bring(counter, content).good == 0


@pytest.mark.parametrize("cell", ['<c r="H2" t="s"><v>9999</v></c>', '<c r="H2" t="x"><v>路</v></c>'])
def test_a_cell_of_a_kind_that_nobody_knows_is_never_taken_for_empty(cell: str) -> None:
    try:
        problems = found_in(with_address(cell))
    except SheetRefused:
        return
    assert problems == [(2, "address", "unreadable")]


def of_two_sheets(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]], how: str = "hide") -> bytes:
    """A workbook whose first sheet cannot be seen."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        pages = [workbook.add_worksheet("旧名单"), workbook.add_worksheet("名单")]
        for page, lines in zip(pages, (first, second), strict=True):
            for number, cells in enumerate(lines):
                page.write_row(number, 0, cells)
        pages[1].activate()
        pages[1].set_first_sheet()
        getattr(pages[0], how)()
    return buffer.getvalue()


@pytest.mark.parametrize("how", ["hide", "very_hidden"])
def test_the_sheet_that_is_read_is_the_first_that_can_be_seen(how: str) -> None:
    """The hidden sheet holds last year's list: who looks at the file sees the other one, and means it."""
    content = of_two_sheets(
        [lists.HEADER, lists.line(7)], [lists.HEADER, lists.line(8), lists.line(9, unit_code="999999")], how
    )
    opened = open_sheet(content)
    shops = [line.cells[3].text for line in opened.lines()]
    assert shops == [lists.entrant(8)["shop_name"], lists.entrant(9)["shop_name"]]
    assert found_in(content) == [(3, "unit_code", "unit")]


def test_the_choices_of_a_drop_down_on_a_hidden_sheet_are_not_the_list() -> None:
    content = of_two_sheets([["是"], ["否"]], [lists.HEADER, lists.line(8)])
    assert found_in(content) == []


def test_formulas_are_looked_for_on_the_sheet_that_is_read() -> None:
    content = of_two_sheets([["甲"]], [lists.HEADER, lists.line(8, address="=A1&B1")])
    assert found_in(content) == [(2, "address", "formula")]


def test_a_workbook_of_hidden_sheets_alone_is_refused_with_the_reason() -> None:
    hidden = lists.changed(
        lists.as_xlsx([lists.line(1)]),
        {"xl/workbook.xml": lambda old: old.replace(b'sheetId="1"', b'sheetId="1" state="hidden"')},
    )
    with pytest.raises(SheetRefused) as caught:
        open_sheet(hidden)
    assert "隐藏" in caught.value.sentence("zh") and "hidden" in caught.value.sentence("en")


def separated(by: str, above: str = "", encoding: str = "utf-8-sig") -> bytes:
    """Two lines as text with another sign between the cells; the second has a wrong unit."""
    lines = [lists.HEADER, lists.line(1), lists.line(2, unit_code="999999")]
    return (above + "\r\n".join(by.join(cells) for cells in lines) + "\r\n").encode(encoding)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (separated("\t", encoding="gb18030"), 3),
        (separated(";"), 3),
        (separated(",", "sep=,\r\n"), 4),
        (separated(";", "sep=;\r\n"), 4),
        (separated("\t", "SEP=\t\n"), 4),
    ],
)
def test_a_text_with_another_sign_between_its_cells_is_read_as_well(content: bytes, line: int) -> None:
    """Excel saves tab-separated text under one of its names, and semicolons where its region says so."""
    assert found_in(content) == [(line, "unit_code", "unit")]


PAGES = [
    "<html><body><table><tr><td>客户代码</td></tr></table></body></html>",
    "\ufeff\r\n  <!DOCTYPE html><html><table></table></html>",
    "<table border=1><tr><td>客户代码</td></tr></table>",
    '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>',
    "MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n<html></html>",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_under_the_name_of_a_spreadsheet_is_called_one(page: str) -> None:
    """The clerk did use the template; what is wrong is how the file was saved, so that is what is said."""
    with pytest.raises(SheetRefused) as caught:
        places_of(open_sheet(page.encode()))
    assert "网页" in caught.value.sentence("zh") and "另存为 .xlsx" in caught.value.advice("zh")
    assert "缺少列" not in caught.value.sentence("zh")


UNSEEN = ["\ufe00", "\u200b", "\u202d", "\u00ad", "\U000e0100", "\u3164", "\ufeff"]


@pytest.mark.parametrize("sign", UNSEEN)
def test_a_sign_that_nobody_sees_is_named_as_the_reason(sign: str) -> None:
    """A name with one is not the name on the licence, and would leave for the bank as it is."""
    for column in ("licence_holder", "shop_name", "address", "order_phone", "customer_code", "id_number"):
        text = lists.entrant(1)[column]
        content = lists.as_csv([lists.line(1, **{column: text[:2] + sign + text[2:]})])
        assert (2, column, "unprinted") in found_in(content)


@pytest.mark.parametrize("dash", ["—", "——", "–", "－", "‐", "−", "―"])
def test_a_phone_is_known_whatever_dash_stands_in_it(dash: str) -> None:
    assert found_in(lists.as_csv([lists.line(1, order_phone=f"0531{dash}88880909")])) == []


@pytest.mark.parametrize("name", NO_FORMULA)
def test_shops_may_be_called_as_they_are(name: str, counter: Office) -> None:
    """Our files are written as cells of text, so a sign can become no formula: no real name is shut out for one."""
    done = lists.bring(counter, lists.as_csv([lists.line(1, shop_name=name, address="-1层12号商铺")]))
    assert (done.good, done.bad) == (1, 0)


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+HYPERLINK(A1)", "-2+3+cmd|' /C calc'!A1"])
def test_what_is_a_formula_stays_outside(text: str) -> None:
    [(_, column, _)] = found_in(lists.as_csv([lists.line(1, address=text)]))
    assert column == "address"
