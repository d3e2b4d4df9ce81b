"""Exports of customers' data: by permission, for a purpose, watermarked, each file on record (R18.1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field, words_of
from hub.domain.inputs import Code, Label, OptionalText, Text
from hub.domain.privacy.redaction import redact, shortened
from hub.domain.refusals import BadInput, NotFound, Refusal, Stale
from hub.domain.staff.posts import Post
from hub.domain.states import EXPORT, ExportState
from hub.operations.customers.profile import field_value
from hub.operations.desk import Desk
from hub.operations.grants import nearest
from hub.operations.not_readable import condition_of
from hub.operations.operation import operation
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import new_id, now, today
from hub.registry.customers import customers
from hub.registry.privacy import exports
from hub.registry.schema import Customer, Export, ExportTaking
from hub.registry.staff import users

from .export_workbook import File, Mark, written

ASKS = {
    Post.STATISTICS_CLERK,
    Post.ACCOUNT_MANAGER,
    Post.SECTION_CHIEF,
    Post.DEPUTY_MANAGER,
    Post.INTERNAL_CONTROL,
    Post.INFORMATION_CENTRE,
}
SIGNS = {Post.SECTION_CHIEF, Post.DEPUTY_MANAGER}
# Most customers in one export: nobody works through a longer list.
MOST = 50_000
# Days for which a permission holds, the day of the signature included.
DAYS = 3
# How often the file may be downloaded: it may get lost on the way.
TIMES = 3


class TooMuch(Refusal):
    """A list is no larger than its purpose needs (R18.1, G2)."""

    article = "R18.1"
    says = ("共 {rows} 户,超过一次导出的上限 {most} 户。", "{rows} customers; an export holds at most {most}.")
    then = ("请按单位、线路等缩小范围后再申请。", "Narrow it down by unit or route.")


class OwnExport(Refusal):
    """The requester never signs (I3, R18.1)."""

    article = "R18.1"
    says = ("不能审批本人的导出申请。", "You cannot decide on your own export.")
    then = ("请由另一位有审批权的人员审批。", "Ask a colleague who may decide.")


class NotPermittedExport(Refusal):
    """No copy without a permission in force (R18.1)."""

    article, status = "R18.1", 403
    says = ("这项导出{state},不能下载。", "This export may not be taken: {state_en}.")
    then = ("需要时请重新申请并说明用途。", "Ask again and say what it is for.")


class ExportMoved(Refusal):
    """A signature covers exactly what was shown (R18.1)."""

    article = "R18.1"
    says = ("申请内容与您看到的不一致。", "This is not the export that you were shown.")
    then = ("请重新查看,核对后再审批。", "Look at it again, check, and decide again.")


@dataclass(frozen=True)
class ExportRequest:
    """What is to be exported: fields by key, values to narrow by, and what it is for."""

    unit_code: Annotated[Code, Label("单位", "Unit")]
    fields: Annotated[list[Code], Label("字段", "Fields")]
    filters: dict[str, str] = field(default_factory=dict)
    purpose: Annotated[OptionalText, Label("用途", "Purpose")] = ""


@operation("exports.ask_export", article="R18.1", posts=ASKS, title=("申请导出", "Ask for an export"), people_only=True)
def ask_export(desk: Desk, wanted: ExportRequest) -> UUID:
    """Ask for an export; the section chief, or above a chief the deputy manager, has a task. Returns its id.

    Raises BadInput, NotFound, TooMuch.
    """
    units = _units(desk, wanted.unit_code)
    keys = _fields(desk, wanted.fields)
    filters = _filters(wanted.filters)
    purpose = shortened(wanted.purpose, 200)
    if len(purpose) < 4:
        raise BadInput(field="用途", problem="没有说明用途", mend="请写明导出做什么用、给谁用。")
    rows = exports.count(desk.tx, units, filters)
    if rows > MOST:
        raise TooMuch(rows=rows, most=MOST)
    assert desk.actor.user_id is not None
    day = today()
    # next_number holds a lock until the commit, so that numbers have no gaps and none is given twice.
    export = Export(
        id=new_id(),
        number=f"DC{day:%Y%m%d}-{exports.next_number(desk.tx, day):03d}",
        unit_code=wanted.unit_code,
        fields=keys,
        filters=filters,
        purpose=purpose,
        shown_hash=_hash(wanted.unit_code, keys, filters, purpose),
        rows=rows,
        state=ExportState.ASKED,
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_at=now(),
    )
    desk.tx.add(export)
    desk.tx.flush()
    desk.about("export", export.number)
    # A section chief of the unit does not sign for themselves: it is the deputy manager's turn.
    led = desk.covered_units(frozenset({Post.SECTION_CHIEF})) if Post.SECTION_CHIEF in desk.actor.posts else ()
    signer = Post.DEPUTY_MANAGER if export.unit_code in led else Post.SECTION_CHIEF
    unit = nearest(desk.tx, signer, export.unit_code)
    open_task(desk, "permit_export", "R18.1", post=signer, unit_code=unit, subject=("export", export.id), days=1)
    return export.id


def _units(desk: Desk, code: str) -> frozenset[str]:
    """The unit and those below it; a unit of others is as unknown as one that does not exist."""
    if users.unit(desk.tx, code) is None or (desk.units is not None and code not in desk.units):
        raise NotFound(what="单位")
    return users.units_below(desk.tx, {code})


def _fields(desk: Desk, wanted: Sequence[str]) -> list[str]:
    """The keys in the catalogue's order; one that is switched off is in no export (R3.2)."""
    off = customers.switched_off(desk.tx)
    unknown = [key for key in wanted if key not in FIELDS or key in off]
    if unknown or not wanted:
        raise BadInput(field="字段", problem="没有选择字段,或字段已停用", mend="请在列出的字段中选择。")
    return [key for key in FIELDS if key in wanted]


