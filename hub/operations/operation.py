"""The one table of operations: who may, under which article; authorisation and audit for all of them (ADR 0008)."""

import functools
from collections.abc import Callable, Iterable
from typing import Concatenate, ParamSpec, TypeVar

from hub.domain.refusals import NotPermitted, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.staff.token_scopes import covers
from hub.registry import audit
from hub.registry.staff import users

from .desk import Desk, Operation

P = ParamSpec("P")
R = TypeVar("R")


OPERATIONS: dict[str, Operation] = {}
STAFF = frozenset(Post)


class NotByThisToken(Refusal):
    """The API token's scopes do not name this operation, or no token may do it (R6.1); default deny."""

    article, status = "R6.1", 403
    says = ("接口令牌无权办理“{action}”。", "This API token may not do “{action}”.")
    then = (
        "请由信息中心发放含 {name} 权限的令牌,或由本人登录办理。",
        "Ask for a token with the scope {name}, or sign in.",
    )


class OnlyAtCompany(Refusal):
    """What concerns every unit is done by the company's own post, not by a unit below it (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "“{action}”影响全部单位,只能由市公司的岗位办理。",
        "“{action_en}” concerns every unit: only a post at the company may do it.",
    )
    then = ("请联系市公司的信息中心。", "Ask the company's information centre.")


def operation(
    name: str,
    /,
    *,
    article: str,
    posts: Iterable[Post],
    title: tuple[str, str],
    changes: bool = True,
    own: bool = False,
    audited: bool = True,
    people_only: bool = False,
    company: bool = False,
) -> Callable[[Callable[Concatenate[Desk, P], R]], Callable[Concatenate[Desk, P], R]]:
    """Enter a function into the table; its first argument is the desk.

    `name` is "noun.verb" and never changes: audit rows, tokens, the API's ids and pages keep it, wherever the
    function stands. `company`: the post must be held at a unit that lies below no other.

    Raises NotPermitted before the function runs when the actor holds none of the posts (default deny, R4.1).
    The hub itself (jobs, partners' facts) may do everything. A success leaves an audit row in the same transaction.
    """

    def enter(function: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[Desk, P], R]:
        if name in OPERATIONS:
            raise ValueError(f"two operations are called {name}")

        @functools.wraps(function)
        def perform(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> R:
            authorise(desk, row)
            result = function(desk, *args, **kwargs)
            if audited:
                audit.write(desk.tx, audit_line(desk, row, "done"))
            return result

        row = Operation(name, perform, article, frozenset(posts), title, changes, own, people_only, company)
        OPERATIONS[name] = row
        perform.operation = row  # type: ignore[attr-defined]
        return perform

    return enter


def authorise(desk: Desk, row: Operation) -> None:
    """Set the units that the operation covers for this actor, or raise NotPermitted."""
    desk.doing, desk.audit_object, desk.audit_detail = row, None, {}
    desk.at_unit = None
    if desk.actor == HUB:
        desk.units = None
        return
    if not in_scope(desk.actor, row):
        raise NotByThisToken(action=row.title[0], name=row.name)
    if not holds_post(desk.actor, row):
        raise NotPermitted(action=row.title[0], posts="、".join(sorted(row.posts)))
    desk.units = desk.covered_units(row.posts)
    if row.company:
        hold_company(desk, row)


def hold_company(desk: Desk, row: Operation) -> None:
    """What the desk does concerns every unit. Raises OnlyAtCompany unless it covers the company itself (R4.1)."""
    if desk.units is not None and not desk.units & users.top_units(desk.tx):
        raise OnlyAtCompany(action=row.title[0], action_en=row.title[1])


def in_scope(actor: Actor, row: Operation) -> bool:
    """Whether the API token by which the actor acts, if any, may carry this out."""
    return actor.token is None or (not row.people_only and covers(actor.token.scopes, row.name, row.changes))


def holds_post(actor: Actor, row: Operation) -> bool:
    """Whether the actor holds one of the operation's posts somewhere."""
    return row.own or bool(actor.posts & row.posts)


def permits(actor: Actor, row: Operation) -> bool:
    """Whether the actor's posts, and the token if there is one, allow the operation somewhere: its buttons are shown."""
    allowed = in_scope(actor, row) and holds_post(actor, row)
    return allowed and (not row.company or actor.at_company(row.posts))


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
        detail={**desk.audit_detail, **_by_which_right(desk, row)},
        request_id=desk.request_id,
        address=desk.address,
    )


def _by_which_right(desk: Desk, row: Operation) -> dict[str, object]:
    """The API token, and for whom a B holder acts where they could not by themselves (R5.1)."""
    found: dict[str, object] = {"token": desk.actor.token.name} if desk.actor.token else {}
    covers = [each for each in desk.actor.covers if each[0] in row.posts]
    if not covers:
        return found
    own = users.units_below(desk.tx, (unit for post, unit in desk.actor.own_grants() if post in row.posts))
    whose = {name for _, unit, name in covers if desk.at_unit in (None, unit)}
    if whose and not (own if desk.at_unit is None else desk.at_unit in own):
        found["for"] = sorted(whose)
    return found
