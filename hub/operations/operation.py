"""The one table of operations: who may, under which article; authorisation and audit for all of them (ADR 0008)."""

import functools
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Concatenate, ParamSpec, TypeVar

from hub.domain.refusals import NotPermitted, OnlyDuringLeave, Refusal
from hub.domain.staff.posts import HUB, POST_TITLES, Actor, Post, post_words
from hub.domain.staff.token_scopes import covers
from hub.ports import SHANGHAI, now
from hub.registry import audit
from hub.registry.staff import leave_cover, users

from .desk import Desk, Operation
from .views import customers_in

# A page that is reloaded or looked through again within this time is one reading.
ONCE_IN = timedelta(hours=1)
P = ParamSpec("P")
R = TypeVar("R")


# Filled by the decorator below, as the modules of operations are imported.
OPERATIONS: dict[str, Operation] = {}
STAFF = frozenset(Post)
# The one change that somebody on leave may make: come back.
RETURNS = "cover.end_leave"


class NotByThisToken(Refusal):
    """The API token's scopes do not name this operation, or no token may do it (R6.1); default deny."""

    article, status = "R6.1", 403
    says = ("接口令牌无权办理“{action}”。", "This API token may not do “{action_en}”.")
    then = (
        "请由信息中心发放含 {name} 权限的令牌,或由本人登录办理。",
        "Ask for a token with the scope {name}, or sign in.",
    )


class NeverByToken(NotByThisToken):
    """No token may do it: people carry it out themselves (R6.1)."""

    says = ("“{action}”只能由本人登录办理,不授予接口令牌。", "No API token may do “{action_en}”.")
    then = ("请由有权岗位的人员登录后办理。", "Let a person who may sign in and do it.")


# Programs know both by one code.
NeverByToken.code = NotByThisToken.code


