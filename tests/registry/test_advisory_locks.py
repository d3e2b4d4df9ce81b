"""Advisory locks of the database: one key is one matter, else two matters that have nothing in common wait for each other."""

import re
from collections import Counter
from pathlib import Path

import hub.registry

CALL = re.compile(r"advisory_xact_lock\(:?(\w+)\)")
"""One key: a number, a constant of the module, or a parameter bound to ONE_AT_A_TIME. Two keys are a space apart."""
COMPUTED = {"reconciliation/differences.py", "idempotency.py"}
"""Files whose keys are digests of what is locked."""


def keys() -> list[int]:
    """The fixed key of each advisory lock in the registry."""
    root, fixed = Path(hub.registry.__path__[0]), []
    for path in root.rglob("*.py"):
        text = path.read_text()
        for name in CALL.findall(text) if path.relative_to(root).as_posix() not in COMPUTED else ():
            constant = "ONE_AT_A_TIME" if name == "key" else name
            number = constant if constant.isdecimal() else re.findall(rf"^{constant} = ([\d_]+)", text, re.M)[0]
            fixed.append(int(number.replace("_", "")))
    return fixed


def test_no_two_matters_share_an_advisory_lock() -> None:
    shared = [key for key, number in Counter(keys()).items() if number > 1]
    assert len(keys()) >= 8 and not shared, f"keys that several matters lock: {shared}"
