"""Sends prepared requests to an address from a few threads: python -m bench.knock HOST PORT FILE; prints how many a second."""

import http.client
import json
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

THREADS = 8


def send(host: str, port: int, waiting: "Queue[dict[str, str]]", wrong: list[int]) -> None:
    """One caller with one connection."""
    line = http.client.HTTPConnection(host, port, timeout=30)
    while True:
        try:
            each = waiting.get_nowait()
        except Empty:
            return
        line.request(each["method"], each["path"], each["body"].encode(), each["headers"])  # type: ignore[arg-type]
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            wrong.append(answer.status)


if __name__ == "__main__":
    prepared: "Queue[dict[str, str]]" = Queue()
    for text in Path(sys.argv[3]).read_text().splitlines():
        prepared.put(json.loads(text))
    count, faults = prepared.qsize(), []
    given = (sys.argv[1], int(sys.argv[2]), prepared, faults)
    callers = [threading.Thread(target=send, args=given) for _ in range(THREADS)]
    began = time.monotonic()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    print(json.dumps({"rate": count / (time.monotonic() - began), "wrong": len(faults)}))
