"""No data leaves without a permission: asked for, signed by another, marked, counted, written down (R18.1)."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from hub.domain.refusals import BadInput, NotFound, NotPermitted, Stale
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.customers import field_switches
from hub.operations.office import Office
from hub.operations.privacy import exports
from hub.operations.privacy.export_workbook import File
from hub.operations.privacy.exports import ExportMoved, ExportRequest, NotPermittedExport, OwnExport, TooMuch
from hub.operations.tasks.tasks import inbox
from hub.ports import new_id
from hub.registry.schema import AuditRow, Customer, Export, ExportTaking, StaffNotice, Task
from tests.support import people
from tests.support.clocks import Clock

pytestmark = pytest.mark.article("R18.1")
CHIEF = Actor(new_id(), "科长甲", frozenset({(Post.SECTION_CHIEF, "3701")}))
BOTH = Actor(people.CLERK_ID, "统计员甲", people.CLERK.grants | CHIEF.grants)
FIELDS = ("customer_code", "shop_name", "order_phone", "order_method")


def customer(office: Office, number: int, **columns: str) -> Customer:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        for key, value in columns.items():
            setattr(row, key, value)
        return row


def asked(office: Office, **changed: object) -> UUID:
    given = {"unit_code": people.UNIT, "fields": FIELDS, "filters": {}, "purpose": "核对线路,交配送中心"} | changed
    return office.perform(people.CLERK, exports.ask_export, ExportRequest(**given))  # type: ignore[arg-type]


def shown(office: Office, export_id: UUID) -> str:
    with office.store.transaction() as tx:
        row = tx.get(Export, export_id)
        assert row is not None
        return row.shown_hash.hex()


def permit(office: Office, export_id: UUID) -> None:
    office.perform(CHIEF, exports.decide_export, export_id, True, shown(office, export_id))


def take(office: Office, export_id: UUID) -> File:
    return office.perform(people.CLERK, exports.take_export, export_id)


def test_a_file_leaves_after_a_permission_with_its_mark_on_every_row_and_is_written_down(office: Office) -> None:
    customer(office, 1, shop_name="=HYPERLINK(1)")
    customer(office, 2)
    export_id = asked(office)
    with office.desk(CHIEF) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["permit_export"]
    with pytest.raises(NotPermittedExport):
        take(office, export_id)
    permit(office, export_id)
    file = take(office, export_id)
    lines = CalamineWorkbook.from_filelike(BytesIO(file.content)).get_sheet_by_index(0).to_python()
    assert "统计员甲" in str(lines[0][0]) and "核对线路" in str(lines[0][0])
    assert lines[1] == ["客户代码", "店名", "订货电话", "订货方式", "导出编号"]
    number = file.name.removesuffix(".xlsx")
    assert [line[-1] for line in lines[2:]] == [number, number]
    assert lines[2][1] == "=HYPERLINK(1)", "a value is text, never a formula"
    with office.store.transaction() as tx:
        taking = tx.scalars(select(ExportTaking)).one()
        assert (taking.rows, taking.sha256) == (2, hashlib.sha256(file.content).digest())
        line = tx.scalars(select(AuditRow).where(AuditRow.operation == "exports.take_export")).all()[-1]
        assert line.object_id == number and line.detail["rows"] == 2


def test_sensitive_values_are_masked_and_a_field_switched_off_is_in_no_export(office: Office) -> None:
    customer(office, 1)
    export_id = asked(office)
    permit(office, export_id)
    assert b"13900000001" not in take(office, export_id).content
    lines = CalamineWorkbook.from_filelike(BytesIO(take(office, export_id).content)).get_sheet_by_index(0).to_python()
    assert lines[2][2] == "139****0001"
    office.perform(people.CENTRE, field_switches.switch_field, "order_method", True, "停用")
    lines = CalamineWorkbook.from_filelike(BytesIO(take(office, export_id).content)).get_sheet_by_index(0).to_python()
    assert "订货方式" not in lines[1]
    with pytest.raises(BadInput):
        asked(office)


def test_nobody_signs_their_own_nor_what_they_were_not_shown(office: Office) -> None:
    export_id = asked(office)
    with pytest.raises(OwnExport):
        office.perform(BOTH, exports.decide_export, export_id, True, shown(office, export_id))
    with pytest.raises(ExportMoved):
        office.perform(CHIEF, exports.decide_export, export_id, True, "00")
    with pytest.raises(BadInput):
        office.perform(CHIEF, exports.decide_export, export_id, False, shown(office, export_id), " ")
    office.perform(CHIEF, exports.decide_export, export_id, False, shown(office, export_id), "用途不明")
    with pytest.raises(Stale):
        permit(office, export_id)
    with pytest.raises(NotPermittedExport):
        take(office, export_id)


def test_a_permission_ends_after_three_days_and_three_takings(office: Office, clock: Clock) -> None:
    customer(office, 1)
    first, second = asked(office), asked(office)
    permit(office, first)
    permit(office, second)
    for _ in range(3):
        take(office, first)
    with pytest.raises(NotPermittedExport):
        take(office, first)
    clock.on(days=3)
    with pytest.raises(NotPermittedExport):
        take(office, second)
    with office.desk(HUB) as desk:
        assert exports.expire(desk) == 2
    with pytest.raises(NotPermittedExport, match="over"):
        take(office, second)


def test_what_is_asked_for_needs_a_purpose_a_unit_of_ones_own_and_a_size(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer(office, 1)
    for wrong in ({"purpose": "用"}, {"fields": ()}, {"fields": ("password",)}, {"filters": {"shop_name": "x"}}):
        with pytest.raises(BadInput):
            asked(office, **wrong)
    county = Actor(people.CLERK_ID, "县统计员", frozenset({(Post.STATISTICS_CLERK, people.UNIT)}))
    with pytest.raises(NotFound):
        office.perform(county, exports.ask_export, ExportRequest("370102", FIELDS, {}, "核对线路"))
    driver = Actor(people.CLERK_ID, "送货员", frozenset({(Post.DELIVERY_DRIVER, people.UNIT)}))
    with pytest.raises(NotPermitted):
        office.perform(driver, exports.ask_export, ExportRequest(people.UNIT, FIELDS, {}, "核对线路"))
    monkeypatch.setattr(exports, "MOST", 0)
    with pytest.raises(TooMuch):
        asked(office)


def test_a_list_is_narrowed_and_only_who_asked_takes_it(office: Office) -> None:
    customer(office, 1, stage="lapsed")
    customer(office, 2)
    export_id = asked(office, filters={"stage": "lapsed", "order_method": ""})
    permit(office, export_id)
    assert take(office, export_id).rows == 1
    with pytest.raises(NotFound):
        office.perform(CHIEF, exports.take_export, export_id)
    office.perform(people.CLERK, exports.withdraw_export, export_id)
    with pytest.raises(NotPermittedExport, match="taken back"):
        take(office, export_id)


def test_many_who_ask_at_once_get_a_number_each(office: Office) -> None:
    customer(office, 1)
    with ThreadPoolExecutor(6) as pool:
        asked_for = set(pool.map(lambda number: asked(office, purpose=f"核对线路第{number}份"), range(6)))
    with office.store.transaction() as tx:
        assert len(asked_for) == 6
        assert sorted(tx.scalars(select(Export.number)))[-1].endswith("-006")


def test_the_asker_is_told_and_a_chiefs_own_export_goes_to_the_deputy_manager(office: Office) -> None:
    customer(office, 1)
    permit(office, asked(office))
    with office.store.transaction() as tx:
        told = tx.scalars(select(StaffNotice).where(StaffNotice.user_id == people.CLERK_ID)).one()
        assert told.kind == "export_permitted"
    given = ExportRequest(people.UNIT, FIELDS, {}, "科长核对线路")
    export_id = office.perform(BOTH, exports.ask_export, given)
    with office.store.transaction() as tx:
        [task] = tx.scalars(select(Task).where(Task.subject_id == export_id))
        assert task.post == Post.DEPUTY_MANAGER
