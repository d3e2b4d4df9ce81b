"""Codes and names that a reader would take for one another (R4.1, R6.1)."""

import unicodedata

# Plain letters and digits that look alike in one print or another, in any case.
SINGLE = str.maketrans({"1": "l", "i": "l", "|": "l", "0": "o", "5": "s", "2": "z", "8": "b", "9": "g", "q": "g"})
# Two letters that look like one.
DOUBLE = (("rn", "m"), ("vv", "w"), ("cl", "d"))


def skeleton(code: str) -> str:
    """A code of plain letters and digits as it looks: two with the same skeleton are taken for one another."""
    shape = code.lower().translate(SINGLE)
    for pair, single in DOUBLE:
        shape = shape.replace(pair, single)
    return shape


def plain_name(name: str) -> str:
    """A name without what does not show: width, case, spaces, marks of direction."""
    signs = unicodedata.normalize("NFKC", name).casefold()
    return "".join(sign for sign in signs if not sign.isspace() and unicodedata.category(sign) != "Cf")
