"""Recognisable made-up values, and a detector that finds them in whatever form."""

import base64
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.support import people

TAIL = 8


@dataclass
class Person:
    """One customer's canaries."""

    number: int
    code: str = field(init=False)
    card: str = field(init=False)
    id_number: str = field(init=False)
    phone: str = field(init=False)

    def __post_init__(self) -> None:
        self.code = f"370101{self.number:06d}"
        self.card = people.card(918_273_640_000 + self.number * 7919)
        self.id_number = people.id_number(self.number)
        self.phone = f"1398765{4000 + self.number * 37:04d}"

    @property
    def values(self) -> tuple[str, str, str]:
        """What must not be seen."""
        return self.card, self.id_number, self.phone


def forms(value: str) -> Iterator[bytes]:
    """A value and its last eight characters, plain, in hex, and in base64 wherever it begins."""
    for text in (value.encode(), value[-TAIL:].encode()):
        yield text
        yield text.hex().encode()
    for lead in range(3):
        coded = base64.b64encode(b"\0" * lead + value.encode())
        yield coded[4 if lead else 0 : -4]


@dataclass
class Detector:
    """Looks for canaries; what it finds is told by place and never by value."""

    canaries: list[str]
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        found = {form for value in self.canaries for form in forms(value)}
        self.pattern = re.compile(b"|".join(re.escape(form) for form in sorted(found, key=len, reverse=True)))

    def look(self, place: str, content: bytes | str) -> None:
        """Note every canary that shows in the content."""
        raw = content.encode() if isinstance(content, str) else content
        for match in self.pattern.finditer(raw):
            around = raw[max(match.start() - 60, 0) : match.end() + 20]
            self.seen.append(f"{place}: …{around.decode(errors='replace')}…")

    def look_at_database(self, url: str) -> int:
        """Every column of every table, those of the queue too; returns how many values were looked at."""
        looked = 0
        with psycopg.connect(url) as connection:
            for schema, table in connection.execute(TABLES).fetchall():
                rows = connection.execute(f'SELECT * FROM "{schema}"."{table}"')  # type: ignore[arg-type]
                names = [column.name for column in rows.description or ()]
                for row in rows:
                    for name, value in zip(names, row, strict=True):
                        self.look(f"{table}.{name}", value if isinstance(value, bytes) else str(plain(value)))
                        looked += 1
        return looked

    def look_at_files(self, url: str) -> int:
        """The bytes on disk: this database's files, the write-ahead log, the server's own log; returns how many."""
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            folder, oid = connection.execute(WHERE).fetchone() or ("", 0)
        top = Path(folder)
        files = [*(top / "base" / str(oid)).iterdir(), *(top / "pg_wal").iterdir(), *top.glob("**/*log")]
        for path in files:
            if path.is_file():
                self.look(f"file {path.relative_to(top)}", path.read_bytes())
        return len(files)


TABLES = "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
WHERE = "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"


def plain(value: Any) -> Any:
    """Base64 tokens of JSON columns opened, so that a value that was only coded would show."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9+/]{24,}={0,2}", value) and len(value) % 4 == 0:
        return value + base64.b64decode(value).decode("latin-1")
    return value


def all_values(found: Iterable[Person]) -> list[str]:
    """The canaries of all persons."""
    return [value for person in found for value in person.values]
