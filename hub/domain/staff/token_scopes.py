"""Scopes of API tokens: the most that a token may carry out (S10)."""

from collections.abc import Iterable

# All operations that change nothing.
READ = "read"


def covers(scopes: Iterable[str], name: str, changes: bool) -> bool:
    """Whether one of the scopes names this operation, its noun ("asks.*"), or all reading."""
    noun = name.partition(".")[0] + ".*"
    return any(scope in (name, noun) or (scope == READ and not changes) for scope in scopes)
