"""The comparer of a worker, alone: python -m bench.comparer DATABASE CHANNEL; until it is ended."""

import asyncio
import sys

from hub import logs
from hub.channels import host
from hub.engine.comparisons import compare_for_ever
from hub.engine.queue import Queue
from hub.operations.office import Office
from hub.registry.session import Store
from tests.support.partners import MASTER

if __name__ == "__main__":
    logs.configure("WARNING")
    store = Store(sys.argv[1])
    asyncio.run(compare_for_ever(Office(store, MASTER, Queue(store), host.capabilities(host.load((sys.argv[2],))))))
