"""New entrants: the licence officer's list in, checked line by line, an onboarding opened for each (R7.1)."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import check_value
from hub.domain.customers.input_problems import problem
from hub.domain.inputs import FieldValues
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.phones.duplicates import may_share, shared
from hub.operations.unit_lists.listed import is_listed, keep_to_list
from hub.operations.views import view
from hub.ports import new_id, now
from hub.registry.customers import customers
from hub.registry.onboarding import imports
from hub.registry.schema import ImportRun
from hub.registry.staff import users
from hub.registry.vault import SYSTEM

from .files.columns import COLUMNS, REQUIRED, CellProblem, Checker, NewEntrant, places_of, title
from .files.open_file import open_sheet
from .files.returned_lines import returned
from .files.sheet import Cell, Line, Sheet
from .import_progress import Progress, claim, progress_of
from .registration import enter

BRINGS = {Post.LICENCE_OFFICER, Post.STATISTICS_CLERK}
# Lines that are entered together: few enough for the progress to move every second or two.
BATCH = 2_000
# Problems of cells that a run keeps for its page; the returned file has all of them.
SHOWN = 200
# Called with the lines done and the lines in all.
Report = Callable[[int, int], None]


class NotOpen(Refusal):
    """The list was applied already (R7.1)."""

    article = "R7.1"
    says = ("这份名单已经导入过,没有再次导入。", "This list was imported already; nothing was changed.")
    then = ("如有新增客户,请另传一份名单。", "For new customers send another list.")


@dataclass(frozen=True)
class ImportView:
    """An uploaded list: what is wrong with its lines, and how far its import is."""

    id: UUID
    file_name: str
    state: str
    lines: int
    good: int
    bad: int
    unchanged: int
    problems: dict[str, Any]
    by_name: str
    at: datetime
    applied_at: datetime | None
    progress: Progress | None


def _view(desk: Desk, run: ImportRun) -> ImportView:
    return view(ImportView, run, progress=progress_of(desk, run.id))


@operation(
    "onboarding.preview_import",
    article="R7.1",
    posts=BRINGS,
    title=("预览新入网名单", "Preview a list of new entrants"),
)
def preview_import(desk: Desk, file_name: str, content: bytes) -> ImportView:
    """Check a list line by line without taking anything in. The same file gives the same run. Raises SheetRefused."""
    digest = hashlib.sha256(content).digest()
    # By content and user: a double click, or the same file again, must not become a second list.
    known = imports.by_digest(desk.tx, digest, desk.actor.user_id)
    if known is not None:
        return _view(desk, known)
    run = ImportRun(
        id=new_id(),
        file_name=shortened(file_name, 200),
        sha256=digest,
        state="previewed",
        by_user=desk.actor.user_id,
        by_name=desk.actor.name,
        at=now(),
    )
    sheet, checked = _checked(desk, content)
    bad: list[tuple[Line, tuple[CellProblem, ...]]] = []
    run.lines = run.unchanged = 0
    for line, outcome in checked:
        run.lines += 1
        if isinstance(outcome, tuple):
            bad.append((line, outcome))
    run.good, run.bad = run.lines - len(bad), len(bad)
    _keep(desk, run, content, sheet, bad)
    return _view(desk, run)


def _keep(
    desk: Desk, run: ImportRun, content: bytes, sheet: Sheet, bad: list[tuple[Line, tuple[CellProblem, ...]]]
) -> None:
    """Keep the file and its returned lines sealed, and the first problems in words, without any value."""
    run.file_sealed = desk.vault.seal(SYSTEM, f"import_runs.file_sealed:{run.id}", content)
    run.returned_sealed = _sealed_return(desk, run, sheet, bad)
    run.problems = {"cells": [_plain(cell) for _, cells in bad for cell in cells][:SHOWN]}
    desk.tx.add(run)
    desk.tx.flush()
    desk.about("import", str(run.id))
    desk.audit_detail |= {"lines": run.lines, "good": run.good, "bad": run.bad}


def _sealed_return(
    desk: Desk, run: ImportRun, sheet: Sheet, bad: list[tuple[Line, tuple[CellProblem, ...]]]
) -> bytes | None:
    if not bad:
        return None
    return desk.vault.seal(SYSTEM, f"import_runs.returned_sealed:{run.id}", returned(sheet, bad))


def _plain(cell: CellProblem) -> dict[str, object]:
    words = problem(cell.key)
    return {
        "line": cell.line,
        "column": title(cell.column),
        "problem": list(words.problem),
        "mend": list(words.mend),
        "other": cell.other,
    }


def _checked(desk: Desk, content: bytes) -> tuple[Sheet, Iterator[tuple[Line, NewEntrant | tuple[CellProblem, ...]]]]:
    sheet = open_sheet(content)
    units = frozenset(unit.code for unit in users.units(desk.tx))
    off = customers.switched_off(desk.tx)
    checker = Checker(places_of(sheet, off), units, desk.units, off, may_share(desk), is_listed(desk))
    return sheet, ((line, checker.check(line)) for line in sheet.lines())


@operation(
    "onboarding.begin_import",
    article="R7.1",
    posts=BRINGS,
    title=("开始导入新入网名单", "Begin to import a list"),
    audited=False,
)
def begin_import(desk: Desk, import_id: UUID) -> bool:
    """Claim an import whose progress will be reported; False when it is under way already. Raises NotFound."""
    _own(desk, import_id)
    return claim(desk, import_id)


@operation(
    "onboarding.apply_import", article="R7.1", posts=BRINGS, title=("导入新入网名单", "Import a list of new entrants")
)
def apply_import(desk: Desk, import_id: UUID, report: Report | None = None) -> ImportView:
    """Register the good lines, all or none of them; a customer who is registered already does not change.

    Bad lines, and lines that clash with the registry, are in the returned file. Raises NotFound, NotOpen.
    """
    _own(desk, import_id)
    # The row's lock lets it happen only once: a second apply waits here and then finds the list applied.
    run = imports.get(desk.tx, import_id, lock=True)
    assert run is not None
    if run.state != "previewed" or run.file_sealed is None:
        raise NotOpen()
    # Checked again from the sealed file: units, lists and permits may have changed since the preview.
    content = desk.vault.open(SYSTEM, f"import_runs.file_sealed:{run.id}", run.file_sealed)
    sheet, checked = _checked(desk, content)
    run.good = run.bad = run.unchanged = 0
    bad: list[tuple[Line, tuple[CellProblem, ...]]] = []
    done = 0
    while batch := list(islice(checked, BATCH)):
        bad += [(line, outcome) for line, outcome in batch if isinstance(outcome, tuple)]
        entrants = {outcome.line: (line, outcome) for line, outcome in batch if isinstance(outcome, NewEntrant)}
        entered = enter(desk, [entrant for _, entrant in entrants.values()], run.id)
        bad += [(entrants[no][0], clash) for no, clash in entered.clashes.items()]
        run.good += entered.new
        run.unchanged += entered.unchanged
        done += len(batch)
        if report is not None:
            report(done, max(run.lines, done))
    run.bad = len(bad)
    # The file is dropped: what it holds now stands in the registry, under each customer's own key.
    run.state, run.applied_at, run.file_sealed = "applied", now(), None
    run.returned_sealed = _sealed_return(desk, run, sheet, sorted(bad, key=lambda pair: pair[0].no))
    run.problems = {"cells": [_plain(cell) for _, cells in bad for cell in cells][:SHOWN]}
    desk.about("import", str(run.id))
    desk.audit_detail |= {"new": run.good, "unchanged": run.unchanged, "bad": run.bad}
    return _view(desk, run)


@operation(
    "onboarding.returned_file",
    article="R7.1",
    posts=BRINGS,
    title=("取退回名单", "Fetch the returned lines"),
    changes=False,
)
def returned_file(desk: Desk, import_id: UUID) -> bytes:
    """The bad lines as XLSX, each with what is wrong and how to correct it. Raises NotFound when there are none."""
    run = _own(desk, import_id)
    if run.returned_sealed is None:
        raise NotFound(what="退回名单")
    return desk.vault.open(SYSTEM, f"import_runs.returned_sealed:{run.id}", run.returned_sealed)


@operation(
    "onboarding.list_imports",
    article="R7.1",
    posts=BRINGS,
    title=("查看导入记录", "See imports"),
    changes=False,
    audited=False,
)
def list_imports(desk: Desk) -> list[ImportView]:
    """The caller's last imports, newest first."""
    return [_view(desk, run) for run in imports.recent(desk.tx, desk.actor.user_id)]


