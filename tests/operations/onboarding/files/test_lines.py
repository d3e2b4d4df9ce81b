"""Line by line: what is wrong in which cell; good lines in, bad lines back as a file that can be mended and sent again."""

import io
from collections.abc import Sequence

import pytest
import xlsxwriter
from python_calamine import load_workbook

from hub.domain.customers.input_problems import PROBLEMS
from hub.domain.refusals import BadInput, NotFound, NotPermitted
from hub.operations.customers import field_switches, search
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.operations.onboarding.files.columns import EXTRA, Checker, places_of
from hub.operations.onboarding.files.open_file import open_sheet
from hub.registry.customers import customers as registered
from tests.support import lists, people

pytestmark = pytest.mark.article("R7.1")
LINE = list(lists.KEYS).index


def found_in(content: bytes, own: frozenset[str] | None = None) -> list[tuple[int, str, str]]:
    """(line, column, problem) of all problems in a file."""
    opened = open_sheet(content)
    checker = Checker(places_of(opened), frozenset({people.UNIT, "370102"}), own)
    results = [checker.check(each) for each in opened.lines()]
    return [(each.line, each.column, each.key) for bad in results if isinstance(bad, tuple) for each in bad]


def codes(office: Office) -> set[str]:
    with office.desk(people.CLERK) as desk:
        return {row.code for row in search.list_customers(desk)}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_csv_of_each_encoding_and_a_spreadsheet_say_the_same(encoding: str) -> None:
    wrong = [lists.line(1), lists.line(2, order_phone="12"), [], lists.line(4, unit_code="999999")]
    expected = [(3, "order_phone", "phone"), (5, "unit_code", "unit")]
    assert found_in(lists.as_csv(wrong, encoding=encoding)) == expected
    assert found_in(lists.as_xlsx(wrong)) == expected


WRONG = [
    ({"customer_code": "3701"}, ("customer_code", "customer_code")),
    ({"customer_code": ""}, ("customer_code", "required")),
    ({"licence_no": "x" * 12}, ("licence_no", "licence_no")),
    ({"licence_holder": "<b>"}, ("licence_holder", "name")),
    ({"shop_name": "店\u202e名"}, ("shop_name", "unprinted")),
    ({"unit_code": "370109"}, ("unit_code", "unit")),
    ({"unit_code": "370102"}, ("unit_code", "not_your_unit")),
    ({"id_number": ""}, ("id_number", "id_or_credit")),
    ({"id_number": "999901199013010010"}, ("id_number", "id_number.date")),
    ({"id_number": people.id_number(1)[:-1]}, ("id_number", "id_number.shape")),
    ({"id_number": "9.99901E+17"}, ("id_number", "float")),
    ({"order_phone": "1.39E+10"}, ("order_phone", "float")),
    ({"customer_code": "3.70101E+11"}, ("customer_code", "float")),
    ({"licence_no": "3.701e+11"}, ("licence_no", "float")),
    ({"shop_name": "=1+1"}, ("shop_name", "formula")),
    ({"address": "@SUM(A1)"}, ("address", "text")),
    ({"address": "路" * 201}, ("address", "text")),
]


@pytest.mark.parametrize(("changes", "expected"), WRONG)
def test_each_fault_is_named_by_its_cell(changes: dict[str, str], expected: tuple[str, str]) -> None:
    content = lists.as_csv([lists.line(7), lists.line(1, **changes)])
    assert found_in(content, own=frozenset({people.UNIT})) == [(3, *expected)]


@pytest.mark.parametrize("number", [6.2e18, 410101199003077531.0, 999901199001020.0, 6214123412341234.0])
def test_a_long_number_that_a_spreadsheet_made_a_float_is_refused_by_its_cell(number: float) -> None:
    cells: list[object] = [*lists.line(1)]
    cells[LINE("id_number")] = number
    assert found_in(lists.as_xlsx([lists.line(5), cells])) == [(3, "id_number", "float")]  # type: ignore[list-item]


def test_a_short_number_is_taken_whatever_the_spreadsheet_made_of_it() -> None:
    cells: list[object] = [*lists.line(1)]
    for key in ("customer_code", "licence_no", "unit_code", "order_phone"):
        cells[LINE(key)] = float(str(cells[LINE(key)]))
    assert found_in(lists.as_xlsx([cells])) == []  # type: ignore[list-item]


def test_a_formula_is_refused_wherever_the_list_stands_and_however_its_cell_is_written() -> None:
    wrong = [lists.line(1), lists.line(2, shop_name='="甲"&"店"')]
    assert found_in(lists.as_xlsx(wrong)) == [(3, "shop_name", "formula")]
    assert found_in(lists.as_xlsx(wrong, down=4, right=3)) == [(7, "shop_name", "formula")]
    other = lists.changed(
        lists.as_xlsx(wrong), {lists.SHEET: lambda old: old.replace(b'<c r="D3" t="str">', b'<c  t="str" r="D3" >')}
    )
    assert found_in(other) == [(3, "shop_name", "formula")]


