"""Changes one thing at a time in a copy of the code and sees whether a test minds: `python tools/mutants.py --sample 300`.

A mutant is one rule switched off, widened, narrowed or moved by one in hub/domain or hub/operations. It runs in a scratch
copy, against the tests that bear on its file, nearest first. Prints a line for each mutant and the share that was killed.
"""

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import Queue

sys.path[:0] = [str(Path(__file__).resolve().parent.parent)]
from hub.registry.database import embedded  # noqa: E402  found from the repository's own folder
from tests.support.databases import SERVER, prepared  # noqa: E402
from tools.mutations import Mutant, mutants_of  # noqa: E402

PLACES = ("hub/domain", "hub/operations")
LAYERS = ("domain", "operations", "engine", "api", "access", "console", "registry", "journeys")
"""Folders of tests, the quickest first; browsers, power failures and the house's rules say nothing of one rule."""
NEAR, FAR = 8, 12
"""Test files that run first, and that run then on what survived them."""
TOGETHER = 10
"""Tests that are tried without a mutant in one run."""
SLOW = "slow or thorough or browser or proof"
RED = re.compile(r"^(FAILED|ERROR) (\S+?\.py(?:::.*?)?)(?: - .*)?$", re.M)


@dataclass(frozen=True)
class TestFile:
    """A file of tests, with the words that stand in it and in what it imports from its own folder."""

    path: str
    layer: int
    rooms: frozenset[str]
    words: frozenset[str]


def known_tests(root: Path) -> list[TestFile]:
    """All files of tests that a mutant may meet."""
    files = []
    for layer, folder in enumerate(LAYERS):
        for path in sorted((root / "tests" / folder).rglob("test_*.py")):
            text = path.read_text(encoding="utf-8")
            beside = [path.parent / f"{name}.py" for name in re.findall(r"^from \.(\w+) import", text, re.M)]
            text += "".join(helper.read_text(encoding="utf-8") for helper in beside if helper.exists())
            rooms = path.relative_to(root / "tests" / folder).parts
            words = frozenset(re.findall(r"\w+", text))
            files.append(TestFile(path.relative_to(root).as_posix(), layer, frozenset([*rooms[:-1], path.stem]), words))
    return files


def bearing_on(mutant: Mutant, files: Sequence[TestFile]) -> list[str]:
    """The test files that name what was changed, its module's names, or stand in its room; nearest first."""
    parts = Path(mutant.path).with_suffix("").parts[2:]
    ranked = []
    for file in files:
        hits = len(mutant.names & file.words)
        room = bool({*parts, f"test_{parts[-1]}"} & file.rooms)
        score = 4 * (mutant.within in file.words) + 3 * room + min(3, hits)
        if score:
            ranked.append((-score, file.layer, -hits, file.path))
    return [path for *_, path in sorted(ranked)]


@dataclass(frozen=True)
class Outcome:
    """How a mutant ended (killed, survived, timed out), and the test that killed it."""

    end: str
    killer: str = ""


@dataclass(frozen=True)
class Copy:
    """A scratch copy of the tree in which one mutant at a time stands."""

    root: Path
    seconds: int
    server: str
    """The address of a database server of its own, or ""."""

    def put(self, path: str, content: bytes) -> None:
        """Write a file; byte code of what stood there before goes, since the clock of files may not tell them apart."""
        place = self.root / path
        place.write_bytes(content)
        for compiled in place.parent.glob(f"__pycache__/{place.stem}.*.pyc"):
            compiled.unlink()

    def pytest(self, *arguments: str) -> str | None:
        """What pytest printed in the copy; "" when all passed or none were chosen, None when it came to no end."""
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-rfE",
            "--tb=no",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
        ]
        environment = {**os.environ, "PYTHONPATH": str(self.root), "COLUMNS": "2000", SERVER: self.server}
        with subprocess.Popen(
            [*command, *arguments],
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            text=True,
        ) as run:
            try:
                printed, _ = run.communicate(timeout=self.seconds)
            except subprocess.TimeoutExpired:
                os.killpg(run.pid, signal.SIGKILL)
                return None
        # Tests failed, or could not be read with the mutant; any other end is the machine's and says nothing of it.
        return "" if run.returncode in (0, 5) else printed if run.returncode in (1, 2, 4) else None

    def outcome(self, mutant: Mutant, files: Sequence[TestFile], but: Sequence[str] = ()) -> Outcome:
        """How the mutant ends, whatever the tests in `but` say."""
        original = (self.root / mutant.path).read_bytes()
        chosen = bearing_on(mutant, files)
        slow = [file.path for file in files if file.path in chosen[:NEAR] and "slow" in file.words]
        quick = f"not ({SLOW})"
        for names, marks in [(chosen[:NEAR], quick), (chosen[NEAR : NEAR + FAR], quick), (slow, "slow")]:
            if not names:
                continue
            left_out = [argument for test in but for argument in ("--deselect", test)]
            try:
                self.put(mutant.path, mutant.applied(original))
                printed = self.pytest("-x", *names, "-m", marks, *left_out)
            finally:
                self.put(mutant.path, original)
            if printed is None:
                return Outcome("timed out")
            if printed:
                first = RED.search(printed)
                return Outcome("killed", first[2] if first else printed.strip().splitlines()[-1])
        return Outcome("survived")


