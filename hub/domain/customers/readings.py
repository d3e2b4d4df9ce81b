"""Readings of Chinese characters, by pypinyin: loaded when the first name is read, because its tables take 0.3 s."""

from pypinyin import lazy_pinyin


def first_reading(character: str) -> str:
    """Its first reading without the tone; a character that pypinyin does not know comes back as it is."""
    return str(lazy_pinyin(character)[0])
