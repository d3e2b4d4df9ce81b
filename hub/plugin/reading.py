"""Strict reading of a partner's answer: JSON without duplicate names, texts, and how long to wait."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NoReturn

from hub.domain.facts import Unknown

# Bytes. A larger answer is not parsed: a page of 5,000 records has a third of that, and parsed JSON takes several
# times its text in memory.
LARGEST = 4 * 1024 * 1024
# Seconds. A partner that asks for longer is asked again after an hour all the same: a mistyped header must not park
# its asks for days.
LONGEST_WAIT = 3600


def read_json(body: bytes | str) -> dict[str, Any]:
    """A JSON object, in UTF-8 if bytes. Raises Unknown: too_large, charset, not_json, doubled_name, not_an_object.

    Readers disagree on duplicate names, some taking the first value and some the last, so such an answer proves nothing.
    """
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        text = body.decode() if isinstance(body, bytes) else body
        content = json.loads(text, object_pairs_hook=_without_doubles, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    # Thousands of nested brackets end in a RecursionError: the partner's nonsense, not a fault of ours.
    except (ValueError, RecursionError):
        raise Unknown("not_json") from None
    if not isinstance(content, dict):
        raise Unknown("not_an_object")
    return content


def _without_doubles(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise Unknown("doubled_name")
    return names


def _refuse_constant(_: str) -> NoReturn:
    """Refuse NaN and Infinity: Python reads them, but they are not JSON."""
    raise Unknown("not_json")


def text_at(holder: object, name: str) -> str:
    """A text of an object, stripped; empty if it is missing or not a text."""
    text = holder.get(name) if isinstance(holder, Mapping) else None
    return text.strip() if isinstance(text, str) else ""


def plain_at(holder: object, name: str) -> str:
    """Like `text_at`, for partners that write codes sometimes as texts and sometimes as whole numbers."""
    plain = holder.get(name) if isinstance(holder, Mapping) else None
    # bool is an int in Python: without the second test `true` would be read as the code "True".
    return str(plain).strip() if isinstance(plain, str | int) and not isinstance(plain, bool) else ""


def wait_wanted(headers: Mapping[str, str], *names: str) -> timedelta | None:
    """How long the partner asks us to wait, by the first of these headers that holds seconds; at most an hour.

    Without names: by Retry-After. None if no header says so in whole seconds.
    """
    for name in names or ("retry-after",):
        # Retry-After may also be a date, which would need the partner's clock. The digits are bounded before int().
        if re.fullmatch("[0-9]{1,9}", headers.get(name, "")):
            return timedelta(seconds=min(int(headers[name]), LONGEST_WAIT))
    return None


__all__ = ["LARGEST", "LONGEST_WAIT", "plain_at", "read_json", "text_at", "wait_wanted"]