def copied(root: Path, place: Path) -> Path:
    """A copy of all files that git knows or would take, and a link to the front end's packages."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=root, check=True, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        if (root / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(root / name, place / name)
    if (root / "node_modules").is_dir():
        (place / "node_modules").symlink_to(root / "node_modules")
    return place


def mutants(root: Path, places: Sequence[str]) -> Iterator[Mutant]:
    """All mutants of the files at these places, in a fixed order."""
    for name in places:
        there = root / name
        for path in sorted(there.rglob("*.py")) if there.is_dir() else [there]:
            yield from mutants_of(path.relative_to(root).as_posix(), path.read_bytes())


@contextlib.contextmanager
def scratch(root: Path, workers: int, seconds: int) -> Iterator[list[Copy]]:
    """A copy of the tree for each worker, each with a database server where the tests of the tree need one."""
    with tempfile.TemporaryDirectory(prefix="mutants-") as place, contextlib.ExitStack() as ends:
        copies = []
        for no in range(workers):
            there, data = Path(place) / str(no), Path(place) / f"data-{no}"
            there.mkdir()
            server = ""
            if (root / "tests/support/databases.py").exists():
                server = prepared(data)
                ends.callback(embedded.stop, data)
            copies.append(Copy(copied(root, there), seconds, server))
        yield copies


def run(root: Path, chosen: Sequence[Mutant], workers: int, seconds: int) -> Counter[str]:
    """Try each mutant and print how it ended; {killed, survived, timed out: how many}."""
    files, ends = known_tests(root), Counter[str]()
    with scratch(root, workers, seconds) as copies, ThreadPoolExecutor(workers) as pool:
        idle: Queue[Copy] = Queue()
        for copy in copies:
            idle.put(copy)

        def attempt(mutant: Mutant) -> tuple[Mutant, Outcome]:
            copy = idle.get()
            try:
                outcome = copy.outcome(mutant, files)
            finally:
                idle.put(copy)
            say(f"{mutant.told()}: {outcome.end} {outcome.killer}")
            return mutant, outcome

        outcomes = list(pool.map(attempt, chosen))
        red = unproven(copies[0], outcomes)
        for mutant, outcome in outcomes:
            if outcome.killer in red:
                again = copies[0].outcome(mutant, files, red)
                say(f"again, since {outcome.killer} is red without it: {mutant.told()}: {again.end} {again.killer}")
                ends[again.end] += 1
            else:
                ends[outcome.end] += 1
    return ends


def unproven(copy: Copy, outcomes: Sequence[tuple[Mutant, Outcome]]) -> list[str]:
    """The tests that killed although they are red without any mutant, or came to no end."""
    killers = sorted({outcome.killer for _, outcome in outcomes if "::" in outcome.killer})
    red: list[str] = []
    for first in range(0, len(killers), TOGETHER):
        part = killers[first : first + TOGETHER]
        printed = copy.pytest(*part)
        failed = {found[2] for found in RED.finditer(printed)} if printed is not None else set(part)
        red += [test for test in part if test in failed]
    return red


def say(line: str) -> None:
    """Print it now: a run takes an hour."""
    sys.stdout.write(line.rstrip() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Exits with 1 when fewer than `--floor` of a hundred mutants were killed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seconds", type=int, default=600, help="the longest that one run of tests may take")
    parser.add_argument("--floor", type=int, default=90, help="killed of a hundred, below which it fails")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    parser.add_argument("places", nargs="*", default=PLACES)
    asked = parser.parse_args()
    known = list(mutants(asked.root, asked.places))
    sample = random.Random(asked.seed).sample(known, min(asked.sample, len(known)))
    ends = run(asked.root, sample, asked.workers, asked.seconds)
    share = 100 * ends["killed"] / max(1, len(sample))
    counts = ", ".join(f"{ends[end]} {end}" for end in ("killed", "survived", "timed out"))
    say(f"{len(sample)} of {len(known)} mutants, seed {asked.seed}: {counts}; {share:.0f} % killed")
    sys.exit(share < asked.floor)


if __name__ == "__main__":
    main()