def _filters(filters: Mapping[str, str]) -> dict[str, str]:
    """The filters without the empty ones."""
    if set(filters) - set(exports.FILTERS):
        raise BadInput(field="范围", problem="不能按该字段筛选", mend="请在列出的条件中选择。")
    return {key: redact(text) for key, text in sorted(filters.items()) if text}


def _hash(unit_code: str, keys: Sequence[str], filters: Mapping[str, str], purpose: str) -> bytes:
    # Sorted keys and fields in the catalogue's order: the same request always has the same hash.
    words = json.dumps([unit_code, list(keys), dict(filters), purpose], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).digest()


@operation(
    "exports.decide_export",
    article="R18.1",
    posts=SIGNS,
    title=("审批导出", "Permit or refuse an export"),
    people_only=True,
)
def decide_export(
    desk: Desk,
    export_id: UUID,
    permit: Annotated[bool, Label("同意", "Permit")],
    shown: Text,
    why: Annotated[OptionalText, Label("意见", "Remark")] = "",
) -> None:
    """Permit an export for three days, or refuse it with a reason. `shown`: the hash of what the signer saw, in hex.

    Raises NotFound, OwnExport, ExportMoved, BadInput; Stale for a second decision.
    """
    export = _export(desk, export_id)
    if export.asked_by == desk.actor.user_id:
        raise OwnExport()
    present = _hash(export.unit_code, export.fields, export.filters, export.purpose)
    # Both: the signer saw this hash, and the row still has what it was made of.
    if shown != export.shown_hash.hex() or export.shown_hash != present:
        raise ExportMoved()
    if not permit and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    _become(export, ExportState.PERMITTED if permit else ExportState.REJECTED)
    export.decided_by_name, export.decided_at, export.why = desk.actor.name, now(), shortened(why, 200) or None
    export.until = today() + timedelta(days=DAYS - 1) if permit else None
    close_tasks(desk, "export", export.id, export.state)
    kind, unit, number = f"export_{export.state}", export.unit_code, export.number
    tell(desk, kind, "R18.1", [Post.INTERNAL_CONTROL], unit, number=number)
    # Any one of the asker's posts: the notice is for this person, not the post.
    for post in _posts_of(desk, export.asked_by)[:1]:
        tell(desk, kind, "R18.1", [post], unit, user_id=export.asked_by, number=number, why=export.why or "")


def _posts_of(desk: Desk, user_id: UUID) -> list[Post]:
    return [Post(held.post) for held in users.posts_of(desk.tx, user_id) if held.post in ASKS]


@operation(
    "exports.withdraw_export",
    article="R18.1",
    posts=ASKS,
    title=("撤回导出申请", "Take an export back"),
    people_only=True,
)
def withdraw_export(desk: Desk, export_id: UUID) -> None:
    """Take one's own request back; a permission ends too. Raises NotFound, Stale."""
    export = _own(desk, export_id)
    _become(export, ExportState.WITHDRAWN)
    close_tasks(desk, "export", export.id, export.state)


