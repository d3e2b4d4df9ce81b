"""Codes and names that a reader would take for one another (R4.1, R6.1)."""

import unicodedata

from hub.domain.identifiers import UNPRINTED

# Plain letters and digits that look alike in some font, in either case.
SINGLE = str.maketrans(
    {"1": "l", "i": "l", "j": "l", "|": "l", "-": None, "0": "o", "5": "s", "2": "z", "8": "b", "9": "g", "q": "g"}
)
# Two letters that look like one, once SINGLE has been applied: replaced in this order, as one may make another.
DOUBLE = (("rl", "n"), ("rn", "m"), ("nn", "m"), ("vv", "w"), ("cl", "d"))
# Controls, formats, and marks that have no place of their own.
UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me"})


def skeleton(code: str) -> str:
    """A code of plain letters and digits as it looks: two with the same skeleton are taken for one another."""
    shape = code.lower().translate(SINGLE)
    for pair, single in DOUBLE:
        shape = shape.replace(pair, single)
    return shape


def plain_name(name: str) -> str:
    """A name without what does not show: width, case, spaces, unprinted signs, marks."""
    signs = UNPRINTED.sub("", unicodedata.normalize("NFKC", name)).casefold()
    seen = (sign for sign in signs if not sign.isspace())
    return "".join(sign for sign in seen if unicodedata.category(sign) not in UNSEEN)
