"""What no file of the repository may hold."""

import re
import zipfile
from pathlib import Path

from stdnum import luhn

from .sources import ROOT, broken, tracked

HOSTS = re.compile(rb"files\.pythonhosted|pypi\.org|registry\.npmjs|deb\.debian\.org|proxy\.golang")
PATHS = re.compile(
    rb"/wor[k]/(main|steering|shared|\.library)|/tm[p]/(wt|venv)|/roo[t]/|/hom[e]/\w|/User[s]/\w|/far[m]/"
)
LOCKS = {
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "uv.lock",
    "pdm.lock",
}
KEYS = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{40}")
CARDS = re.compile(rb"(?<![\w.])[3-6](?:[ -]?\d){14,18}(?![\w.])")
TEST_BINS = ("621214", "622424")


def contents(path: Path) -> bytes:
    """A file's bytes; of a workbook, the bytes of its sheets."""
    if path.suffix != ".xlsx":
        return path.read_bytes()
    with zipfile.ZipFile(path) as book:
        return b"\n".join(book.read(name) for name in book.namelist())


def places(pattern: re.Pattern[bytes]) -> list[str]:
    """Files in which the pattern stands, with what was found."""
    found = [(path, match) for path in tracked() for match in pattern.finditer(contents(path))]
    return [f"{path.relative_to(ROOT)}: {match.group()!r}" for path, match in found]


def test_no_registry_is_named() -> None:
    found = places(HOSTS)
    assert not found, broken("packages are named, never where they come from", found)


def test_no_path_of_one_machine_is_named() -> None:
    found = places(PATHS)
    assert not found, broken("a path of one machine", found)


def test_no_lock_file_is_kept() -> None:
    assert not [path for path in tracked() if path.name in LOCKS]


def test_no_private_key_is_kept() -> None:
    found = [place.split(":")[0] for place in places(KEYS)]
    assert not found, broken("a private key", found)


def test_every_card_number_is_a_test_card() -> None:
    """Numbers that a bank could have issued begin with a test BIN."""
    found = []
    for path in tracked():
        for match in CARDS.finditer(contents(path)):
            digits = re.sub(rb"\D", b"", match.group()).decode()
            if luhn.is_valid(digits) and not digits.startswith(TEST_BINS):
                found.append(f"{path.relative_to(ROOT)}: {digits[:6]}…")
    assert not found, broken("a card number that is not of a test BIN", found)