@operation(
    "exports.take_export", article="R18.1", posts=ASKS, title=("下载导出文件", "Take an export"), people_only=True
)
def take_export(desk: Desk, export_id: UUID) -> File:
    """Make the file of today's data, and record it with its digest. Raises NotFound, NotPermittedExport."""
    # Locked, so that two downloads at once are counted one after the other.
    export = _own(desk, export_id)
    _refuse_unpermitted(desk, export)
    # A field that was switched off since the signature is left out (R3.2).
    off = customers.switched_off(desk.tx)
    columns = [FIELDS[key] for key in export.fields if key not in off]
    mark = Mark(export.number, desk.actor.name, now(), export.purpose)
    units = _units(desk, export.unit_code)
    shut: list[str] = []
    lines = (_line(desk, customer, columns, shut) for customer in exports.customers(desk.tx, units, export.filters))
    file = written(mark, [column.title[0] for column in columns], lines)
    # `lines` has been read to its end by now, so that `shut` is complete.
    digest = hashlib.sha256(file.content)
    desk.tx.add(
        ExportTaking(
            id=new_id(),
            export_id=export.id,
            at=now(),
            by_name=desk.actor.name,
            address=desk.address,
            rows=file.rows,
            sha256=digest.digest(),
        )
    )
    desk.audit_detail |= {"rows": file.rows, "sha256": digest.hexdigest()}
    desk.audit_detail |= {"unreadable": len(shut)} if shut else {}
    return file


def _refuse_unpermitted(desk: Desk, export: Export) -> None:
    taken = len(exports.takings(desk.tx, export.id))
    if export.state != ExportState.PERMITTED:
        state = STATE_WORDS[ExportState(export.state)]
    elif export.until is None or export.until < today() or taken >= TIMES:
        state = ("已过期或已下载满三次", "over, or taken three times")
    else:
        return
    raise NotPermittedExport(state=state[0], state_en=state[1])


def _line(desk: Desk, customer: Customer, columns: Sequence[Field], shut: list[str]) -> list[str]:
    """A customer's cells; the keys of those that could not be read go into `shut`."""
    values = [field_value(desk, customer, column) for column in columns]
    pairs = list(zip(columns, values, strict=True))
    shut += [column.key for column, text in pairs if condition_of(text) == "unreadable"]
    return [words_of(desk.known_field(column), text)[0] for column, text in pairs]


STATE_WORDS = {
    ExportState.ASKED: ("还没有批准", "not permitted yet"),
    ExportState.REJECTED: ("没有批准", "refused"),
    ExportState.WITHDRAWN: ("已撤回", "taken back"),
    ExportState.OVER: ("已过期", "over"),
}


@dataclass(frozen=True)
class Taking:
    """A file that left; `sha256` in hex."""

    at: datetime
    by_name: str
    rows: int
    sha256: str


@dataclass(frozen=True)
class ExportView:
    """An export and every file that left under it; `shown` is what a signer signs."""

    id: UUID
    number: str
    unit_code: str
    fields: list[str]
    filters: dict[str, str]
    purpose: str
    shown: str
    rows: int
    state: str
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    why: str | None
    until: date | None
    takings: list[Taking]


@dataclass(frozen=True)
class ExportPage:
    """Exports, newest first, and what the caller may ask for: fields by key, units by code with their names."""

    exports: list[ExportView]
    fields: list[str]
    units: dict[str, str]


@operation(
    "exports.list_exports", article="R18.1", posts=ASKS, title=("查看导出", "See exports"), changes=False, audited=False
)
def list_exports(desk: Desk) -> ExportPage:
    """Exports of the caller's units, newest first."""
    off = customers.switched_off(desk.tx)
    units = (unit for unit in users.units(desk.tx) if desk.units is None or unit.code in desk.units)
    return ExportPage(
        [_view(desk, export) for export in exports.listed(desk.tx, desk.units, desk.actor.user_id, 100)],
        [key for key in FIELDS if key not in off],
        {unit.code: unit.name for unit in units},
    )


def _view(desk: Desk, export: Export) -> ExportView:
    takings = [view(Taking, taking, sha256=taking.sha256.hex()) for taking in exports.takings(desk.tx, export.id)]
    return view(ExportView, export, shown=export.shown_hash.hex(), takings=takings)


def expire(desk: Desk) -> int:
    """End permissions whose last day is over; returns how many. A periodic step of the hub."""
    past = exports.past(desk.tx, ExportState.PERMITTED, today(), 100)
    for export in past:
        _become(export, ExportState.OVER)
    return len(past)


def _become(export: Export, state: ExportState) -> None:
    # Not a bug of ours but a second decision, so a refusal rather than WrongStep.
    if state not in EXPORT[ExportState(export.state)]:
        raise Stale(what="导出申请")
    export.state = state


def _export(desk: Desk, export_id: UUID) -> Export:
    export = exports.get(desk.tx, export_id)
    if export is None or (desk.units is not None and export.unit_code not in desk.units):
        raise NotFound(what="导出申请")
    desk.about("export", export.number)
    desk.at_unit = export.unit_code
    return export


def _own(desk: Desk, export_id: UUID) -> Export:
    export = _export(desk, export_id)
    # As unknown as another unit's: the file is for whoever asked for it.
    if export.asked_by != desk.actor.user_id:
        raise NotFound(what="导出申请")
    return export
