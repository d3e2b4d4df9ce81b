"""Answers that prove nothing, and answers with one thing wrong."""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from .play import Sample

# Bodies sent with HTTP 200 that mean nothing: login pages, half an answer, foreign charsets, a megabyte of blanks,
# nesting that exhausts recursion, an external entity, JSON of the wrong kind.
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
# Answers of a proxy or gateway in front of the partner, which may or may not have passed the call on.
STATUSES: tuple[Sample, ...] = tuple((status, b"<html>oops</html>") for status in (302, 500, 502, 504))
# One of each JSON kind, among them what careless code takes for "nothing" ("", 0, [], {}) or cannot hold (10**30).
REPLACEMENTS: tuple[Any, ...] = (None, "", "?", 0, -7, 10**30, 1.5, True, [], {}, [[]], [None], ["x"], {"x": {}})

# Contents that no partner sends on purpose.
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def damaged(content: Any) -> Iterator[Any]:
    """The content with each of its values in turn taken away or replaced by something of another kind."""
    for path in list(paths(content)):
        yield removed(content, path)
        for replacement in REPLACEMENTS:
            yield replaced(content, path, replacement)


def paths(content: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value inside."""
    inner = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for step, part in inner:
        yield (*before, step)
        yield from paths(part, (*before, step))


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
    """The paths to lists of objects, which are taken for rows."""
    places = [(), *paths(content)]
    return [path for path in places if _is_rows(at(content, path))]


def at(content: Any, path: tuple[Any, ...]) -> Any:
    """The value at a path."""
    for step in path:
        content = content[step]
    return content


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _holder(content: Any, path: tuple[Any, ...]) -> Any:
    return at(content, path[:-1])


# Wrong answers by the thousand, the same ones for each seed.

# Makes a wrong answer of a good one.
Way = Callable[[random.Random, bytes], bytes]
# Values that are no partner's code and no customer's number. 0 is left out because some partner's code is "0";
# the full-width zero and the figure space look like a code to a careless reader.
ODD: tuple[Any, ...] = (
    *(value for value in REPLACEMENTS if value != 0),
    "00000",
    "０",
    "\u2007",
    "-0",
    "x" * 300,
    [{}],
)
# Names under which codes stand.
CODED = re.compile("code|state|status|result|type", re.IGNORECASE)
LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
# "Billion laughs" (ten times ten, eleven levels deep), and internal and external entities.
DOCTYPES: tuple[str, ...] = (
    f'<!DOCTYPE a [<!ENTITY e0 "0">{LAUGHS}]>',
    '<!DOCTYPE a [<!ENTITY e11 "0">]>',
    '<!DOCTYPE a [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd">%p;]>',
    '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd">',
)


def html(chance: random.Random, good: bytes) -> bytes:
    """A page of something between hub and partner."""
    word = chance.choice(["login", "0000", "成功", "RspCode", good[:80].decode("utf-8", "replace")])
    return f"<html><head><title>{word}</title></head><body>{word * chance.randrange(50)}</body></html>".encode()


def cut(chance: random.Random, good: bytes) -> bytes:
    """The beginning alone."""
    return good[: chance.randrange(len(good))]


def foreign(chance: random.Random, good: bytes) -> bytes:
    """In another charset; in GBK only where that gives other bytes, since ASCII in GBK is the good answer."""
    text = good.decode("utf-8", "replace")
    names = ["utf-16", "utf-16-le", "utf-16-be", "utf-32"]
    return text.encode(chance.choice(names if text.isascii() else [*names, "gbk", "gb18030"]), "replace")


def deep(chance: random.Random, good: bytes) -> bytes:
    """Nested without end."""
    levels = chance.randrange(1000, 20_000)
    return chance.choice([b'{"a":' * levels, b"[" * levels, b"<a>" * levels, b"<a>" * levels + b"</a>" * levels])


def entities(chance: random.Random, good: bytes) -> bytes:
    """A document type before the answer; where that is XML, with its entity in place of the first value."""
    text, begun = good.decode("utf-8", "replace"), chance.choice(["", '<?xml version="1.0"?>'])
    if "</" not in text:
        text = "<a><code>&e11;</code></a>"
    text = re.sub(r"<\?xml[^>]*\?>", "", text)
    return (begun + chance.choice(DOCTYPES) + re.sub(">[^<>]+<", ">&e11;<", text, count=1)).encode()


def noise(chance: random.Random, good: bytes) -> bytes:
    """Anything."""
    return chance.choice([*BODIES[:-1], b" " * 50, b"00", b"0000", chance.randbytes(chance.randrange(300))])


def doubled(chance: random.Random, good: bytes) -> bytes:
    """A name twice, so that it could be read either way."""
    names = list(re.finditer(rb'"(\w+)"(?=\s*:)', good))
    if not names:
        return noise(chance, good)
    place = chance.choice(names)
    return good[: place.start()] + place[0] + b': "%d", ' % chance.randrange(9999) + good[place.start() :]


# For every partner.
WAYS: tuple[Way, ...] = (html, cut, foreign, deep, entities, noise, doubled)


def flipped(chance: random.Random, good: bytes) -> bytes:
    """One bit."""
    made = bytearray(good)
    made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
    return bytes(made)


def inserted(chance: random.Random, good: bytes) -> bytes:
    """A few bytes more."""
    place = chance.randrange(len(good))
    return good[:place] + chance.randbytes(chance.randrange(1, 9)) + good[place:]


def reordered(chance: random.Random, good: bytes) -> bytes:
    """The same JSON written again with names in another order and other blanks, under the old signature.

    It catches a plugin that verifies what it has parsed instead of the bytes that came.
    """
    try:
        content = json.loads(good)
    except ValueError:
        return flipped(chance, good)
    blanks = chance.choice([(",", ":"), (", ", ": "), (" ,", " :")])
    return json.dumps(shuffled(chance, content), ensure_ascii=chance.random() < 0.5, separators=blanks).encode()


def unsigned(chance: random.Random, good: bytes) -> bytes:
    """Without its signature, or with that of something else."""
    signs = list(re.finditer(rb'("sign(?:ature)?"\s*:\s*")([^"]*)(")', good, re.IGNORECASE))
    if not signs:
        return flipped(chance, good)
    # The last one is the envelope's; a field of that name inside would be content.
    place = signs[-1]
    other = chance.choice([b"", place[2][::-1], place[2][: len(place[2]) // 2], b"AAAA" * chance.randrange(1, 90)])
    whole = chance.random() < 0.3
    return (
        good[: place.start()].rstrip(b", ") + b"}" if whole else good[: place.start(2)] + other + good[place.end(2) :]
    )


# For partners who sign: here even one changed bit must be noticed.
SIGNED_WAYS: tuple[Way, ...] = (*WAYS, flipped, inserted, reordered, unsigned)


def shuffled(chance: random.Random, content: Any, level: int = 0) -> Any:
    """The content with its names in another order, except at the outermost level.

    There the envelope stands, whose order a partner's framing may depend on.
    """
    if isinstance(content, list):
        return [shuffled(chance, part, level + 1) for part in content]
    if not isinstance(content, dict):
        return content
    names = list(content)
    return {n: shuffled(chance, content[n], level + 1) for n in (chance.sample(names, len(names)) if level else names)}


def spoilt(chance: random.Random, content: Any) -> Any:
    """The content with one to three of its values missing, odd, or an unknown code."""
    for _ in range(chance.choice([1, 1, 1, 2, 3])):
        ways = list(paths(content))
        if not ways:
            return chance.choice(ODD)
        path = chance.choice(ways)
        if chance.random() < 0.2:
            content = removed(content, path)
        elif CODED.search(str(path[-1])) and chance.random() < 0.5:
            content = replaced(
                content, path, "?" + "".join(chance.choices("AEPSU0123456789", k=chance.randrange(1, 8)))
            )
        else:
            content = replaced(content, path, chance.choice(ODD))
    return content
