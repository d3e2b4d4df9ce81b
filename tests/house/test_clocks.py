"""No test leans on the day, the hour or the zone in which it happens to run; no question asks another clock than ours."""

import ast
import re
from collections.abc import Iterator

import pytest

from .fixtures import of_module, reached
from .sources import Function, Source, broken, product, suite

CLOCKS = "tests/support/clocks.py"
MACHINE, ORDINARY = "machine_clock", "ordinary_day"
DAYS = {"date.today", "datetime.today", "datetime.utcnow", "time.localtime", "time.strftime", "time.ctime"}
"""Ask the machine for a day, in the machine's zone."""
MOMENTS = {"now", "ports.now", "today", "ports.today", "people.now", "datetime.now", "time.time"}
CALENDAR = {
    *("weekday", "isoweekday", "isocalendar", "toordinal", "year", "month", "day", "hour", "minute", "replace"),
    *("strftime", "date", "time", "timetuple"),
}
"""What a moment is by the calendar and the clock face."""
SQL_CLOCK = re.compile(
    r"(?i)\bnow\(\)|\bcurrent_(date|time|timestamp)\b|\blocaltime|(statement|clock|transaction)_timestamp"
)


def calls(node: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call below a node, with the last two words of what it calls."""
    for each in ast.walk(node):
        if isinstance(each, ast.Call):
            yield each, ".".join(ast.unparse(each.func).split(".")[-2:])


def other_clocks_in_questions(source: Source) -> Iterator[str]:
    """A question gets its moment from hub/ports.py: PostgreSQL's clock is another one."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and SQL_CLOCK.search(node.value):
            yield source.at(node)
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {"func.now", "func.current_date"}:
            yield source.at(node)


def days_of_the_machine(source: Source) -> Iterator[str]:
    """A test asks no machine for its day and leaves no zone to it."""
    for call, name in calls(source.tree):
        zoneless = not call.args and not call.keywords
        if name in DAYS or (zoneless and (name == "datetime.now" or name.endswith(".astimezone"))):
            yield source.at(call, name)
        if name in {"datetime.fromtimestamp", "date.fromtimestamp"} and len(call.args) + len(call.keywords) < 2:
            yield source.at(call, name)


def days_beside_processes(source: Source) -> Iterator[str]:
    """A test on the machine's clock holds on any day and at any hour: it asks for no day and reads no calendar."""
    for function in _on_machine(source):
        for call, name in calls(function):
            if name in {"today", "ports.today"}:
                yield source.at(call, function.name)
        yield from (source.at(node, function.name) for node in _by_calendar(function))


def calendars_that_tests_share(source: Source) -> Iterator[str]:
    """What tests share takes the day from the clock of the test and reads no calendar: it may be the machine's."""
    if _shared(source) and source.path != CLOCKS:
        for function in source.functions():
            yield from (source.at(node, function.name) for node in _by_calendar(function))


def two_clocks(source: Source) -> Iterator[str]:
    """A test on an ordinary morning asks `hub.ports.now()`: the machine's moment is months away from it."""
    if _shared(source) or source.path.startswith("plugins/"):
        return
    beside = {each.name for each in _on_machine(source)}
    for node in source.tree.body:
        if isinstance(node, Function) and node.name not in beside:
            yield from (source.at(call, name) for call, name in calls(node) if name in {"datetime.now", "time.time"})


def days_at_import(source: Source) -> Iterator[str]:
    """A module asks for no moment while it is read: its tests have set no clock yet."""
    waiting: list[ast.AST] = [*source.tree.body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Function):
            waiting += [*node.decorator_list, *node.args.defaults]
        elif not isinstance(node, ast.Lambda):
            waiting += ast.iter_child_nodes(node)
            if isinstance(node, ast.Call) and ".".join(ast.unparse(node.func).split(".")[-2:]) in MOMENTS:
                yield source.at(node)


def _shared(source: Source) -> bool:
    return not source.path.rpartition("/")[2].startswith("test_")


def _on_machine(source: Source) -> Iterator[Function]:
    """Tests and fixtures on the machine's clock, and what such a module's tests may call."""
    known = of_module(source)
    module = reached(source.tree, known)
    tops = [node for node in source.tree.body if isinstance(node, Function)]
    tests = {each.name: module | reached(each, known) for each in tops if each.name.startswith("test_")}
    beside = [name for name, names in tests.items() if MACHINE in names and ORDINARY not in names]
    for each in tops:
        if source.path.startswith("plugins/") or each.name in beside or (beside and each.name not in tests):
            yield each


def _by_calendar(function: Function) -> Iterator[ast.AST]:
    """Places at which a calendar part of the present moment is taken."""
    present = {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _present(node.value, set())
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Attribute) and node.attr in CALENDAR and _present(node.value, present):
            yield node
        if isinstance(node, ast.FormattedValue) and _present(node.value, present) and _day_alone(node.format_spec):
            yield node


def _day_alone(form: ast.expr | None) -> bool:
    """A stamp to the second is a moment; without the second, it is a day or an hour."""
    return form is not None and "%S" not in ast.unparse(form)


def _present(node: ast.AST, names: set[str]) -> bool:
    """Whether this is the present moment or day, or one counted from it."""
    if isinstance(node, ast.BinOp):
        return _present(node.left, names) or _present(node.right, names)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "astimezone":
        return _present(node.func.value, names)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in MOMENTS
    return isinstance(node, ast.Name) and node.id in names


IN_TESTS = [days_of_the_machine, days_beside_processes, calendars_that_tests_share, two_clocks, days_at_import]


def test_no_question_asks_another_clock() -> None:
    found = [place for source in product() for place in other_clocks_in_questions(source)]
    assert not found, broken(str(other_clocks_in_questions.__doc__), found)


@pytest.mark.parametrize("rule", IN_TESTS, ids=lambda rule: rule.__name__)
def test_no_test_leans_on_its_day(rule: object) -> None:
    assert callable(rule)
    found = [place for source in suite() for place in rule(source)]
    assert not found, broken(str(rule.__doc__), found)


WORKS = "@pytest.fixture\ndef bank(machine_clock): ...\ndef test_it(bank):\n    "
BREACHES = [
    (other_clocks_in_questions, "LATE = 'SELECT id FROM tasks WHERE due_at < now()'"),
    (other_clocks_in_questions, "late = Task.due_at < func.now()"),
    (days_of_the_machine, "day = date.today()"),
    (days_of_the_machine, "day = datetime.datetime.now()"),
    (days_of_the_machine, "day = due_at.astimezone().date()"),
    (days_beside_processes, WORKS + "row.day = today()"),
    (days_beside_processes, WORKS + "day = now().astimezone(SHANGHAI).isoweekday()"),
    (days_beside_processes, WORKS + "soon = now() + timedelta(days=1)\n    return soon.date()"),
    (days_beside_processes, WORKS + "text = f'{now():%Y%m}'"),
    (calendars_that_tests_share, "def person(): row.until = today().replace(year=2030)"),
    (days_at_import, "@pytest.mark.parametrize('day', [today()])\ndef test_it(day): ..."),
    (two_clocks, "def test_it(office): begun = datetime.now(UTC)"),
    (days_beside_processes, 'pytestmark = pytest.mark.usefixtures("machine_clock")\ndef test_it(): today()'),
]


@pytest.mark.parametrize(("rule", "text"), BREACHES)
def test_a_planted_breach_is_seen(rule: object, text: str) -> None:
    """A rule that sees nothing would be green for ever."""
    assert callable(rule)
    path = "tests/support/planted.py" if rule is calendars_that_tests_share else "tests/domain/test_planted.py"
    assert list(rule(Source(path, text, ast.parse(text))))


@pytest.mark.parametrize(
    "text",
    [
        "def test_it(office): today()",
        WORKS + "begun = now() - timedelta(minutes=2)",
        '@pytest.mark.usefixtures("ordinary_day")\n' + WORKS.partition("\n")[2].partition("\n")[2] + "today()",
    ],
)
def test_what_is_right_on_any_day_is_let_be(text: str) -> None:
    assert not list(days_beside_processes(Source("tests/domain/test_planted.py", text, ast.parse(text))))
