"""A text as runs of digits and what stands between them."""

import re
import unicodedata
from dataclasses import dataclass

# A moment to the second, 20261123101500, as timestamps and our serials begin.
MOMENT = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d")
# Lengths of a timestamp, of our serials (which begin with one), and of a package's rows (which begin with a serial).
WITH_MOMENT = (14, 24, 29)
# Where a number begins, and the place after it.
Span = tuple[int, int]
DIGITS = re.compile(r"\d+")
# Signs between two parts of a number at most; spaces and marks are not counted.
MOST_SIGNS = 4
# Stands for a single letter between two parts, to distinguish it from a sign.
LETTER = "letter"


@dataclass(frozen=True)
class Part:
    """An unbroken run of digits, as plain ones, and the signs that follow; None where these separate two numbers."""

    start: int
    end: int
    digits: str
    sign: str | None

    @property
    def kind(self) -> str | None:
        """The sign that follows; all letters count as one."""
        return LETTER if self.sign is not None and self.sign.startswith(LETTER) else self.sign


def is_serial(run: str) -> bool:
    """Whether digits are a timestamp, or a serial of ours."""
    return len(run) in WITH_MOMENT and MOMENT.match(run) is not None


def plain_digits(text: str) -> str:
    """The digits of a text, of whatever script, as plain ones."""
    return "".join(str(unicodedata.decimal(sign)) for sign in "".join(DIGITS.findall(text)))


def parts_of(text: str) -> list[Part]:
    """All runs of digits of a text."""
    places = [place.span() for place in DIGITS.finditer(text)]
    begins = [start for start, _ in places[1:]]
    signs = [_sign(text[end:start]) for (_, end), start in zip(places, begins, strict=False)]
    return [
        Part(start, end, plain_digits(text[start:end]), sign)
        for (start, end), sign in zip(places, [*signs, None], strict=True)
    ]


def _sign(between: str) -> str | None:
    """What stands between two parts in its plain form, without spaces and marks; None if it is too much."""
    shown = "".join(between.split())
    # Before it is normalised, because one character may become eighteen.
    if len(shown) > 64:
        return None
    plain = unicodedata.normalize("NFKC", shown)
    core = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign)[0] not in "MC")
    letters = sum(sign.isalnum() for sign in core)
    if len(core) > MOST_SIGNS or letters > 1:
        return None
    return f"{LETTER} {core}" if letters else core
