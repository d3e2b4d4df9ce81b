"""The demo, as a new user runs it: five partners played, both sides compared, its last lines."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.article("R7.1", "R7.7", "R7.8", "R7.9", "R7.10")
def test_the_demo_ends_with_nothing_in_doubt_and_nothing_different(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hub.cli", "demo", "--data", str(tmp_path / "demo")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, env=dict(os.environ), check=False)
    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert re.fullmatch(
        r"demo: 192 imported, 183 confirmed on both sides, 9 refused with reason, 0 in doubt", lines[-2]
    )
    last = re.fullmatch(
        r"demo: 5 channels, (\d+) bindings, (\d+) agreed on both sides, 0 in doubt, 0 different", lines[-1]
    )
    assert last is not None and last[1] == last[2] == "223", lines[-1]
    assert "none given" not in done.stdout and "12103 押金未交" in done.stdout, "carriers' refusals have reasons"
    settled = re.findall(r"^│ \w+ +│(?: +\d+ +│){3} +(\d+) +│ +\d+ +│$", done.stdout, re.MULTILINE)
    found = re.search(r"differences: (\d+) found", done.stdout)
    assert found is not None and sum(map(int, settled)) == int(found[1]) > 0, settled
    assert "sm2_do_verify" not in done.stderr and "incident" not in done.stdout
