"""Runs a command, and all that it starts, as if it were another moment: `python tools/at.py CLOCK MOMENT COMMAND …`.

CLOCK is tools/clock.c compiled; MOMENT is 2026-02-14, then ten in the morning, or 2026-02-13T21:30, in Asia/Shanghai
unless it names its zone. Time goes on from there.
"""

import os
import subprocess
import sys
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

MORNING = time(10)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NEAR = 600
"""Seconds by which a child's clock may be off: it starts slowly on a busy machine."""


def moment(words: str) -> datetime:
    """The moment that the words name; raises ValueError."""
    named = datetime.fromisoformat(words)
    if "T" not in words and " " not in words:
        named = datetime.combine(named, MORNING)
    return named if named.tzinfo else named.replace(tzinfo=SHANGHAI)


def moved(clock: Path, there: datetime) -> dict[str, str]:
    """The environment of a process whose clock stands at `there` now."""
    shift = int((there - datetime.now(UTC)).total_seconds())
    return {**os.environ, "LD_PRELOAD": str(clock.resolve()), "CLOCK_SHIFT": str(shift)}


def main(clock: str, words: str, *command: str) -> None:
    """Become the command, once it has been seen that a child's clock does move."""
    try:
        there = moment(words)
    except ValueError:
        sys.exit(f"TODAY is {words!r}: write 2026-02-14, 2026-02-13T21:30 or 2026-02-13T21:30+08:00")
    environment = moved(Path(clock), there)
    asked = [sys.executable, "-c", "import time; print(time.time())"]
    answer = subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout
    if abs(float(answer) - there.timestamp()) > NEAR:
        sys.exit(f"{clock} does not move this Python's clock: it is not linked with the system's C library")
    os.execvpe(command[0], command, environment)


if __name__ == "__main__":
    main(*sys.argv[1:])
