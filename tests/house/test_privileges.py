"""Each table has its line about what the application's database role may do with it."""

import ast
import re

import pytest

from hub.registry.database.table_privileges import DECIDED, KEPT, PASSING, QUEUE, READ, entered, filled_later, on_table
from hub.registry.schema import Base
from hub.registry.schema.append_only import TABLES

from .sources import Source, broken, product

DELETES = re.compile(r"\bDELETE\s+FROM\s+(\w+)|\bTRUNCATE\s+(?:TABLE\s+)?(\w+)")
RULES = "hub/registry/schema/append_only.py"


def test_every_table_is_decided_and_once() -> None:
    tables = set(Base.metadata.tables)
    undecided = sorted(tables - DECIDED)
    assert not undecided, broken("a table without a line in hub/registry/database/table_privileges.py", undecided)
    assert PASSING | KEPT | TABLES.keys() == tables, "a line about a table that is not there"
    kinds = [PASSING, KEPT, frozenset(TABLES), QUEUE, READ]
    assert sum(map(len, kinds)) == len(DECIDED), "a table with two lines"


def test_what_is_written_once_is_at_most_filled_in_later() -> None:
    for table in TABLES:
        assert on_table(table) | {"INSERT" for _ in entered(table)[:1]} == {"SELECT", "INSERT"}
        assert set(filled_later(table)) <= set(Base.metadata.tables[table].columns.keys())
    assert "alembic_version" in READ and on_table("alembic_version") == {"SELECT"}


def test_no_row_of_the_audit_is_entered_with_a_place_in_the_chain() -> None:
    columns = set(Base.metadata.tables["audit"].columns.keys())
    assert set(entered("audit")) == columns - {"chain_no", "chain_hash"}


def test_a_table_without_a_line_is_no_table_of_the_application() -> None:
    with pytest.raises(KeyError):
        on_table("planted")


def deleted(source: Source) -> set[str]:
    """Tables of which a module deletes rows by a statement: `delete(Row)`, or SQL."""
    models = {mapper.class_.__name__: mapper.class_.__tablename__ for mapper in Base.registry.mappers}
    found = set()
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "delete" and isinstance(node.args[0], ast.Name):
            found.add(models[node.args[0].id])
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {name for match in DELETES.findall(node.value) for name in match if name}
    return found & Base.metadata.tables.keys()


def test_rows_are_deleted_of_those_tables_alone_of_which_they_may_be() -> None:
    places = {source.path: deleted(source) - PASSING for source in product() if source.path.startswith("hub/")}
    wrong = [f"{path}: {', '.join(sorted(tables))}" for path, tables in places.items() if tables and path != RULES]
    assert not wrong, broken("deletes what the application's role must keep", wrong)
    planted = 'delete(Customer)\ntx.execute("DELETE FROM tasks WHERE true")'
    assert deleted(Source("hub/registry/planted.py", planted, ast.parse(planted))) == {"customers", "tasks"}
