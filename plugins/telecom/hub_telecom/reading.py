"""Telecom's answers come as JSON, XML or bare text: one safe way to read each (protocol notes §4.2)."""

import json
from collections.abc import Sequence
from typing import Any, NoReturn

from hub.plugin import Unknown
from hub.plugin.xml import read_xml

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
        return read_xml(said)
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


def word(content: Any, name: str) -> str:
    """A plain value of an object as text; empty when there is none or it is something else."""
    value = content.get(name) if isinstance(content, dict) else None
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


__all__ = ["LONGEST_CODE", "LONGEST_TEXT", "from_json", "read", "word"]
