"""Customers' data leaves the hub only by permission, for a purpose, watermarked, and is written down (R18.1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field
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
from hub.ports import new_id, now, today
from hub.registry.customers import customers
from hub.registry.privacy import exports
from hub.registry.schema import Customer, Export, ExportTaking, Unit
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
MOST = 50_000
"""Customers in one export: more is no list to work with."""
DAYS = 3
"""Days for which a permission holds, the day of the signature included."""
TIMES = 3
"""How often it may be taken: the file may get lost on the way."""


class TooMuch(Refusal):
    """A list is no larger than its purpose (R18.1, G2)."""

    article = "R18.1"
    says = ("共 {rows} 户,超过一次导出的上限 {most} 户。", "{rows} customers; an export holds {most} at the most.")
    then = ("请按单位、线路等缩小范围后再申请。", "Narrow it down by unit or route.")


class OwnExport(Refusal):
    """Who asked never signs (I3, R18.1)."""

    article = "R18.1"
    says = ("不能审批本人的导出申请。", "Nobody permits their own export.")
    then = ("请由另一位有审批权的人员审批。", "Let somebody else decide.")


class NotPermittedExport(Refusal):
    """No copy without a permission in force (R18.1)."""

    article, status = "R18.1", 403
    says = ("这项导出{state},不能下载。", "This export may not be taken: {state_en}.")
    then = ("需要时请重新申请并说明用途。", "Ask again and say what it is for.")


class ExportMoved(Refusal):
    """A signature is for what was shown (R18.1)."""

    article = "R18.1"
    says = ("申请内容与您看到的不一致。", "This is not the export that you were shown.")
    then = ("请刷新页面,核对后再审批。", "Reload, check, and decide again.")


@dataclass(frozen=True)
class ExportRequest:
    """What somebody wants to take out: fields by key, values to narrow by, and what it is for."""

    unit_code: str
    fields: Sequence[str]
    filters: Mapping[str, str]
    purpose: str


@operation("exports.ask_export", article="R18.1", posts=ASKS, title=("申请导出", "Ask for an export"), people_only=True)
def ask_export(desk: Desk, wanted: ExportRequest) -> UUID:
    """Write it down and give it to the section chief. Raises BadInput, NotFound, TooMuch."""
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
    row = Export(
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
    desk.tx.add(row)
    desk.tx.flush()
    desk.about("export", row.number)
    chief = Post.SECTION_CHIEF in desk.actor.posts and row.unit_code in desk.covered_units(
        frozenset({Post.SECTION_CHIEF})
    )
    signer = Post.DEPUTY_MANAGER if chief else Post.SECTION_CHIEF
    unit = nearest(desk.tx, signer, row.unit_code)
    open_task(desk, "permit_export", "R18.1", post=signer, unit_code=unit, subject=("export", row.id), days=1)
    return row.id


def _units(desk: Desk, code: str) -> frozenset[str]:
    """The unit and those below it; another's unit looks like none."""
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


def _filters(given: Mapping[str, str]) -> dict[str, str]:
    """What it is narrowed by, without the empty ones."""
    if set(given) - set(exports.FILTERS):
        raise BadInput(field="范围", problem="不能按该字段筛选", mend="请在列出的条件中选择。")
    return {key: redact(value) for key, value in sorted(given.items()) if value}


def _hash(unit_code: str, keys: Sequence[str], filters: Mapping[str, str], purpose: str) -> bytes:
    words = json.dumps([unit_code, list(keys), dict(filters), purpose], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(words.encode()).digest()


@operation(
    "exports.decide_export",
    article="R18.1",
    posts=SIGNS,
    title=("审批导出", "Permit or refuse an export"),
    people_only=True,
)
def decide_export(desk: Desk, export_id: UUID, permit: bool, why: str, shown: str) -> None:
    """Permit it for three days, or refuse it with a reason. `shown`: the hash of what the signer saw, in hex.

    Raises NotFound, OwnExport, ExportMoved, BadInput; a second decision is refused as a step that does not exist.
    """
    row = _export(desk, export_id)
    if row.asked_by == desk.actor.user_id:
        raise OwnExport()
    if shown != row.shown_hash.hex() or row.shown_hash != _hash(row.unit_code, row.fields, row.filters, row.purpose):
        raise ExportMoved()
    if not permit and not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="不同意时请写明理由。")
    _become(row, ExportState.PERMITTED if permit else ExportState.REJECTED)
    row.decided_by_name, row.decided_at, row.why = desk.actor.name, now(), shortened(why, 200) or None
    row.until = today() + timedelta(days=DAYS - 1) if permit else None
    close_tasks(desk, "export", row.id, row.state)
    told = f"export_{row.state}"
    tell(desk, told, "R18.1", [Post.INTERNAL_CONTROL], row.unit_code, number=row.number)
    for post in _posts_of(desk, row.asked_by)[:1]:
        tell(desk, told, "R18.1", [post], row.unit_code, user_id=row.asked_by, number=row.number, why=row.why or "")


