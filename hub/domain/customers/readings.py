"""How a Chinese character is read, by pypinyin: loaded when a name is first read, because its tables take 0.3 s."""

from pypinyin import lazy_pinyin


def first_reading(character: str) -> str:
    """Its first reading without the tone; what pypinyin does not know comes back as it is."""
    return str(lazy_pinyin(character)[0])
