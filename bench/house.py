"""A worker for all channels whose settings are on file: python -m bench.house DATABASE CHANNEL …"""

import asyncio
import sys

from hub import logs
from hub.channels import host
from hub.channels.reach import Reach
from hub.engine import worker
from hub.engine.queue import Queue
from hub.engine.runtime import WorkerRuntime
from hub.operations.office import Office
from hub.registry.session import Store
from tests.conftest import MASTER

if __name__ == "__main__":
    logs.configure("WARNING")
    store = Store(sys.argv[1])
    partners = host.load(tuple(sys.argv[2:]))
    office = Office(store, MASTER, Queue(store), host.capabilities(partners))
    runtime = WorkerRuntime(office, reach=Reach(loopback=True), partners=partners.partners)
    runtime.take_up()
    asyncio.run(worker.run(runtime, concurrency=16))
