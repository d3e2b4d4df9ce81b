"""The store on a real server."""

from hub.registry import migrate
from hub.registry.session import Store


def test_an_upgrade_of_an_upgraded_schema_changes_nothing(store: Store) -> None:
    assert migrate.upgrade(store) == ("0001", "0001")
