"""A worker as an installation runs it: python -m bench.worker DATABASE SETTINGS."""

import asyncio
import sys
from pathlib import Path

from hub import logs
from hub.engine import worker
from hub.settings import HubSettings
from tests.faults.worker import runtime

CONCURRENCY = HubSettings.model_fields["worker_concurrency"].default

if __name__ == "__main__":
    logs.configure("WARNING")
    limits = {"deadline": "20", "concurrency": "32", "result_after": "60"}
    asyncio.run(worker.run(runtime(sys.argv[1], Path(sys.argv[2]), **limits), concurrency=CONCURRENCY))
