"""Reads Telecom's answers, which come as JSON, XML or bare text (protocol notes §4.2)."""

from typing import Any

from hub.plugin import Unknown, read_json
from hub.plugin.reading import LARGEST
from hub.plugin.xml import read_xml

# Characters of what the partner says that are kept.
LONGEST_CODE, LONGEST_TEXT = 40, 200


def read(body: bytes) -> dict[str, Any]:
    """The object in a body, whatever its format. Raises Unknown for everything else.

    Bare text is a number whose meaning is not published: it is kept as the words of the Unknown, and proves nothing.
    """
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        # A byte order mark in front, which JSON does not allow, is accepted.
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    if text.startswith("{"):
        return read_json(text)
    if text.startswith("<"):
        return read_xml(text)
    raise Unknown("bare_text", text[:LONGEST_TEXT])


__all__ = ["LONGEST_CODE", "LONGEST_TEXT", "read"]