def test_the_sheet_that_is_read_is_the_one_whose_formulas_are_looked_for() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        last, first = workbook.add_worksheet("后"), workbook.add_worksheet("前")
        last.write_string(0, 0, "说明")
        for place, name in enumerate(lists.HEADER):
            first.write_string(0, place, name)
            first.write_string(1, place, lists.line(1)[place])
        first.write_formula(1, LINE("shop_name"), "=A1", value="示例")

    def turn(old: bytes) -> bytes:
        begin, end = old.index(b"<sheets>") + 8, old.index(b"</sheets>")
        one, two = [b"<sheet " + part for part in old[begin:end].split(b"<sheet ")[1:]]
        return old[:begin] + two + one + old[end:]

    content = lists.changed(buffer.getvalue(), {"xl/workbook.xml": turn})
    assert found_in(content) == [(2, "shop_name", "formula")]


def test_what_else_a_workbook_holds_is_not_looked_into() -> None:
    """Pictures, embedded files, a large second sheet, and a sheet with an absolute path (as openpyxl writes it)."""
    content = lists.changed(
        lists.as_xlsx([lists.line(1)]),
        {
            "xl/media/image1.tiff": lambda old: b"II*\0",
            "xl/embeddings/list.xlsx": lambda old: b"PK",
            "xl/worksheets/sheet2.xml": lambda old: b'<worksheet><c r="XFD1048576"><v>1</v></c></worksheet>',
            "xl/_rels/workbook.xml.rels": lambda old: old.replace(b'"worksheets/', b'"/xl/worksheets/'),
        },
    )
    assert found_in(content) == []


def test_a_comma_without_quotes_shifts_nothing_in_silence() -> None:
    shifted = [*lists.line(2)[:-1], "示例路", "2号"]
    assert found_in(lists.as_csv([lists.line(1), shifted])) == [(3, "", "over")]
    unnamed = lists.as_csv([[*lists.line(1), "x"]], [*lists.HEADER, ""])
    assert found_in(unnamed) == [(2, "", "over")]


@pytest.mark.parametrize("title", ["连锁(加油站)客户", "连锁（加油站）客户", "中石油、中石化类客户"])
def test_a_list_with_the_title_that_the_chain_column_had_before_is_read(title: str) -> None:
    assert found_in(lists.as_csv([[*lists.line(1), "是"]], [*lists.HEADER, title])) == []


def test_a_repeat_within_the_file_names_the_other_line() -> None:
    twice = lists.as_csv([lists.line(1), lists.line(2), lists.line(3, customer_code=lists.entrant(1)["customer_code"])])
    opened = open_sheet(twice)
    checker = Checker(places_of(opened), frozenset({people.UNIT}), None)
    (problem,) = [found for each in opened.lines() if isinstance(found := checker.check(each), tuple)]
    assert (problem[0].line, problem[0].column, problem[0].key, problem[0].other) == (
        4,
        "customer_code",
        "duplicate",
        2,
    )


def test_every_problem_has_words_in_both_languages() -> None:
    for words in PROBLEMS.values():
        assert all(words.problem) and all(words.mend)
        assert words.problem[1].isascii() and words.mend[1].isascii()


def rows_of(content: bytes) -> list[list[object]]:
    return load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def mended(content: bytes, place: int, value: str) -> bytes:
    """The returned file with one cell of its first line put right, as a clerk would do it."""
    header, first, *rest = rows_of(content)
    first[place] = value
    return lists.as_xlsx([first, *rest], [str(name) for name in header])


def test_good_lines_go_in_and_bad_ones_come_back_as_a_file_that_can_be_mended(counter: Office) -> None:
    run = lists.bring(counter, lists.as_csv([lists.line(1), lists.line(2, order_phone="12"), lists.line(3)]))
    assert (run.good, run.bad, run.unchanged) == (2, 1, 0)
    with counter.desk(lists.OFFICER) as desk:
        back = imports.returned_file(desk, run.id)
    header, bad = rows_of(back)
    assert header == [*lists.HEADER, EXTRA]
    assert bad[0] == lists.entrant(2)["customer_code"] and "订货电话" in str(bad[-1]) and "手机号" in str(bad[-1])
    again = lists.bring(counter, back)
    assert (again.good, again.bad) == (0, 1)
    right = lists.bring(counter, mended(back, LINE("order_phone"), "13900000002"))
    assert (right.good, right.bad) == (1, 0)
    assert codes(counter) == {lists.entrant(number)["customer_code"] for number in (1, 2, 3)}


