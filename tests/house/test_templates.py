"""Templates that can be read: no wide line, and each line as far in as what it stands in is deep.

djlint was tried and is no dependency: its formatter left 607 of 640 lines over 160 characters as they were (it breaks no
call of a template), set `{% else %}` at odd depths, and put blanks into cells; its linter knows no rule about width.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from unicodedata import east_asian_width

import pytest

from .sources import ROOT, broken

TEMPLATES = ROOT / "hub/console/templates"
PATHS = sorted(TEMPLATES.rglob("*.html"))
WIDEST = 120
"""Columns, a Chinese character taking two: what ruff keeps our Python to, so that one editor shows both whole."""
STEP = 2
TOKEN = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[a-zA-Z/!](?:\{\{.*?\}\}|\{%.*?%\}|[^>])*>", re.DOTALL)
WORD = re.compile(r"(?:\{%-?|</?)\s*(\w+)")
OPENING = {"if", "for", "call", "with"}
FLUSH = {"block", "macro", "html", "head", "body"}
"""What a whole template or macro stands in: it moves nothing in."""
VOID = {"input", "br", "img", "link", "meta"}


def width(line: str) -> int:
    """Columns that an editor needs."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in line)


def change(token: str) -> tuple[int, int]:
    """By how much a token's own line, and what follows it, stand further in than what is before it."""
    match = WORD.match(token)
    name = match[1] if match else ""
    if name.removeprefix("end") in FLUSH:
        return 0, 0
    if token.startswith("{%"):
        if name in ("else", "elif"):
            return -1, 0
        opens = name in OPENING or (name == "set" and "=" not in token)
        return (-1, -1) if name.startswith("end") else (0, int(opens))
    if token.startswith("</"):
        return -1, -1
    return (0, 1) if re.match(r"<[a-z]", token) and name not in VOID else (0, 0)


def misplaced(text: str) -> Iterator[int]:
    """The lines that do not begin where they should: at their depth, or inside a token no less in than its beginning."""
    depths, inside, depth = {}, {}, 0
    end = 0
    for token in TOKEN.finditer(text):
        first, last = text.count("\n", 0, token.start()) + 1, text.count("\n", 0, token.end()) + 1
        own, after = change(token[0])
        for line in range(text.count("\n", 0, end) + 2, first + 1):
            begins = line == first and not text[text.rfind("\n", 0, token.start()) + 1 : token.start()].strip()
            depths[line] = depth + (own if begins else 0)
        inside.update(dict.fromkeys(range(first + 1, last + 1), first))
        depth, end = depth + after, token.end()
    for number, line in enumerate(text.splitlines(), start=1):
        indent = len(line) - len(line.lstrip(" "))
        if number in inside:
            opening = text.splitlines()[inside[number] - 1]
            if indent < len(opening) - len(opening.lstrip(" ")):
                yield number
        elif line and indent != STEP * depths.get(number, depth):
            yield number


@pytest.mark.parametrize("path", PATHS, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_lines_of_a_template_are_narrow_and_as_far_in_as_they_are_deep(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    place = path.relative_to(ROOT)
    wide = [
        f"{place}:{number} {width(line)} columns"
        for number, line in enumerate(text.splitlines(), start=1)
        if width(line) > WIDEST
    ]
    assert not wide, broken(f"no line of a template is wider than {WIDEST} columns", wide)
    odd = [f"{place}:{number}" for number in misplaced(text)]
    assert not odd, broken(f"each line of a template stands {STEP} blanks further in than what it is part of", odd)


def test_the_rule_sees_a_line_at_the_wrong_depth() -> None:
    """The check itself: a cell at its row's depth, and an attribute left of its tag, are seen; a sound table is not."""
    assert list(misplaced("<table>\n  <tr>\n  <td>1</td>\n  </tr>\n</table>\n")) == [3]
    assert list(misplaced('{% if a %}\n  <a class="b"\n href="/">c</a>\n{% endif %}\n')) == [3]
    assert not list(
        misplaced("{% for a in b %}\n  <tr>\n    <td>{{ a }}</td>\n  </tr>\n{% else %}\n  c\n{% endfor %}\n")
    )
