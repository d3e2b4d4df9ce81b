"""The code that the house rules speak of, read once."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One module: where it stands, its text, its syntax."""

    path: str
    text: str
    tree: ast.Module

    def at(self, node: ast.AST, what: str = "") -> str:
        """Where a rule is broken, as an editor opens it."""
        return f"{self.path}:{getattr(node, 'lineno', 1)} {what}".rstrip()

    def functions(self) -> list[Function]:
        """All functions, methods and inner ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


@cache
def product() -> tuple[Source, ...]:
    """The hub and its plugins without migrations, tests and generated files."""
    found = [*ROOT.glob("hub/**/*.py"), *ROOT.glob("plugins/*/hub_*/**/*.py")]
    kept = sorted(path for path in found if "versions" not in path.parts)
    return tuple(_read(path) for path in kept)


@cache
def suite() -> tuple[Source, ...]:
    """All tests, the plugins' too, with what they share."""
    return tuple(_read(path) for path in sorted([*ROOT.glob("tests/**/*.py"), *ROOT.glob("plugins/*/tests/**/*.py")]))


def _read(path: Path) -> Source:
    text = path.read_text(encoding="utf-8")
    return Source(path.relative_to(ROOT).as_posix(), text, ast.parse(text))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that the repository holds."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\0")
    return tuple(path for name in names if name and (path := ROOT / name).is_file())


def broken(rule: str, places: list[str]) -> str:
    """The message of a failed rule: the rule, then each place."""
    return "\n".join([rule, *places])