def _posts_of(desk: Desk, user_id: UUID) -> list[Post]:
    return [Post(each.post) for each in users.posts_of(desk.tx, user_id) if each.post in ASKS]


@operation(
    "exports.withdraw_export",
    article="R18.1",
    posts=ASKS,
    title=("撤回导出申请", "Take an export back"),
    people_only=True,
)
def withdraw_export(desk: Desk, export_id: UUID) -> None:
    """Who asked does not need it any more; a permission ends too. Raises NotFound."""
    row = _own(desk, export_id)
    _become(row, ExportState.WITHDRAWN)
    close_tasks(desk, "export", row.id, row.state)


@operation(
    "exports.take_export", article="R18.1", posts=ASKS, title=("下载导出文件", "Take an export"), people_only=True
)
def take_export(desk: Desk, export_id: UUID) -> File:
    """The file as the data is now; written down with its sum. Raises NotFound, NotPermittedExport."""
    row = _own(desk, export_id)
    taken = exports.takings(desk.tx, row.id)
    if row.state != ExportState.PERMITTED or row.until is None or row.until < today() or len(taken) >= TIMES:
        used_up = row.state == ExportState.PERMITTED
        state = (
            ("已过期或已下载满三次", "over, or taken three times") if used_up else STATE_WORDS[ExportState(row.state)]
        )
        raise NotPermittedExport(state=state[0], state_en=state[1])
    off = customers.switched_off(desk.tx)
    fields = [FIELDS[key] for key in row.fields if key not in off]
    mark = Mark(row.number, desk.actor.name, now(), row.purpose)
    units = _units(desk, row.unit_code)
    shut: list[str] = []
    lines = (_line(desk, each, fields, shut) for each in exports.customers(desk.tx, units, row.filters))
    file = written(mark, [field.title[0] for field in fields], lines)
    desk.tx.add(
        ExportTaking(
            id=new_id(),
            export_id=row.id,
            at=now(),
            by_name=desk.actor.name,
            address=desk.address,
            rows=file.rows,
            sha256=hashlib.sha256(file.content).digest(),
        )
    )
    desk.audit_detail |= {"rows": file.rows, "sha256": hashlib.sha256(file.content).hexdigest()}
    desk.audit_detail |= {"unreadable": len(shut)} if shut else {}
    return file


def _line(desk: Desk, customer: Customer, fields: Sequence[Field], shut: list[str]) -> list[str]:
    """A customer's cells; the keys of those that could not be read go into `shut`."""
    cells = [field_value(desk, customer, field) for field in fields]
    pairs = zip(fields, cells, strict=True)
    shut += [field.key for field, cell in pairs if field.sensitive and condition_of(cell) == "unreadable"]
    return cells


STATE_WORDS = {
    ExportState.ASKED: ("还没有批准", "not permitted yet"),
    ExportState.REJECTED: ("没有批准", "refused"),
    ExportState.WITHDRAWN: ("已撤回", "taken back"),
    ExportState.OVER: ("已过期", "over"),
}


@dataclass(frozen=True)
class ExportView:
    """An export and every file that left under it."""

    export: Export
    takings: list[ExportTaking]


@dataclass(frozen=True)
class ExportPage:
    """Exports, newest first, and what the caller may ask for."""

    exports: list[ExportView]
    fields: list[Field]
    units: list[Unit]


@operation(
    "exports.list_exports", article="R18.1", posts=ASKS, title=("查看导出", "See exports"), changes=False, audited=False
)
def list_exports(desk: Desk) -> ExportPage:
    """Exports of the caller's units."""
    rows = exports.listed(desk.tx, desk.units, desk.actor.user_id, 100)
    off = customers.switched_off(desk.tx)
    return ExportPage(
        [ExportView(row, exports.takings(desk.tx, row.id)) for row in rows],
        [field for field in FIELDS.values() if field.key not in off],
        [unit for unit in users.units(desk.tx) if desk.units is None or unit.code in desk.units],
    )


def expire(desk: Desk) -> int:
    """Permissions whose last day is over end; the hub's own step."""
    rows = exports.past(desk.tx, ExportState.PERMITTED, today(), 100)
    for row in rows:
        _become(row, ExportState.OVER)
    return len(rows)


def _become(row: Export, state: ExportState) -> None:
    if state not in EXPORT[ExportState(row.state)]:
        raise Stale(what="导出申请")
    row.state = state


def _export(desk: Desk, export_id: UUID) -> Export:
    row = exports.get(desk.tx, export_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="导出申请")
    desk.about("export", row.number)
    desk.at_unit = row.unit_code
    return row


def _own(desk: Desk, export_id: UUID) -> Export:
    row = _export(desk, export_id)
    if row.asked_by != desk.actor.user_id:
        raise NotFound(what="导出申请")
    return row
