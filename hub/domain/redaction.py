"""Taking sensitive values out of text that people or logs will see."""

import re
from collections.abc import Iterable

DIGITS = re.compile(r"(?<!\d)\d{6,21}[\dXx]?(?!\d)")
LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
GROUPED = re.compile(r"(?<!\d)\d{4}(?:[ -]\d{4}){3}(?:[ -]?\d{1,4})?(?!\d)")
"""A card as it stands on the plastic."""
CHINESE_NAME = re.compile(r'("(?:pay_)?(?:acct_name|blv_name|custName|holder_name|name)"\s*:\s*")([^"]+)(")')


def redact(text: str) -> str:
    """The text with runs of digits that could be cards, accounts, ID numbers or phones masked, and signatures cut."""
    text = CHINESE_NAME.sub(lambda found: found[1] + found[2][:1] + "**" + found[3], text)
    text = LONG_BASE64.sub(lambda found: found[0][:8] + "…", text)
    text = GROUPED.sub(lambda found: _stars(re.sub(r"\D", "", found[0])), text)
    return DIGITS.sub(_mask, text)


def redact_known(text: str, known: Iterable[str]) -> str:
    """Redacted text in which these values are masked too, whatever their form; the longest first."""
    for value in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(value, _stars(value) if len(value) > 4 else value[:1] + "**")
    return redact(text)


def _mask(found: re.Match[str]) -> str:
    run = found[0]
    if len(run) in (6, 7, 8, 9, 10, 12, 14, 24):
        return run
    return _stars(run)


def _stars(run: str) -> str:
    return run[:2] + "*" * (len(run) - 4) + run[-2:]
