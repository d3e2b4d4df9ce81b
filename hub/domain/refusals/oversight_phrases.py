"""What the hub says of requests handed on, watched phones, hand-ins and spot checks, in English by its zh-CN words."""

from collections.abc import Mapping

PHRASES: Mapping[str, str] = {
    "关注期满,已核查": "the time of the watch is over, and it was checked",
    "核对依据": "source",
    "核查方式": "way of the check",
}
