"""Words are redacted by whatever way they are written: by a row, by a bulk insert, by an update, inside of JSON."""

from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.runtime.migration import MigrationContext
from sqlalchemy import insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from hub.ports import new_id
from hub.registry.schema import Base, CalendarDay, Leave, PowerCut, StaffNotice, Task
from hub.registry.session import Store
from tests.support import people

CARD, PHONE = people.card(881), "139-1234-5678"
MASKED = CARD[:2] + "*" * 15 + CARD[-2:]
AT = datetime(2026, 1, 2, tzinfo=UTC)
DAY = {"working": False, "by_name": "内管员", "at": AT}

pytestmark = pytest.mark.article("G4")


def test_a_row_has_redacted_words_from_the_moment_on_which_they_are_set() -> None:
    row = Leave(why=f"换卡 {CARD}")
    assert row.why == f"换卡 {MASKED}"
    row.why = f"打 {PHONE}"
    assert "1234" not in row.why
    task = Task(details={"words": [f"卡{CARD}", 5], "agreement_no": "6" * 20, CARD: None})
    assert task.details == {"words": [f"卡{MASKED}", 5], "agreement_no": "6" * 20, MASKED: None}


def test_every_statement_that_binds_words_redacts_them(store: Store) -> None:
    days = [date(2031, 1, day) for day in range(1, 6)]
    with store.transaction() as tx:
        tx.add(CalendarDay(day=days[0], why=CARD, **DAY))
        tx.flush()
        tx.execute(insert(CalendarDay), [{"day": day, "why": CARD, **DAY} for day in days[1:3]])
        put = upsert(CalendarDay).values(day=days[2], why="x", **DAY)
        tx.execute(put.on_conflict_do_update(index_elements=["day"], set_={"why": put.excluded.why + CARD}))
        tx.execute(insert(CalendarDay.__table__).values(day=days[3], why=PHONE, **DAY))
        tx.execute(insert(CalendarDay).values(day=days[4], why="x", **DAY))
        tx.execute(update(CalendarDay).where(CalendarDay.day == days[4]).values(why=f"卡{CARD}"))
        found = tx.scalars(select(CalendarDay.why).order_by(CalendarDay.day)).all()
        assert not [why for why in found if CARD in why or PHONE in why]
        assert tx.scalars(select(CalendarDay.day).where(CalendarDay.why == f"卡{CARD}")).all() == [days[4]]


def test_words_in_lists_and_in_json_are_redacted_and_found_again(store: Store) -> None:
    with store.transaction() as tx:
        people_units = [{"code": "3701", "name": "市公司"}]
        tx.execute(text("INSERT INTO units (code, name) VALUES (:code, :name)"), people_units)
        cut = PowerCut(id=new_id(), unit_code="3701", scope="route", named=["城北一线", CARD], source=CARD)
        cut.begins_at = cut.ends_at = cut.entered_at = AT
        cut.state, cut.entered_by_name, cut.filled_on = "planned", "x", date(2026, 1, 2)
        notice = StaffNotice(id=new_id(), kind="x", article="R1", post="x", unit_code="3701", at=AT, by_name="x")
        notice.details = {"why": CARD, "outage": str(notice.id), "code": "370101000001"}
        tx.add_all([cut, notice])
        tx.flush()
        tx.expire_all()
        assert cut.named == ["城北一线", MASKED] and cut.source == MASKED
        assert notice.details == {"why": MASKED, "outage": str(notice.id), "code": "370101000001"}
        assert (
            tx.scalar(select(StaffNotice.id).where(StaffNotice.details["code"].astext == "370101000001")) == notice.id
        )
        assert tx.scalar(select(PowerCut.id).where(PowerCut.named.contains(["城北一线"]))) == cut.id


def test_the_database_is_as_the_tables_say_and_a_new_migration_names_plain_types(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": Base.metadata})
        other = [each for each in compare_metadata(context, Base.metadata) if "procrastinate" not in str(each)]
        assert not other
        assert "words" not in render_python_code(produce_migrations(context, Base.metadata).upgrade_ops)
