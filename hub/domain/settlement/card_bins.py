"""First digits of bank cards: a bank's plugin declares its own; those of all banks tell a card from other numbers."""

from collections.abc import Collection


def spread(words: str) -> list[str]:
    """Each beginning in "622200, 621225-621227". Raises ValueError for anything written otherwise."""
    numbers: list[str] = []
    for word in words.replace(",", " ").split():
        first, dash, last = word.partition("-")
        numbers += [str(number) for number in range(int(first), int(last if dash else first) + 1)]
    return numbers


def longest(bins: Collection[str], number: str) -> str:
    """The longest of these beginnings that the number has; empty if it has none (4 to 6 digits)."""
    return next((number[:length] for length in (6, 5, 4) if number[:length] in bins), "")


# Public BIN lists, gathered in the protocol notes §12; 621214 and 622424 are UnionPay's test cards.
BINS = frozenset(
    spread(
        "621214, 622424, "
        "622200, 622202, 622203, 622208, 621225-621227, 621229, 621230, 621240, 621281, 621288, 621476, 621558, "
        "621559, 621670, 621720-621724, 620058, 623062, 623163, 621205-621211, 622020, 622302-622313, 622510, "
        "622806, 623002, 623100, 9558, 622210-622215, 622230-622240, 622245, 622246, 622158, 622159, 622597, 622599, "
        "622910, 625247, 625249, 625858-625859, 625915-625917, 628286, 427020, 427030, 451810, 451811, 524047, "
        "524091, 528856, 530970, 370247, 622848, 622841, 622843-622847, 622849, 622821-622828, 620059, 620501, "
        "621282, 621336, 621619, 621671, 623018, 623052, 623206, 95595-95599, 601427, 622836-622839, 625336, 625826, "
        "625827, 625996-625998, 628268, 628269, 403361, 404117-404121, 463758, 514027, 519412, 519413, 520082, "
        "520083, 621799, 621797, 621798, 621095, 621096, 621098, 621285, 621582, 621599, 621674, 622150, 622151, "
        "622180-622182, 622187-622189, 623218, 623698, 623699, 620062, 955100, 622810-622812, 622835, 625367, "
        "625368, 625603, 625919, 628310, 518905, 557928"
    )
)


def is_known(number: str) -> bool:
    """Whether it begins like a card of a bank in the public lists: then it is masked wherever it occurs."""
    return bool(longest(BINS, number))
