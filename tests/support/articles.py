"""The marker `article`: which rows of the regulation a test proves; `pytest --articles` lists them."""

from collections import Counter
from pathlib import Path

import pytest

ROWS = tuple((Path(__file__).parent.parent / "house" / "rows.txt").read_text().split())
"""Every row of the requirements, in their order."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--articles`: end with the rows that the collected tests prove, and those that none does."""
    parser.addoption("--articles", action="store_true", help="list the rows of the regulation with their tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A marker that names no row, or an unknown one, stops the run."""
    proved: Counter[str] = Counter()
    wrong = []
    for item in items:
        for marker in item.iter_markers("article"):
            unknown = [row for row in marker.args if row not in ROWS]
            if unknown or not marker.args or marker.kwargs:
                wrong.append(f"{item.nodeid}: article{marker.args}")
            proved.update(marker.args)
    if wrong:
        raise pytest.UsageError("no such row of the regulation:\n" + "\n".join(wrong))
    config.stash[PROVED] = proved


PROVED = pytest.StashKey[Counter[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """The list that `--articles` asks for."""
    if not config.getoption("--articles"):
        return
    proved = config.stash.get(PROVED, Counter())
    terminalreporter.section("rows of the regulation")
    for row in ROWS:
        if proved[row]:
            terminalreporter.write_line(f"{row:6} {proved[row]} tests")
    missing = [row for row in ROWS if not proved[row]]
    terminalreporter.write_line(f"{len(ROWS) - len(missing)} of {len(ROWS)} rows; without a test: {' '.join(missing)}")
