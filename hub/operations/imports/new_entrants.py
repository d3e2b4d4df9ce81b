"""The licence officer's list: its columns, and what is right or wrong in each cell (R7.1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from hub.domain.catalogue import FIELDS
from hub.domain.fields import Field, check_value
from hub.domain.identifiers import Finding

from .sheet import Cell, Line, Sheet, SheetRefused

COLUMNS = (
    "customer_code",
    "licence_no",
    "licence_holder",
    "shop_name",
    "unit_code",
    "id_number",
    "credit_code",
    "order_phone",
    "backup_phone",
    "address",
    "chain_customer",
    "licence_valid_from",
    "licence_valid_until",
    "market_type",
    "business_format",
)
REQUIRED = ("customer_code", "licence_no", "licence_holder", "shop_name", "unit_code", "order_phone")
EXTRA = "错误及处理办法"
"""The column that a returned file has more; it is passed over when the file comes again."""
EXACT = frozenset({"id_number", "credit_code"})
"""Numbers longer than a spreadsheet's fifteen digits: a numeric cell has lost some."""
NAME = re.compile(r"[^\x00-\x1f<>=+@|\\]{2,60}")


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in which cell; `key` names the words, `other` another line that it clashes with."""

    line: int
    column: str
    key: str
    other: int | None = None


@dataclass(frozen=True)
class NewEntrant:
    """A line without a fault: plain values by catalogue key."""

    line: int
    values: dict[str, str]
    warnings: tuple[CellProblem, ...] = ()


@dataclass
class Checker:
    """Checks the lines of one list; remembers codes and licences to find repeats."""

    places: dict[str, int]
    units: frozenset[str]
    own_units: frozenset[str] | None
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def check(self, line: Line) -> NewEntrant | tuple[CellProblem, ...]:
        """The entrant of a line, or all that is wrong in it."""
        problems: list[CellProblem] = []
        warnings: list[CellProblem] = []
        values: dict[str, str] = {}
        for key, place in self.places.items():
            given = line.cells[place] if place < len(line.cells) else Cell("")
            found = check_cell(key, given)
            if found.problem:
                problems.append(CellProblem(line.no, key, found.problem))
            elif found.value:
                values[key] = found.value
            warnings += [CellProblem(line.no, key, warning) for warning in found.warnings]
        problems += self._whole(line.no, values, {problem.column for problem in problems})
        return tuple(problems) if problems else NewEntrant(line.no, values, tuple(warnings))

    def _whole(self, no: int, values: dict[str, str], bad: set[str]) -> list[CellProblem]:
        found = [CellProblem(no, key, "required") for key in REQUIRED if key not in values and key not in bad]
        if not {"id_number", "credit_code"} & (values.keys() | bad):
            found.append(CellProblem(no, "id_number", "id_or_credit"))
        unit = values.get("unit_code")
        if unit and unit not in self.units:
            found.append(CellProblem(no, "unit_code", "unit"))
        elif unit and self.own_units is not None and unit not in self.own_units:
            found.append(CellProblem(no, "unit_code", "not_your_unit"))
        for key in ("customer_code", "licence_no"):
            if key in values:
                first = self.seen.setdefault((key, values[key]), no)
                if first != no:
                    found.append(CellProblem(no, key, "duplicate", first))
        return found


def _code(text: str) -> Finding:
    return Finding(text) if re.fullmatch(r"\d{12}", text) else Finding(problem="customer_code")


def _name(text: str) -> Finding:
    return Finding(text) if NAME.fullmatch(text) else Finding(problem="name")


CHECKS: dict[str, Callable[[str], Finding]] = {"customer_code": _code, "licence_holder": _name, "shop_name": _name}


def check_cell(key: str, given: Cell) -> Finding:
    """One cell's plain value; an empty one is empty. The value itself never goes into a problem."""
    if given.formula:
        return Finding(problem="formula")
    if not given.text:
        return Finding()
    if given.number and (key in EXACT or "e" in given.text or "." in given.text):
        return Finding(problem="float")
    check = CHECKS.get(key)
    return check(given.text) if check else check_value(FIELDS[key], given.text)


def places_of(sheet: Sheet) -> dict[str, int]:
    """Where each column stands: by Chinese or English title or key. Raises SheetRefused when one is missing or double."""
    known = {name: key for key in COLUMNS for name in (key, *FIELDS[key].title)}
    places: dict[str, int] = {}
    for place, name in enumerate(sheet.header):
        key = known.get(name)
        if key is None:
            continue
        if key in places:
            raise SheetRefused(f"列“{name}”出现两次", f"the column {key} stands twice")
        places[key] = place
    absent = [FIELDS[key].title[0] for key in REQUIRED if key not in places]
    if absent:
        raise SheetRefused(f"缺少列:{'、'.join(absent)}", "columns are missing", "请使用模板的第一行。")
    return places


def title(key: str) -> str:
    """A column's Chinese title."""
    row: Field = FIELDS[key]
    return row.title[0]
