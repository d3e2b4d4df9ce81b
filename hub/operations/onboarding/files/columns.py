"""The licence officer's list: its columns, and what is right or wrong in each cell (R7.1)."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import FORMULA, check_value, without_numbers
from hub.domain.customers.impossible_days import impossible_days
from hub.domain.identifiers import UNPRINTED, Finding, number_of
from hub.ports import today

from .sheet import TEMPLATE, Cell, Line, Sheet, SheetRefused

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
# Columns whose cell may be empty: a phone that is to be shared comes after its permit (R12.5), by working day 2.
MAY_WAIT = frozenset({"order_phone"})
PHONES = ("order_phone", "backup_phone")
# The extra column of a returned file; it is ignored when the file is uploaded again.
EXTRA = "错误及处理办法"
# Former titles of columns, and titles set with wide brackets: the lists at the offices still use them.
FORMER = {"中石油、中石化类客户": "chain_customer", "连锁（加油站）客户": "chain_customer"}
# Numbers longer than the fifteen digits that a spreadsheet keeps: a numeric cell has lost the rest.
EXACT = frozenset({"id_number", "credit_code"})
LONG = EXACT | {"customer_code", "licence_no", "order_phone", "backup_phone"}
# What a spreadsheet writes into a CSV, or we into a returned file, for a long number: 6.2E+18.
FLOAT = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,2}")
# The column of a problem that concerns the whole line.
WHOLE = ""
NAME = re.compile(r"[^\x00-\x1f<>|\\]{2,60}")
# What a spreadsheet shows in place of a value; in a CSV these arrive as text.
ERROR = re.compile(r"#(REF!|N/A|DIV/0!|VALUE!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)")


@dataclass(frozen=True)
class CellProblem:
    """What is wrong in a cell; `key` names the message, `other` the line that it clashes with."""

    line: int
    column: str
    key: str
    other: int | None = None


@dataclass(frozen=True)
class NewEntrant:
    """A valid line: plain values by catalogue key."""

    line: int
    values: dict[str, str]
    warnings: tuple[CellProblem, ...] = ()


@dataclass
class Checker:
    """Checks the lines of one list; remembers codes and licences to find repeats."""

    places: dict[str, int]
    units: frozenset[str]
    own_units: frozenset[str] | None
    off: frozenset[str] = frozenset()
    """Fields that are switched off: neither demanded nor taken (R3.2)."""
    may_share: Callable[[str, str], bool] = lambda number, code: False
    """Whether a customer, by code, may share a number with another line's customer (R12.5)."""
    listed: Callable[[str, str, str], bool] = lambda unit, key, value: True
    """Whether a unit's list has the value of a field (R2.2)."""
    seen: dict[tuple[str, str], int] = field(default_factory=dict)
    numbers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Where a phone number stood first: the line, and the customer's code."""

    def check(self, line: Line) -> NewEntrant | tuple[CellProblem, ...]:
        """The entrant of a line, or everything that is wrong with it, so that one correction is enough."""
        problems: list[CellProblem] = []
        warnings: list[CellProblem] = []
        values: dict[str, str] = {}
        if line.over:
            problems.append(CellProblem(line.no, WHOLE, "over"))
        for key, place in self.places.items():
            typed = line.cells[place] if place < len(line.cells) else Cell("")
            checked = check_cell(key, typed)
            if checked.problem:
                problems.append(CellProblem(line.no, key, checked.problem))
            elif checked.value:
                values[key] = checked.value
            warnings += [CellProblem(line.no, key, warning) for warning in checked.warnings]
        problems += self._whole(line.no, values, {problem.column for problem in problems})
        return tuple(problems) if problems else NewEntrant(line.no, values, tuple(warnings))

    def _whole(self, no: int, values: dict[str, str], bad: set[str]) -> list[CellProblem]:
        # A cell that is wrong is not missing as well: one message a cell.
        present = values.keys() | bad | self.off
        problems = [CellProblem(no, key, "required") for key in REQUIRED if key not in present | MAY_WAIT]
        if not {"id_number", "credit_code"} & present:
            problems.append(CellProblem(no, "id_number", "id_or_credit"))
        unit = values.get("unit_code")
        if unit and unit not in self.units:
            problems.append(CellProblem(no, "unit_code", "unit"))
        elif unit and self.own_units is not None and unit not in self.own_units:
            problems.append(CellProblem(no, "unit_code", "not_your_unit"))
        elif unit:
            unlisted = [key for key, value in values.items() if not self.listed(unit, key, value)]
            problems += [CellProblem(no, key, "not_listed") for key in unlisted]
        for key in ("customer_code", "licence_no"):
            if key in values:
                first = self.seen.setdefault((key, values[key]), no)
                if first != no:
                    problems.append(CellProblem(no, key, "duplicate", first))
        problems += [CellProblem(no, key, problem) for key, problem in impossible_days(values, today())]
        return problems + list(self._phones(no, values))

    def _phones(self, no: int, values: dict[str, str]) -> Iterator[CellProblem]:
        """Phones that an earlier line has for another customer (R12.3)."""
        code = values.get("customer_code", "")
        for key in PHONES:
            number = values.get(key, "")
            # By number, not by field: an order phone must not be another customer's backup phone either.
            first, whose = self.numbers.setdefault(number, (no, code)) if number else (no, code)
            if first != no and not all(self.may_share(number, holder) for holder in (code, whose)):
                yield CellProblem(no, key, "phone_repeated", first)


