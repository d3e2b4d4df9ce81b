"""Search by part of a name: the n-grams under which a name is indexed, and those that a query needs.

The embedded server has no pg_trgm, so the n-grams are made here and stored beside the name in an indexed array.
"""

from functools import lru_cache

from hub.lazy import load

# Marks an n-gram at the beginning of a name.
START = "^"


@lru_cache(maxsize=30_000)
def sound(character: str) -> str:
    """A Chinese character's first reading without the tone; a letter or digit in lower case; otherwise nothing.

    Read on its own, not in its word, which is several times faster in an import; 长 is therefore always zhang.
    """
    if character.isascii():
        return character.lower() if character.isalnum() else ""
    read: str = load("hub.domain.customers.readings").first_reading(character)
    return read if read.isascii() and read.isalpha() else ""


def plain(words: str) -> str:
    """Names and queries without spaces, in lower case."""
    return "".join(words.split()).lower()


def sounds(name: str) -> list[str]:
    """The syllables of a name, one a character."""
    return [syllable for syllable in map(sound, plain(name)) if syllable]


def text(shop: str, holder: str) -> str:
    """The text that a query is matched against: both names, their initials and full pinyin, separated by spaces."""
    parts = []
    for name in (shop, holder):
        read = sounds(name)
        parts += [plain(name), "".join(syllable[0] for syllable in read), "".join(read)]
    return " ".join(parts)


def grams(shop: str, holder: str) -> list[str]:
    """The n-grams under which a customer is indexed: pairs of characters, threes of letters, and beginnings."""
    # What `asked` can ask for must be among them: the two functions change together, and the stored arrays with them.
    all_grams: set[str] = set()
    for name in (shop, holder):
        all_grams |= _grams(plain(name), sounds(name))
    return sorted(all_grams)


def _grams(name: str, read: list[str]) -> set[str]:
    initials, full = "".join(syllable[0] for syllable in read), "".join(read)
    parts = {name[at : at + 2] for at in range(len(name) - 1)}
    parts |= {initials[at : at + 3] for at in range(len(initials) - 2)}
    # Pinyin from each syllable's start, three and six letters long: a query may begin at any syllable.
    at = 0
    for syllable in read:
        parts |= {full[at : at + 3], full[at : at + 6]}
        at += len(syllable)
    starts = {name[:1], initials[:2], full[:2]}
    return {syllable for syllable in parts if syllable} | {START + syllable for syllable in starts if syllable}


def asked(words: str) -> list[list[str]]:
    """Sets of n-grams: a matching customer has all n-grams of one set. [] if the query is too short to search.

    Letters match pinyin from the start of any syllable, or three or more initials in a row.
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
    # The array only narrows the search: the rows that it finds are then compared with the query itself.
    return [threes, [query[:6] if len(query) >= 6 else query[:3]]]
