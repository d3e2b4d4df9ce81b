"""The tool that changes one thing at a time: what a test minds is killed, what none minds is reported."""

import subprocess
from pathlib import Path

import pytest

from tools.mutants import bearing_on, copied, known_tests, mutants, run
from tools.mutations import Mutant, mutants_of

RULES = '''"""Two rules, one of which nobody tests."""

GRADES = frozenset({"first", "second"})


def may_order(age: int) -> bool:
    """Of age."""
    return age >= 18


def surcharge(days: int) -> int:
    """Nobody looks at it."""
    return days + 1
'''
TEST = """from hub.domain.rules import GRADES, may_order, surcharge


def test_of_age():
    assert may_order(18) and not may_order(17)


def test_surcharge_is_a_number():
    assert isinstance(surcharge(2), int)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A repository with one file of rules and one of tests."""
    for name, text in {
        "hub/__init__.py": "",
        "hub/domain/__init__.py": "",
        "hub/domain/rules.py": RULES,
        "tests/domain/test_rules.py": TEST,
        "tests/domain/test_other.py": "def test_other():\n    raise AssertionError('has nothing to do with it')\n",
    }.items():
        place = tmp_path / "tree" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    subprocess.run(["git", "init", "-q", tmp_path / "tree"], check=True)
    return tmp_path / "tree"


def planted(tree: Path, *changes: str) -> list[Mutant]:
    """The mutants that stand for these changes."""
    known = {mutant.told().split(" ", 1)[1]: mutant for mutant in mutants(tree, ["hub/domain"])}
    return [known[change] for change in changes]


@pytest.mark.slow
def test_a_planted_mutant_is_killed_and_a_planted_survivor_is_reported(
    tree: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (tree / "hub/domain/rules.py").read_bytes()
    ends = run(tree, planted(tree, "age >= 18 → (age > 18)", "days + 1 → (days - 1)"), workers=1, seconds=120)
    assert ends == {"killed": 1, "survived": 1}
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(
        "hub/domain/rules.py:8 age >= 18 → (age > 18): killed tests/domain/test_rules.py::test_of_age"
    )
    assert lines[1] == "hub/domain/rules.py:13 days + 1 → (days - 1): survived"
    assert (tree / "hub/domain/rules.py").read_bytes() == before, "the tree itself is never changed"


def test_the_tests_that_name_the_changed_thing_come_first_and_strangers_not_at_all(tree: Path) -> None:
    [mutant] = planted(tree, "age >= 18 → (age > 18)")
    assert bearing_on(mutant, known_tests(tree)) == ["tests/domain/test_rules.py"]


def test_a_copy_holds_what_git_knows_or_would_take(tree: Path, tmp_path: Path) -> None:
    (tree / ".gitignore").write_text("kept_out.py\n")
    (tree / "kept_out.py").write_text("")
    copy = tmp_path / "copy"
    copy.mkdir()
    copied(tree, copy)
    assert (copy / "hub/domain/rules.py").exists() and not (copy / "kept_out.py").exists()


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("a = b == c", ["(b != c)"]),
        ("a = b and c", ["(c)", "(b)"]),
        ("a = not b", ["(b)"]),
        ("a = b if c else d", ["(b)", "(d)"]),
        ("a = b < 7", ["(b <= 7)", "(8)"]),
        ("A = {'x', 'y'}", ["({'y'})", "({'x'})"]),
        ("A = ('no_time', 'bank_failure')", ["(('bank_failure',))", "(('no_time',))"]),
        ("A = ('银行', 'Bank')", []),
        ("row.state = x", ["pass"]),
        ("raise Refused()", ["pass"]),
        ("check(a)", ["pass"]),
        ("def f():\n    yield Refused()", ["yield from ()"]),
        ("'''Words.'''", []),
        ("a: list[1] = b", []),
        ("assert a == b", []),
        ("a = f'{b == c}'", []),
        ("@dataclass(frozen=True)\nclass A: ...", []),
        ("@operation('a.b', changes=False)\ndef f(): ...", ["(True)"]),
    ],
)
def test_each_kind_of_change(text: str, changes: list[str]) -> None:
    assert [mutant.new for mutant in mutants_of("hub/domain/a.py", text.encode())] == changes


def test_a_change_is_by_bytes_and_leaves_the_rest(tmp_path: Path) -> None:
    content = "x = '银行'; a = b == '卡'\n".encode()
    [mutant] = mutants_of("hub/domain/a.py", content)
    assert mutant.applied(content).decode() == "x = '银行'; a = (b != '卡')\n" and mutant.line == 1
