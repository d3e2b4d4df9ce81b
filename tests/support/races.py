"""Two transactions at the same moment, in an order that a test chooses."""

import time

from sqlalchemy import text

from hub.operations.office import Office


def wait_for_a_waiting_transaction(office: Office) -> None:
    """Until some transaction of this database waits for another one's."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    for _ in range(500):
        with office.store.transaction() as tx:
            if tx.scalar(waiting):
                return
        time.sleep(0.02)
    raise AssertionError("nobody waits")
