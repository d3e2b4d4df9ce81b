"""What is wrong with a field of a call, in words: by pydantic's name for the rule, with its limit, never the value."""

from collections.abc import Mapping
from typing import Any

from hub.domain.plain_text import WORDS

Both = tuple[str, str]
MISSING: Both = ("没有填写", "is missing")
UNKNOWN: Both = ("接口没有这一项", "is not known here")
TEXT: Both = ("应为文本", "must be a text")
NUMBER: Both = ("应为整数", "must be a whole number")
YES_NO: Both = ("应为 true 或 false", "must be true or false")
LIST: Both = ("应为数组", "must be a list")
OBJECT: Both = ("应为 JSON 对象", "must be a JSON object")
ID: Both = ("应为 UUID", "must be a UUID")
MOMENT: Both = (
    "应为带时区的时间,如 2026-01-31T08:30:00+08:00(在地址中“+”写作 %2B)",
    "must be a moment with its zone, as 2026-01-31T08:30:00+08:00 (in an address “+” is %2B)",
)
# For a rule that is not listed: none of our shapes uses it, or this version of pydantic does not have it.
OTHER: Both = ("不符合接口说明", "is not what the API's description says")
RULES: Mapping[str, Both] = {
    "missing": MISSING,
    "extra_forbidden": UNKNOWN,
    "string_type": TEXT,
    "string_too_short": ("至少 {min_length} 个字符", "takes at least {min_length} characters"),
    "string_too_long": ("最多 {max_length} 个字符", "takes at most {max_length} characters"),
    "string_pattern_mismatch": ("须符合 {pattern}", "must match {pattern}"),
    "too_short": ("至少 {min_length} 项", "takes at least {min_length} entries"),
    "too_long": ("最多 {max_length} 项", "takes at most {max_length} entries"),
    "greater_than_equal": ("不小于 {ge}", "must be at least {ge}"),
    "less_than_equal": ("不大于 {le}", "must be at most {le}"),
    "greater_than": ("大于 {gt}", "must be more than {gt}"),
    "less_than": ("小于 {lt}", "must be less than {lt}"),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_parsing_size": NUMBER,
    "int_from_float": NUMBER,
    "bool_type": YES_NO,
    "bool_parsing": YES_NO,
    "list_type": LIST,
    "dict_type": OBJECT,
    "model_type": OBJECT,
    "model_attributes_type": OBJECT,
    "dataclass_type": OBJECT,
    "json_invalid": OBJECT,
    "enum": ("应为 {expected} 之一", "must be one of {expected}"),
    "literal_error": ("应为 {expected} 之一", "must be one of {expected}"),
    "uuid_type": ID,
    "uuid_parsing": ID,
    "not_a_text": TEXT,
    "not_a_day": ("应为日期,如 2026-01-31", "must be a day, as 2026-01-31"),
    "not_a_moment": MOMENT,
    "datetime_from_date_parsing": MOMENT,
    "datetime_parsing": MOMENT,
    "datetime_type": MOMENT,
    "timezone_aware": MOMENT,
    "not_in_calendar": ("年份应在 1900 至 2199 之间", "must be of a year from 1900 to 2199"),
    "not_a_secret": ("应为 1 至 500 个可见字符", "takes 1 to 500 printable characters"),
    "no_such_field": ("没有这个字段", "is no field of a customer"),
    **WORDS,
}


def words_of(error: Mapping[str, Any], tongue: int) -> str:
    """The words of a validation error, zh-CN (0) or English (1). Only the rule's limits appear, never the input."""
    rule, limits = str(error["type"]), {name: _limit(limit) for name, limit in error.get("ctx", {}).items()}
    # Behind a validator of ours pydantic no longer knows that it measures a text and says "too_short" of a "Value";
    # of a list it says so, and keeps those rule names.
    if limits.get("field_type") == "Value":
        rule = f"string_{rule}"
    return RULES.get(rule, OTHER)[tongue].format(**limits)


def _limit(limit: object) -> object:
    return limit.replace("'", "").replace(" or ", ", ") if isinstance(limit, str) else limit
