"""Taking sensitive values out of text that people or logs will see."""

import re

DIGITS = re.compile(r"(?<!\d)\d{6,21}[\dXx]?(?!\d)")
LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
CHINESE_NAME = re.compile(r'("(?:pay_)?(?:acct_name|blv_name|custName|holder_name|name)"\s*:\s*")([^"]+)(")')


def redact(text: str) -> str:
    """The text with runs of digits that could be cards, accounts, ID numbers or phones masked, and signatures cut."""
    text = CHINESE_NAME.sub(lambda found: found[1] + found[2][:1] + "**" + found[3], text)
    text = LONG_BASE64.sub(lambda found: found[0][:8] + "…", text)
    return DIGITS.sub(_mask, text)


def _mask(found: re.Match[str]) -> str:
    run = found[0]
    if len(run) in (6, 7, 8, 9, 10, 12, 14, 24):
        return run
    return run[:2] + "*" * (len(run) - 4) + run[-2:]
