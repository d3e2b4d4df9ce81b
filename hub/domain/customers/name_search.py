"""How a customer is found by part of a name: the grams under which a name is kept, and those that a query asks for.

The embedded server has no pg_trgm, so the grams are made here and kept beside the name in an indexed array.
"""

from functools import cache, lru_cache
from importlib import import_module
from typing import Any

# Begins a gram that stands at the start of a name.
START = "^"


@cache
def _readings() -> Any:
    """pypinyin, loaded when a name is first read: its tables take half a second of every process."""
    return import_module("pypinyin").lazy_pinyin


@lru_cache(maxsize=30_000)
def sound(character: str) -> str:
    """A Chinese character's first reading without its tone; a letter or digit in small; else nothing.

    Read by itself, not in its word: several times quicker in an import; 长 is always zhang.
    """
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    read = str(_readings()(character)[0])
    return read if read.isascii() and read.isalpha() else ""


def plain(words: str) -> str:
    """Names and queries without spaces, letters in small."""
    return "".join(words.split()).lower()


def sounds(name: str) -> list[str]:
    """The syllables of a name, one a character."""
    return [syllable for syllable in map(sound, plain(name)) if syllable]


def text(shop: str, holder: str) -> str:
    """What a query is compared with: both names, their initials and their full pinyin, apart by spaces."""
    parts = []
    for name in (shop, holder):
        read = sounds(name)
        parts += [plain(name), "".join(syllable[0] for syllable in read), "".join(read)]
    return " ".join(parts)


def grams(shop: str, holder: str) -> list[str]:
    """The array under which a customer is indexed: pairs of characters, threes of letters, and starts."""
    pieces: set[str] = set()
    for name in (shop, holder):
        pieces |= _grams(plain(name), sounds(name))
    return sorted(pieces)


def _grams(name: str, read: list[str]) -> set[str]:
    initials, full = "".join(piece[0] for piece in read), "".join(read)
    pieces = {name[at : at + 2] for at in range(len(name) - 1)}
    pieces |= {initials[at : at + 3] for at in range(len(initials) - 2)}
    at = 0
    for piece in read:
        pieces |= {full[at : at + 3], full[at : at + 6]}
        at += len(piece)
    starts = {name[:1], initials[:2], full[:2]}
    return {piece for piece in pieces if piece} | {START + piece for piece in starts if piece}


def asked(words: str) -> list[list[str]]:
    """Sets of grams: a customer that matches has all of one set. [] when the query is too short to be looked for.

    Letters are looked for as pinyin from the start of any syllable, or as three or more initials in a row.
    """
    query = plain(words)
    if not query:
        return []
    pairs = sorted({query[at : at + 2] for at in range(len(query) - 1)})
    if not query.isascii():
        return [pairs or [START + query]]
    if len(query) < 3:
        return [[START + query]] if len(query) == 2 else []
    threes = sorted({query[at : at + 3] for at in range(len(query) - 2)})
    return [threes, [query[:6] if len(query) >= 6 else query[:3]]]