def test_a_returned_file_with_the_extra_column_in_the_middle_comes_back_straight(counter: Office) -> None:
    header = [*lists.HEADER[:2], EXTRA, *lists.HEADER[2:]]
    cells = lists.line(2, order_phone="12")
    run = lists.bring(counter, lists.as_csv([[*cells[:2], "旧的说明", *cells[2:]]], header))
    with counter.desk(lists.OFFICER) as desk:
        names, bad = rows_of(imports.returned_file(desk, run.id))
    assert names == [*lists.HEADER, EXTRA] and bad[:-1] == cells


@pytest.mark.parametrize("changes", [{"id_number": 410101199003077531.0}, {"shop_name": "=1+1"}])
def test_a_returned_line_that_nobody_mended_is_returned_again(counter: Office, changes: dict[str, object]) -> None:
    cells: Sequence[object] = [changes.get(key, value) for key, value in lists.entrant(1).items()]
    run = lists.bring(counter, lists.as_xlsx([cells]) if "id_number" in changes else lists.as_csv([cells]))  # type: ignore[list-item]
    assert run.bad == 1
    with counter.desk(lists.OFFICER) as desk:
        back = imports.returned_file(desk, run.id)
    assert lists.bring(counter, back).bad == 1 and codes(counter) == set()


def test_a_shifted_line_comes_back_with_all_its_cells(counter: Office) -> None:
    shifted = [*lists.line(2)[:-1], "示例路", "2号"]
    run = lists.bring(counter, lists.as_csv([shifted]))
    with counter.desk(lists.OFFICER) as desk:
        back = imports.returned_file(desk, run.id)
    assert rows_of(back)[1][:-1] == shifted
    assert lists.bring(counter, back).bad == 1


@pytest.mark.article("G4")
def test_no_value_is_repeated_in_what_a_list_says_of_its_faults(counter: Office) -> None:
    secret = {
        "id_number": "999901199001010019",
        "order_phone": "13900000",
        "address": "=秘密路",
        "backup_phone": "1380000",
    }
    header = [*lists.HEADER, "备用电话"]
    cells = [[*lists.line(n, **{k: v for k, v in secret.items() if k != "backup_phone"}), "1380000"] for n in (1, 2)]
    run = lists.bring(counter, lists.as_csv(cells, header))
    assert run.bad == 2
    assert not any(value in str(run.problems) for value in secret.values())
    with counter.desk(lists.OFFICER) as desk:
        for key, value in secret.items():
            with pytest.raises(BadInput) as caught:
                imports.add_new_entrant(desk, lists.entrant(1) | {key: value})
            assert value not in f"{caught.value!r} {caught.value.sentence('zh')} {caught.value.advice('zh')}"


@pytest.mark.article("R3.2")
def test_a_field_that_is_switched_off_is_neither_demanded_nor_taken(counter: Office) -> None:
    with counter.desk(people.CENTRE) as desk:
        for key in ("order_phone", "id_number", "credit_code"):
            field_switches.switch_field(desk, key, True, "不再采集")
    without = [name for name in lists.HEADER if name not in ("订货电话", "身份证号")]
    cells = [value for key, value in lists.entrant(1).items() if key not in ("order_phone", "id_number")]
    assert lists.bring(counter, lists.as_csv([cells], without)).good == 1
    assert lists.bring(counter, lists.as_csv([lists.line(2, order_phone="不是电话")])).good == 1
    with counter.store.transaction() as tx:
        row = registered.by_code(tx, lists.entrant(2)["customer_code"])
        assert row is not None and set(row.sealed) == {"address"}
    with counter.desk(lists.OFFICER) as desk, pytest.raises(BadInput):
        imports.add_new_entrant(desk, lists.entrant(3))
    with counter.desk(lists.OFFICER) as desk:
        kept = {key: value for key, value in lists.entrant(3).items() if key not in ("order_phone", "id_number")}
        assert imports.add_new_entrant(desk, kept)


@pytest.mark.article("R4.1")
def test_lists_are_brought_by_the_posts_that_may_and_seen_by_who_brought_them(counter: Office) -> None:
    with pytest.raises(NotPermitted):
        lists.bring(counter, lists.as_csv([lists.line(1)]), people.CENTRE)
    run = lists.bring(counter, lists.as_csv([lists.line(1), lists.line(2, order_phone="")]))
    stranger = people.Actor(people.new_id(), "证件员丙", lists.OFFICER.grants)
    with pytest.raises(NotFound), counter.desk(stranger) as desk:
        imports.returned_file(desk, run.id)
