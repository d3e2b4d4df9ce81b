"""The one table of operations: who may, under which article; authorisation and audit for all of them (decision 19)."""

import functools
from collections.abc import Callable, Iterable
from typing import Concatenate, ParamSpec, TypeVar

from hub.domain.people import HUB, Post
from hub.domain.refusals import NotPermitted
from hub.registry import audit

from .desk import Desk, Operation

P = ParamSpec("P")
R = TypeVar("R")


OPERATIONS: dict[str, Operation] = {}
STAFF = frozenset(Post)


def operation(
    *,
    article: str,
    posts: Iterable[Post],
    title: tuple[str, str],
    changes: bool = True,
    own: bool = False,
    audited: bool = True,
) -> Callable[[Callable[Concatenate[Desk, P], R]], Callable[Concatenate[Desk, P], R]]:
    """Enter a function into the table. Its name is "module.function"; the first argument is the desk.

    Raises NotPermitted before the function runs when the actor holds none of the posts (default deny, R4.1).
    The hub itself (jobs, partners' facts) may do everything. A success leaves an audit row in the same transaction.
    """

    def enter(function: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[Desk, P], R]:
        name = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"
        row = Operation(name, article, frozenset(posts), title, changes, own)
        if name in OPERATIONS:
            raise ValueError(f"two operations are called {name}")
        OPERATIONS[name] = row

        @functools.wraps(function)
        def perform(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> R:
            authorise(desk, row)
            result = function(desk, *args, **kwargs)
            if audited:
                audit.write(desk.tx, audit_line(desk, row, "done"))
            return result

        perform.operation = row  # type: ignore[attr-defined]
        return perform

    return enter


def authorise(desk: Desk, row: Operation) -> None:
    """Set the units that the operation covers for this actor, or raise NotPermitted."""
    desk.doing, desk.audit_object, desk.audit_detail = row, None, {}
    if desk.actor == HUB:
        desk.units = None
        return
    if not row.own and not desk.actor.posts & row.posts:
        raise NotPermitted(action=row.title[0], posts="、".join(sorted(row.posts)))
    desk.units = desk.covered_units(row.posts)


def audit_line(desk: Desk, row: Operation, outcome: str) -> audit.Line:
    """The audit line of this desk for an outcome (done, refused)."""
    return audit.Line(
        user_id=desk.actor.user_id,
        actor=desk.actor.name,
        posts=sorted(desk.actor.posts & row.posts),
        operation=row.name,
        article=row.article,
        about=desk.audit_object,
        outcome=outcome,
        detail=desk.audit_detail,
        request_id=desk.request_id,
        address=desk.address,
    )
