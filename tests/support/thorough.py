"""How many examples a property test tries: all in `make proof`, a third in `make test`."""

import os

THOROUGH = "THOROUGH"
"""The variable that `make proof` sets."""
FEWEST = 4


def examples(whole: int) -> int:
    """Of so many examples, those that this run tries."""
    return whole if os.environ.get(THOROUGH) else max(FEWEST, whole // 3)
