"""A watch on what a customer has at the banks."""

import threading
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import text

from hub.registry.session import Store


@dataclass
class Watch:
    """Reads every few milliseconds how many accounts of a customer are live."""

    store: Store
    customer_id: UUID
    seen: list[int] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join(10)

    def look(self) -> None:
        query = text("SELECT count(*) FROM accounts WHERE customer_id = :id AND state = 'live'")
        while not self.stop.wait(0.005):
            with self.store.transaction() as tx:
                self.seen.append(tx.execute(query, {"id": self.customer_id}).scalar_one())
