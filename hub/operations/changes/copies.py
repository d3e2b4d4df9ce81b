"""抄送: colleagues who are told of an application when it is sent and when it ends (R15.1)."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.grants import held_by
from hub.operations.tasks.notify import tell
from hub.registry.customers import customers
from hub.registry.schema import Application, Customer
from hub.registry.staff import users

# Most recipients of a copy; a request has the same limit.
MOST = 10


def faults(desk: Desk, customer: Customer, names: Sequence[str]) -> Iterator[Refusal]:
    """Names that are neither a post nor a colleague who may see this customer."""
    if len(names) > MOST:
        yield BadInput(field="抄送", problem=(f"超过 {MOST} 个", f"more than {MOST}"), mend="请减少抄送人。", at="cc")
    # Not beyond the limit: each name costs queries.
    for name in names[:MOST]:
        if found(desk, customer, name) is None:
            yield BadInput(
                field="抄送",
                problem="没有这个岗位,或该账号无权查看此客户",
                mend="请填写岗位,或本单位同事的账号。",
                at="cc",
            )


def found(desk: Desk, customer: Customer, name: str) -> dict[str, Any] | None:
    """A post of the customer's unit, or the colleague with this login if they hold one that covers it."""
    if name in POST_TITLES:
        return {"post": name, "user_id": None, "name": POST_TITLES[Post(name)][0], "given": name}
    user = users.by_login(desk.tx, name)
    if user is None or not user.active or user.service:
        return None
    # By the posts they hold now: a copy shows the customer, so it goes only to someone who may see them.
    grants, _ = held_by(desk.tx, user.id)
    above = users.units_above(desk.tx, customer.unit_code)
    posts = sorted(post for post, unit in grants if unit in above)
    return {"post": posts[0], "user_id": str(user.id), "name": user.name, "given": name} if posts else None


def kept(desk: Desk, customer: Customer, names: Sequence[str]) -> list[dict[str, Any]]:
    """The names as an application keeps them, each once."""
    rows = (found(desk, customer, name) for name in dict.fromkeys(names))
    return [entry for entry in rows if entry is not None]


def tell_copied(desk: Desk, row: Application, kind: str, why: str = "") -> None:
    """Tell each of them, with a link to the application."""
    customer = customers.get(desk.tx, row.customer_id) if row.cc else None
    for entry in row.cc:
        # Looked up again: a colleague who has left the post since is not told.
        if customer is not None and found(desk, customer, entry["given"]) is not None:
            _say(desk, row, kind, Post(entry["post"]), UUID(entry["user_id"]) if entry["user_id"] else None, why)


def tell_asker(desk: Desk, row: Application, kind: str, why: str = "") -> None:
    """Tell the asker, or their post when they have left; people are not told of their own actions."""
    if row.asked_by == desk.actor.user_id:
        return
    user = users.user(desk.tx, row.asked_by) if row.asked_by else None
    here = user is not None and user.active and not user.service
    _say(desk, row, kind, Post(row.asked_post), row.asked_by if here else None, why)


def tell_end(desk: Desk, row: Application, why: str = "") -> None:
    """Tell asker and copied colleagues that an application has ended, with the reason if there is one."""
    tell_asker(desk, row, f"application_{row.state}", why)
    tell_copied(desk, row, f"application_{row.state}", why)


def _say(desk: Desk, row: Application, kind: str, post: Post, user_id: UUID | None, why: str) -> None:
    tell(
        desk,
        kind,
        row.article,
        [post],
        row.unit_code,
        customer_id=row.customer_id,
        user_id=user_id,
        rule=row.rule,
        why=shortened(why, 200),
        void=row.void_why,
        subject_kind="application",
        subject_id=str(row.id),
    )
