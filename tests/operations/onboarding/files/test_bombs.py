"""Files that are small on the wire and huge in memory: refused, with the memory measured in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import lists

pytestmark = [pytest.mark.slow, pytest.mark.article("R7.1")]
MOST_MEGABYTES = 64
"""What the refusal of a bomb may cost beyond the file itself."""
CHILD = """
import json, pathlib, resource, sys
from hub.operations.onboarding.files.open_file import open_sheet
from hub.operations.onboarding.files.sheet import SheetRefused
content = pathlib.Path(sys.argv[1]).read_bytes()
before, said = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, ""
try:
    lines = sum(1 for _ in open_sheet(content).lines())
except SheetRefused as refusal:
    said, lines = refusal.sentence("zh"), 0
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
print(json.dumps({"said": said, "megabytes": grown, "lines": lines}))
"""


def open_apart(content: bytes, folder: Path) -> dict[str, object]:
    """What opening the file says, and what it costs, in a fresh process."""
    file = folder / "list"
    file.write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(file)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def honest_bomb() -> bytes:
    """200 MB of blanks in one part."""
    return lists.changed(lists.as_xlsx([lists.line(1)]), {"xl/sharedStrings.xml": lambda old: old + b" " * 200_000_000})


def lying_bomb() -> bytes:
    """The same, but the zip says that the part is as small as it was."""
    sound = lists.as_xlsx([lists.line(1)])
    content = lists.changed(sound, {"xl/sharedStrings.xml": lambda old: old + b" " * 200_000_000})
    return lists.lying(content, "xl/sharedStrings.xml", 700)


def many_parts() -> bytes:
    """3,000 entries."""
    return lists.changed(lists.as_xlsx([lists.line(1)]), {f"xl/media/{n}.png": lambda old: b"x" for n in range(3_000)})


def far_corner() -> bytes:
    """Two cells; a reader that makes a rectangle of them would need 400 GB."""
    return lists.with_cells('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')


def far_corner_without_references() -> bytes:
    """A line of 200,000 cells that do not say where they stand."""
    return lists.with_cells("<row>" + "<c><v>1</v></c>" * 200_000 + "</row>")


def far_line() -> bytes:
    """One cell on line 900,000."""
    return lists.with_cells('<row r="900000"><c r="A900000"><v>1</v></c></row>')


def full_rectangle() -> bytes:
    """Two hundred columns by a hundred thousand lines, with a cell in two corners."""
    return lists.with_cells('<row r="3"><c r="GR3"><v>1</v></c></row><row r="100000"><c r="A100000"><v>1</v></c></row>')


def one_text_everywhere() -> bytes:
    """A text of 30,000 characters that a hundred thousand cells share: 3 GB once it is read."""
    content = lists.with_cells("".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(3, 100_003)))
    long = b"<si><t>" + b"x" * 30_000 + b"</t></si><si>"
    return lists.changed(content, {"xl/sharedStrings.xml": lambda old: old.replace(b"<si>", long, 1)})


def empty_promise() -> bytes:
    """A part that says that it holds three trillion texts: the reader makes room for them."""
    sound = lists.as_xlsx([lists.line(1)])
    return lists.changed(
        sound, {"xl/sharedStrings.xml": lambda old: old.replace(b'iqueCount="', b'iqueCount="2999999999')}
    )


def other_prefix() -> bytes:
    """The far corner under another name of the same namespace."""
    return lists.changed(
        far_corner(), {lists.SHEET: lambda old: old.replace(b"<c r=", b"<x:c r=").replace(b"</c>", b"</x:c>")}
    )


def hidden_elsewhere() -> bytes:
    """The far corner in a part with a name of its own, to which the workbook points."""
    return lists.changed(
        lists.as_xlsx([lists.line(1)]),
        {
            "xl/list.txt": lambda old: (
                b'<worksheet><sheetData><row r="1"><c r="XFD1"><v>1</v></c></row></sheetData></worksheet>'
            ),
            "xl/_rels/workbook.xml.rels": lambda old: old.replace(b"worksheets/sheet1.xml", b"list.txt"),
        },
    )


BOMBS: list[tuple[Callable[[], bytes], str]] = [
    (honest_bomb, "压缩比例"),
    (lying_bomb, "压缩比例"),
    (many_parts, "压缩比例"),
    (far_corner, "列"),
    (far_corner_without_references, "列"),
    (far_line, "行"),
    (full_rectangle, "单元格"),
    (one_text_everywhere, "文字过多"),
    (empty_promise, "压缩比例"),
    (other_prefix, "列"),
    (hidden_elsewhere, "列"),
]


@pytest.mark.parametrize(("make", "expected"), BOMBS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_bomb_is_refused_before_it_costs_memory(make: Callable[[], bytes], expected: str, tmp_path: Path) -> None:
    answer = open_apart(make(), tmp_path)
    assert expected in str(answer["said"])
    assert int(str(answer["megabytes"])) < MOST_MEGABYTES, answer


def csv_lines(count: int) -> Iterator[list[str]]:
    yield from (lists.line(number) for number in range(1, count + 1))


def test_a_csv_costs_no_more_than_its_bytes(tmp_path: Path) -> None:
    content = lists.as_csv(csv_lines(100_000), encoding="gb18030")
    answer = open_apart(content, tmp_path)
    assert answer["lines"] == 100_000
    assert int(str(answer["megabytes"])) < MOST_MEGABYTES


def test_a_csv_of_one_endless_line_is_refused(tmp_path: Path) -> None:
    answer = open_apart(b"x" * 60_000_000, tmp_path)
    assert "CSV" in str(answer["said"]) and int(str(answer["megabytes"])) < 4 * MOST_MEGABYTES


def test_cells_that_only_have_a_colour_do_not_make_a_list_too_large(tmp_path: Path) -> None:
    content = lists.with_cells('<row r="1048576"><c r="XFD1048576" s="1"/></row>')
    assert open_apart(content, tmp_path)["lines"] == 1
