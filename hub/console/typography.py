"""Chinese text set as Chinese readers expect it: full-width punctuation beside Chinese characters."""

import re

# Chinese punctuation, ideographs, full-width forms, and the quotation marks that both languages share.
HAN = "\u3000-\u303f\u4e00-\u9fff\uff00-\uffef“”"
WIDE = str.maketrans(",;:!?", "，；：！？")
STOPS = re.compile(f"(?<=[{HAN}])[,;:!?]|[,;:!?](?=[{HAN}])")
BRACKETS = re.compile(r"\(([^()]*)\)")


def typeset(text: str) -> str:
    """The text with commas, colons and brackets that touch Chinese made full-width; all else stays as it is.

    Brackets go first: a comma beside one counts as touching Chinese only once the bracket is full-width.
    """
    text = BRACKETS.sub(_bracket, text)
    return STOPS.sub(lambda found: found[0].translate(WIDE), text)


def spoken(words: tuple[str, str], tongue: int) -> str:
    """A pair of texts in the reader's language, the Chinese one set."""
    return words[1] if tongue else typeset(words[0])


def _bracket(found: re.Match[str]) -> str:
    around = found.string[max(found.start() - 1, 0) : found.end() + 1]
    return f"（{found[1]}）" if re.search(f"[{HAN}]", around) else found[0]
