"""Telecom's answers come as JSON, XML or bare text: one safe way to read each (protocol notes §4.2)."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn
from xml.parsers import expat

from hub.plugin import Unknown

DEEPEST = 24
"""Levels of an XML answer; Telecom's own have five."""
MOST = 200_000
"""Elements of an XML answer, so that a small answer never becomes a large one in memory."""
LARGEST = 4 * 1024 * 1024
"""Bytes of an answer; a page of 5000 records has a third of that."""
LONGEST_CODE, LONGEST_TEXT = 40, 200


def read(body: bytes) -> dict[str, Any]:
    """The object that a body holds, whatever its dress. Raises Unknown for everything else.

    Bare text holds a number whose meanings nobody has published: it is kept as the code, and proves nothing.
    """
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        said = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    if said.startswith("{"):
        return from_json(said)
    if said.startswith("<"):
        return from_xml(said)
    raise Unknown("bare_text", said[:LONGEST_TEXT])


def from_json(said: str) -> dict[str, Any]:
    """A JSON object in which no name stands twice."""
    try:
        content = json.loads(said, object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unknown("not_json") from None
    if not isinstance(content, dict):
        raise Unknown("not_an_object")
    return content


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Unknown("doubled_name")
    return made


def _no_number(_: str) -> NoReturn:
    raise Unknown("not_json")


def from_xml(said: str) -> dict[str, Any]:
    """An XML document as nested names; a name that stands twice is a list. No document type, so no entities."""
    tree = _Tree()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _no_entities
    parser.EntityDeclHandler = _no_entities
    parser.StartElementHandler = tree.start
    parser.EndElementHandler = tree.end
    parser.CharacterDataHandler = tree.text
    try:
        parser.Parse(said.encode(), True)
    except (expat.ExpatError, ValueError, LookupError):
        raise Unknown("not_xml") from None
    if not isinstance(tree.root, dict):
        raise Unknown("not_an_object")
    return tree.root


def _no_entities(*_: object) -> NoReturn:
    raise Unknown("document_type")


class _Tree:
    """An XML document while it is read; its depth and size are bounded."""

    def __init__(self) -> None:
        self.root: Any = None
        self.open: list[tuple[str, dict[str, Any], list[str]]] = []
        self.count = 0

    def start(self, name: str, attributes: object) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST:
            raise Unknown("too_deep")
        self.open.append((name, {}, []))

    def text(self, said: str) -> None:
        self.open[-1][2].append(said)

    def end(self, _: str) -> None:
        name, inside, said = self.open.pop()
        value: Any = inside or "".join(said).strip()
        if not self.open:
            self.root = value
            return
        around = self.open[-1][1]
        if name not in around:
            around[name] = value
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]


def word(content: Any, name: str) -> str:
    """A plain value of an object as text; empty when there is none or it is something else."""
    value = content.get(name) if isinstance(content, dict) else None
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


__all__ = ["LONGEST_CODE", "LONGEST_TEXT", "from_json", "from_xml", "read", "word"]