def _code(text: str) -> Finding:
    code = number_of(text)
    return Finding(code) if re.fullmatch(r"[0-9]{12}", code) else Finding(problem="customer_code")


def _name(text: str) -> Finding:
    good = NAME.fullmatch(text) and not FORMULA.match(text) and text.replace("\u3000", " ").isprintable()
    return without_numbers(Finding(text)) if good else Finding(problem="name")


CHECKS: dict[str, Callable[[str], Finding]] = {"customer_code": _code, "licence_holder": _name, "shop_name": _name}


def check_cell(key: str, given: Cell) -> Finding:
    """One cell's plain value; an empty one is empty. A problem never repeats the value (G4)."""
    # What the spreadsheet did to the cell is judged before the value: its text is no longer what was typed.
    if given.formula:
        return Finding(problem="formula")
    if given.unread or ERROR.fullmatch(given.text):
        return Finding(problem="unreadable")
    if UNPRINTED.search(given.text):
        return Finding(problem="unprinted")
    if not given.text:
        return Finding()
    if given.number and (key in EXACT or "e" in given.text or "." in given.text):
        return Finding(problem="float")
    if key in LONG and FLOAT.fullmatch(given.text):
        return Finding(problem="float")
    check = CHECKS.get(key)
    return check(given.text) if check else check_value(FIELDS[key], given.text)


def places_of(sheet: Sheet, off: Collection[str] = ()) -> dict[str, int]:
    """The place of each column, found by Chinese or English title or by key; fields switched off are skipped (R3.2).

    Raises SheetRefused when one is missing, double or unknown. An unknown one is named by its letter: if the file has
    no header, its first line holds values.
    """
    known = {name: key for key in COLUMNS for name in (key, *FIELDS[key].title)} | FORMER | {EXTRA: EXTRA, "": EXTRA}
    places: dict[str, int] = {}
    unknown: list[str] = []
    for place, name in enumerate(sheet.header):
        key = known.get(name)
        if key is None:
            unknown.append(letters(place))
        elif key in places:
            raise SheetRefused(f"列“{name}”出现两次", f"the column “{name}” stands twice", *DELETE)
        elif key != EXTRA:
            places[key] = place
    absent = [key for key in REQUIRED if key not in places and key not in off]
    if absent:
        named = "、".join(FIELDS[key].title[0] for key in absent)
        named_en = ", ".join("{} ({})".format(*FIELDS[key].title) for key in absent)
        raise SheetRefused(f"缺少列:{named}", f"columns are missing: {named_en}", *TEMPLATE)
    if unknown:
        where = ", ".join(unknown)
        raise SheetRefused(f"有不认识的列名(第 {where} 列)", f"the columns {where} have unknown names", *DELETE)
    return {key: place for key, place in places.items() if key not in off}


DELETE = ("请删除该列,或改为模板中的列名。", "Delete the column, or name it as in the template.")


def letters(place: int) -> str:
    """A column as the spreadsheet names it."""
    left, last = divmod(place, 26)
    return (letters(left - 1) if left else "") + chr(65 + last)


def title(key: str) -> str:
    """A column's Chinese title."""
    return FIELDS[key].title[0] if key != WHOLE else "整行"