@operation(
    "onboarding.show_import",
    article="R7.1",
    posts=BRINGS,
    title=("查看一次导入", "See an import"),
    changes=False,
    audited=False,
)
def show_import(desk: Desk, import_id: UUID) -> ImportView:
    """One of the caller's imports. Raises NotFound."""
    return _view(desk, _own(desk, import_id))


def _own(desk: Desk, import_id: UUID) -> ImportRun:
    run = imports.get(desk.tx, import_id)
    if run is None or (desk.actor.user_id is not None and run.by_user != desk.actor.user_id):
        raise NotFound(what="导入名单")
    desk.about("import", str(run.id))
    return run


@operation("onboarding.add_new_entrant", article="R7.1", posts=BRINGS, title=("登记新入网户", "Enter one new entrant"))
def add_new_entrant(desk: Desk, values: FieldValues) -> UUID:
    """Enter one new entrant with the checks of the list; the same one twice changes nothing.

    Raises BadInput, NotListed, and SharedPhone for a number that somebody has (R12.3).
    """
    units = frozenset(unit.code for unit in users.units(desk.tx))
    off = customers.switched_off(desk.tx)
    unknown = [key for key in values if key not in COLUMNS or key in off]
    if unknown:
        raise BadInput(field=shortened(unknown[0], 40), problem="没有这个字段", mend="请使用名单模板的列名。")
    keys = [*dict.fromkeys([*REQUIRED, *values])]
    places = {key: place for place, key in enumerate(keys) if key not in off}
    checker = Checker(places, units, desk.units, off, listed=is_listed(desk))
    outcome = checker.check(Line(1, tuple(Cell(values.get(key, "").strip()) for key in keys)))
    if isinstance(outcome, NewEntrant):
        entered = enter(desk, [outcome], None)
        if not entered.clashes:
            return entered.ids[outcome.values["customer_code"]]
        outcome = entered.clashes[1]
    cell = outcome[0]
    if cell.key == "phone_held":
        raise shared(desk, check_value(FIELDS[cell.column], values[cell.column]).value, None)
    if cell.key == "not_listed":
        keep_to_list(
            desk, values["unit_code"].strip(), cell.column, check_value(FIELDS[cell.column], values[cell.column]).value
        )
    words = problem(cell.key)
    raise BadInput(field=title(cell.column), problem=words.problem, mend=words.mend)
