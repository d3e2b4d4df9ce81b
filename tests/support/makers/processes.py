"""Processes of their own, and waiting for what they do."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

from hub.domain.states import AskState, final
from hub.engine.runtime import WorkerRuntime
from hub.registry.asks import ledger
from hub.registry.schema import Ask
from tests.support.loaded import python
from tests.support.partners import Bank

ROOT = Path(__file__).parent.parent.parent.parent


@contextmanager
def running(command: Sequence[str], environment: dict[str, str], **how: int) -> Iterator["subprocess.Popen[str]"]:
    """A process that writes to a pipe; killed if the block leaves it running, so that a failed test ends and says why."""
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, **how) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def worker(runtime: WorkerRuntime, bank: Bank, *point: str) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process; ended by id at the end of the block."""
    settings = Path(bank.started["client_key_file"]).parent / "settings.json"
    command = python("tests.faults.worker", runtime.office.store.url, str(settings), *point)
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/plugins/icbc"})
    try:
        yield child
    finally:
        child.kill()
        child.wait(10)


def settled(runtime: WorkerRuntime, ask_id: UUID, patience: float = 60.0) -> Ask:
    """The ask when it has ended."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with runtime.office.store.transaction() as tx:
            ask = ledger.get(tx, ask_id)
            assert ask is not None
        if final(AskState(ask.state)):
            return ask
        time.sleep(0.2)
    raise AssertionError(f"the ask still stands at {ask.state}, waiting for {ask.waits_for}")


def until(true: Callable[[], bool], patience: float = 60.0) -> None:
    """Wait for something to be so."""
    end = time.monotonic() + patience
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)