class OnlyAtCompany(Refusal):
    """An operation that affects every unit needs a post at the company itself (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "“{action}”影响全部单位,只能由市公司的岗位办理。",
        "“{action_en}” affects every unit: only a post at the company may do it.",
    )
    then = ("请联系市公司的信息中心。", "Ask the company's information centre.")


class OnLeave(Refusal):
    """During a leave the B holder named in the handover record acts, and nobody else beside them (R5.2)."""

    article, status = "R5.2", 403
    says = (
        "您正在休假(至 {until}),期间由 B 岗人员办理“{action}”。",
        "You are on leave (until {until}); meanwhile the B holder does this: {action_en}.",
    )
    then = (
        "请联系顶岗的 B 岗人员;已经返岗的,请科长或信息中心先结束休假。",
        "Ask the B holder; if you are back, let the section chief or the information centre end the leave first.",
    )


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
    The hub itself (jobs, partners' facts) may do everything. A success leaves an audit row in the same transaction; a
    reading that is not `audited` each time leaves one an hour for each person and each thing they saw (G5).
    """

    def enter(function: Callable[Concatenate[Desk, P], R]) -> Callable[Concatenate[Desk, P], R]:
        # Audit rows, tokens and permissions know an operation by its name alone.
        if name in OPERATIONS:
            raise ValueError(f"two operations are called {name}")

        @functools.wraps(function)
        def perform(desk: Desk, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with _within(desk):
                authorise(desk, entry)
                outcome = function(desk, *args, **kwargs)
                # Written after the function, which names the object and adds the details.
                if audited or _is_new_reading(desk, entry, outcome):
                    audit.write(desk.tx, audit_line(desk, entry, "done"))
                return outcome

        entry = Operation(name, perform, article, frozenset(posts), title, changes, own, people_only, company)
        OPERATIONS[name] = entry
        perform.operation = entry  # type: ignore[attr-defined]  # read by `Office.perform` and the console's forms
        return perform

    return enter


@contextmanager
def _within(desk: Desk) -> Iterator[None]:
    """Give an operation that calls another one its own units and audit line back when that one is done.

    What a changing operation is about stays if only the other one named it.
    """
    outer = (desk.doing, desk.units, desk.at_unit, desk.audit_object, desk.audit_detail) if desk.depth else None
    desk.depth += 1
    try:
        yield
    finally:
        desk.depth -= 1
    if outer is None:
        return
    named = desk.audit_object
    desk.doing, desk.units, desk.at_unit, desk.audit_object, desk.audit_detail = outer
    if desk.audit_object is None and desk.doing is not None and desk.doing.changes:
        desk.audit_object = named


def authorise(desk: Desk, entry: Operation) -> None:
    """Set the units that the operation covers for this actor, or raise NotPermitted."""
    # A desk may carry out several operations in a row: nothing of the one before goes into this one's audit line.
    desk.doing, desk.audit_object, desk.audit_detail = entry, None, {}
    desk.at_unit = None
    if desk.actor == HUB:
        desk.units = None
        return
    if not in_scope(desk.actor, entry):
        kind = NeverByToken if entry.people_only else NotByThisToken
        raise kind(action=entry.title[0], action_en=entry.title[1], name=entry.name)
    if not holds_post(desk.actor, entry):
        refuse_holder_b(desk, entry)
        raise NotPermitted(action=entry.title[0], action_en=entry.title[1], **post_words(sorted(entry.posts)))
    # Reading, one's own things and the way back stay open; everything else is the B holder's now.
    if desk.actor.away_until is not None and entry.changes and not entry.own and entry.name != RETURNS:
        until = f"{desk.actor.away_until.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
        raise OnLeave(until=until, action=entry.title[0], action_en=entry.title[1])
    desk.units = desk.covered_units(entry.posts)
    if entry.company:
        hold_company(desk, entry)


def _is_new_reading(desk: Desk, entry: Operation, outcome: object) -> bool:
    """Whether a person sees what this operation has not shown them within ONCE_IN; names the object if none is named.

    A list has no object of its own: it is recorded by what it shows, from the first customer to the last, so that
    another page of it is another reading. What shows no customer is no reading.
    """
    if entry.changes or desk.actor.user_id is None:
        return False
    customers = [] if desk.audit_object else list(customers_in(outcome))
    if customers:
        desk.about("customers", f"{customers[0]}…{customers[-1]}")
        desk.audit_detail["shown"] = len(set(customers))
    if desk.audit_object is None:
        return False
    return not audit.recent(desk.tx, desk.actor.user_id, entry.name, desk.audit_object[1], now() - ONCE_IN)


def refuse_holder_b(desk: Desk, entry: Operation) -> None:
    """Raise OnlyDuringLeave when the actor is holder B of one of the posts, naming A (R5.1)."""
    user_id = desk.actor.user_id
    for grant in users.posts_of(desk.tx, user_id) if user_id is not None else ():
        if grant.post in entry.posts and grant.holder == "b":
            post, above = Post(grant.post), users.units_above(desk.tx, grant.unit_code)
            names = "、".join(user.name for user in leave_cover.holders(desk.tx, post, above, "a"))
            title, title_en = POST_TITLES[post]
            raise OnlyDuringLeave(
                post=title, post_en=title_en, holders=names or "—", action=entry.title[0], action_en=entry.title[1]
            )


def hold_company(desk: Desk, entry: Operation) -> None:
    """Raise OnlyAtCompany unless the desk covers the company itself: the operation affects every unit (R4.1)."""
    if desk.units is not None and not desk.units & users.top_units(desk.tx):
        raise OnlyAtCompany(action=entry.title[0], action_en=entry.title[1])


def in_scope(actor: Actor, entry: Operation) -> bool:
    """Whether the API token by which the actor acts, if any, may carry this out."""
    return actor.token is None or (not entry.people_only and covers(actor.token.scopes, entry.name, entry.changes))


def holds_post(actor: Actor, entry: Operation) -> bool:
    """Whether the actor holds one of the operation's posts somewhere."""
    return entry.own or bool(actor.posts & entry.posts)


def permits(actor: Actor, entry: Operation) -> bool:
    """Whether the actor's posts and token allow the operation somewhere, so that its buttons are shown."""
    allowed = in_scope(actor, entry) and holds_post(actor, entry)
    return allowed and (not entry.company or actor.at_company(entry.posts))


def audit_line(desk: Desk, entry: Operation, outcome: str) -> audit.Line:
    """The audit line of this desk for an outcome (done, refused)."""
    return audit.Line(
        user_id=desk.actor.user_id,
        actor=desk.actor.name,
        posts=sorted(desk.actor.posts & entry.posts),
        operation=entry.name,
        article=entry.article,
        about=desk.audit_object,
        outcome=outcome,
        detail={**desk.audit_detail, **_by_which_right(desk, entry)},
        request_id=desk.request_id,
        address=desk.address,
    )


def _by_which_right(desk: Desk, entry: Operation) -> dict[str, object]:
    """The API token used, and for whom a B holder acts where they have no right of their own (R5.1)."""
    right: dict[str, object] = {"token": desk.actor.token.name} if desk.actor.token else {}
    covers = [cover for cover in desk.actor.covers if cover[0] in entry.posts]
    if not covers:
        return right
    own = users.units_below(desk.tx, (unit for post, unit in desk.actor.own_grants() if post in entry.posts))
    whose = {name for _, unit, name in covers if desk.at_unit in (None, unit)}
    # Where the actor has a right of their own it is used; without a unit at hand, any such right will do.
    if whose and not (own if desk.at_unit is None else desk.at_unit in own):
        right["for"] = sorted(whose)
    return right
