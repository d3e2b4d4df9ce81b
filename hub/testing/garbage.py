"""Answers that prove nothing, and answers with one thing wrong."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from .play import Sample

BODIES: tuple[bytes, ...] = (
    b"",
    b"null",
    b"<html><body>Please log in</body></html>",
    b'{"code": "0", "rows": [{"id"',
    '{"text": "中文"}'.encode("utf-16"),
    '{"text": "卡号"}'.encode("gbk"),
    b"\xff\xfe\x00\x01" * 16,
    b" " * (1024 * 1024),
    b"[" * 20_000,
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    b"true",
    b"[]",
    b"{}",
    b"0",
    b'"ok"',
    b"NaN",
    b'{"rd": "x", "rows": 7, "return_code": []}',
)
"""Bodies that came with HTTP 200 and mean nothing."""
STATUSES: tuple[Sample, ...] = tuple((status, b"<html>oops</html>") for status in (302, 500, 502, 504))
"""Answers of something that stands before the partner: the call may have been passed on."""
REPLACEMENTS: tuple[Any, ...] = (None, "", "?", 0, -7, 10**30, 1.5, True, [], {}, [[]], [None], ["x"], {"x": {}})

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
"""Contents that no partner means."""


def damaged(content: Any) -> Iterator[Any]:
    """The content with each of its values in turn taken away or replaced by something of another kind."""
    for path in list(paths(content)):
        yield removed(content, path)
        for value in REPLACEMENTS:
            yield replaced(content, path, value)


def paths(content: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, value in inner:
        yield (*before, step)
        yield from paths(value, (*before, step))


def removed(content: Any, path: tuple[Any, ...]) -> Any:
    """A copy without the value at the path."""
    made = copy.deepcopy(content)
    del _holder(made, path)[path[-1]]
    return made


def replaced(content: Any, path: tuple[Any, ...], value: Any) -> Any:
    """A copy with another value at the path."""
    made = copy.deepcopy(content)
    _holder(made, path)[path[-1]] = value
    return made


def row_lists(content: Any) -> list[tuple[Any, ...]]:
    """The ways to lists of objects: rows."""
    found = [(), *paths(content)]
    return [path for path in found if _is_rows(at(content, path))]


def at(content: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for step in path:
        content = content[step]
    return content


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, dict) for row in value)


def _holder(content: Any, path: tuple[Any, ...]) -> Any:
    return at(content, path[:-1])
