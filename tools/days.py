"""Runs all tests but the proofs on the days that go wrong first: `python tools/days.py CLOCK [--workers 4] [MOMENT …]`.

Prints a line for each day, and below it the tests that failed; the whole output of a day is in the file that it names.
"""

import argparse
import os
import re
import subprocess
import sys
from pathlib import Path

DAYS = {
    "2026-11-27T21:30": ("a Friday evening", "America/Los_Angeles"),
    "2026-11-28": ("a Saturday", "Pacific/Kiritimati"),
    "2026-09-30": ("a month's end, eight holidays after it", "Asia/Shanghai"),
    "2026-12-31": ("31 December, whose next year has no calendar yet", "Asia/Shanghai"),
    "2026-02-14": ("a make-up working day, a Saturday", "UTC"),
}
"""Moments in Asia/Shanghai: what is odd about each, and the zone that the machine is then in."""
FOLDER = Path(".pytest_cache")
ENDS = re.compile(r"^=*\s*(\d+ [a-z]+.*) in [\d.]+s.*$", re.M)


def run(clock: Path, words: str, workers: int) -> bool:
    """Run the tests as if it were then and say how they ended; True when all passed."""
    odd, zone = DAYS.get(words, ("as asked", "UTC"))
    log = FOLDER / f"days-{words.replace(':', '')}.log"
    command = [sys.executable, "tools/at.py", str(clock), words, sys.executable, "-m", "pytest", "-n", str(workers)]
    with log.open("w") as out:
        done = subprocess.run(command, stdout=out, stderr=out, env={**os.environ, "TZ": zone}, check=False)
    text = log.read_text()
    ends = ENDS.findall(text)
    counts = re.sub(r"\x1b\[[0-9;]*m", "", ends[-1]) if ends else f"no end, exit {done.returncode}"
    failed = [f"  {line}\n" for line in re.findall(r"^(?:FAILED|ERROR) .*$", text, re.M)]
    sys.stdout.write(f"{words:<17} {counts} ({odd}; TZ={zone}; {log})\n" + "".join(failed))
    sys.stdout.flush()
    return done.returncode == 0


def main() -> None:
    """All days, or those that are named; exits with 1 unless every run was green."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clock", type=Path)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("moments", nargs="*")
    given = parser.parse_args()
    FOLDER.mkdir(exist_ok=True)
    green = [run(given.clock, words, given.workers) for words in given.moments or DAYS]
    sys.exit(not all(green))


if __name__ == "__main__":
    main()
