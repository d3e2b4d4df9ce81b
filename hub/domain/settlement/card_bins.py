"""Which bank issued a card, by its first digits (public BIN lists, gathered in the protocol notes §12)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Issuer:
    """The bank's channel and the account kind; None: any (UnionPay's test BINs)."""

    bank: str | None
    kind: str | None


def _spread(words: str) -> list[str]:
    numbers: list[str] = []
    for word in words.split():
        first, _, last = word.partition("-")
        numbers += [str(number) for number in range(int(first), int(last or first) + 1)]
    return numbers


_TABLE: dict[tuple[str | None, str | None], str] = {
    (None, None): "621214 622424",
    ("icbc", "debit_card"): (
        "622200 622202 622203 622208 621225-621227 621229 621230 621240 621281 621288 621476 621558 621559 621670 "
        "621720-621724 620058 623062 623163 621205-621211 622020 622302-622313 622510 622806 623002 623100 9558"
    ),
    ("icbc", "credit_card"): (
        "622210-622215 622230-622240 622245 622246 622158 622159 622597 622599 622910 625247 625249 625858-625859 "
        "625915-625917 628286 427020 427030 451810 451811 524047 524091 528856 530970 370247"
    ),
    ("abc", "debit_card"): (
        "622848 622841 622843-622847 622849 622821-622828 620059 620501 621282 621336 621619 621671 623018 623052 "
        "623206 95595-95599 601427"
    ),
    ("abc", "credit_card"): (
        "622836-622839 625336 625826 625827 625996-625998 628268 628269 403361 404117-404121 463758 514027 519412 "
        "519413 520082 520083"
    ),
    ("postal", "debit_card"): (
        "621799 621797 621798 621095 621096 621098 621285 621582 621599 621674 622150 622151 622180-622182 "
        "622187-622189 623218 623698 623699 620062 955100"
    ),
    ("postal", "credit_card"): "622810-622812 622835 625367 625368 625603 625919 628310 518905 557928",
}
BINS: dict[str, Issuer] = {bin: Issuer(*who) for who, words in _TABLE.items() for bin in _spread(words)}


def issuer(number: str) -> Issuer | None:
    """Who issued the card; None for a BIN that is not in the table (a warning at most, never a refusal)."""
    for length in (6, 5, 4):
        if number[:length] in BINS:
            return BINS[number[:length]]
    return None
