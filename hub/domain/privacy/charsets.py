"""A partner's bytes as people read them: in the charset that was declared, with the bytes that fit none beside the text."""

import re
from collections.abc import Iterable, Mapping, Sequence

# The charsets in which partners write, by their usual names; GB18030 reads its predecessors too. Latin-1 is left out:
# servers name it by default, every byte fits it, and a person's name in other bytes would no longer be seen and masked.
KNOWN: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
}
USUAL = "utf-8"
HAN = re.compile("[\u4e00-\u9fff]")
NAMED = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_-]{1,20})""", re.IGNORECASE)


def known_charset(name: object) -> str | None:
    """A charset by the name of our codec; None for one that we do not read."""
    return KNOWN.get(name.strip().lower()) if isinstance(name, str) else None


def declared(names: Iterable[object]) -> str:
    """The charsets that messages may be in by these declarations, likeliest first, separated by spaces."""
    return " ".join(dict.fromkeys(known for known in map(known_charset, names) if known))


def named_in(headers: Mapping[str, str]) -> str | None:
    """The charset that a message's own Content-Type names; None if it names none that we read."""
    kind = next((text for name, text in headers.items() if name.lower() == "content-type"), "")
    named = NAMED.search(kind)
    return known_charset(named[1]) if named else None


def readable(raw: bytes, charsets: Sequence[str], known: Iterable[str] = ()) -> str:
    """The text in the first of these charsets (then UTF-8) that fits all of it; else what fits, other bytes as \\x9f.

    Chinese in UTF-8 is recognised by its bytes and goes first, whatever was declared. A charset in which one of the
    `known` values occurs goes before even that, so that what must be masked is seen.
    """
    # ASCII names are left out: they have the same bytes in every charset and say nothing about it.
    names = [name for name in known if name and not name.isascii()]
    likely = list(dict.fromkeys((USUAL, *charsets) if _is_chinese_utf8(raw) else (*charsets, USUAL)))
    likely.sort(key=lambda charset: not any(_bytes_of(name, charset) in raw for name in names))
    for charset in likely:
        try:
            return raw.decode(charset)
        except UnicodeDecodeError:
            continue
    return raw.decode(likely[0], errors="backslashreplace")


def _is_chinese_utf8(raw: bytes) -> bool:
    """Whether the bytes are UTF-8 throughout, with a Chinese character: text in GBK is that only by a rare chance.

    The reverse would prove nothing: nearly every UTF-8 text can be read as some text in GBK too.
    """
    try:
        return HAN.search(raw.decode(USUAL)) is not None
    except UnicodeDecodeError:
        return False


def _bytes_of(name: str, charset: str) -> bytes:
    """The name's bytes; those of UTF-8 for a charset that cannot hold it."""
    try:
        return name.encode(charset)
    except UnicodeEncodeError:
        return name.encode()
