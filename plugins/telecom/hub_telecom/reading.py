"""Telecom's answers come as JSON, XML or bare text: one safe way to read each (protocol notes §4.2)."""

from typing import Any

from hub.plugin import Unknown, read_json
from hub.plugin.reading import LARGEST
from hub.plugin.xml import read_xml

LONGEST_CODE, LONGEST_TEXT = 40, 200


def read(body: bytes) -> dict[str, Any]:
    """The object that a body holds, whatever its dress. Raises Unknown for everything else.

    Bare text holds a number whose meanings nobody has published: it is kept as the code, and proves nothing.
    """
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    if text.startswith("{"):
        return read_json(text)
    if text.startswith("<"):
        return read_xml(text)
    raise Unknown("bare_text", text[:LONGEST_TEXT])


__all__ = ["LONGEST_CODE", "LONGEST_TEXT", "read"]
