"""The user whom an operation is about: covered with all their posts, and not the caller (R4.1)."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.notify import tell
from hub.registry.schema import User
from hub.registry.staff import leave_cover, users


class HoldsElsewhere(Refusal):
    """A user who also holds a post outside the caller's units cannot be acted on (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "{name}还在您不管辖的单位任职,不能由您办理。",
        "{name} also holds a post in a unit that you do not cover.",
    )
    then = (
        "请由管辖其全部岗位的单位(如市公司)办理。",
        "Ask a unit that covers all of their posts, such as the company.",
    )


class OnesOwn(Refusal):
    """No one grants power to themselves, or lifts their own restrictions (R4.1)."""

    article, status = "R4.1", 403
    says = ("不能为本人办理“{action}”。", "You cannot do “{action_en}” for yourself.")
    then = ("请由另一位信息中心人员办理。", "Ask another holder of the information centre post.")


class LastOfCompany(Refusal):
    """Without an information centre and internal control the company could neither appoint nor check anyone (R4.1)."""

    article = "R4.1"
    says = ("{name}是市公司唯一的{post},不能停用或收回。", "{name} is the company's only holder of the post {post}.")
    then = ("请先授予另一人该岗位。", "Grant the post to someone else first.")


# The posts that appoint and that check: without either at the company nobody could put the other back.
KEPT_FILLED = (Post.INFORMATION_CENTRE, Post.INTERNAL_CONTROL)


def colleague(desk: Desk, user_id: UUID) -> User:
    """The user, locked, if the operation covers them with all that they hold. Raises NotFound, HoldsElsewhere."""
    return covered(desk, users.user(desk.tx, user_id, lock=True))


def covered(desk: Desk, user: User | None, what: str = "用户") -> User:
    """The user, if their own unit and those of their grants are covered. Raises NotFound, HoldsElsewhere.

    A user of another unit is answered like one who does not exist.
    """
    # Their own unit decides whether they exist for the caller; grants elsewhere only whether they may be acted on.
    if user is None or (desk.units is not None and user.unit_code not in desk.units):
        raise NotFound(what=what)
    desk.about("user", user.login)
    desk.at_unit = user.unit_code
    if not covers_whole(desk, user):
        raise HoldsElsewhere(name=user.name)
    return user


def covers_whole(desk: Desk, user: User) -> bool:
    """Whether the operation covers the user's own unit and the unit of each of their grants."""
    return desk.units is None or users.units_of(desk.tx, user) <= desk.units


def not_oneself(desk: Desk, user: User) -> None:
    """Raise OnesOwn when the operation is about the caller."""
    if desk.actor.user_id is not None and desk.actor.user_id == user.id:
        assert desk.doing is not None
        raise OnesOwn(action=desk.doing.title[0], action_en=desk.doing.title[1])


def keep_filled(desk: Desk, user: User, lost: Iterable[tuple[str, str]]) -> None:
    """Raise LastOfCompany if losing these (post, unit)s leaves the company without information centre or control."""
    # Only A holders at the company count: a B holder has no power outside a leave.
    tops = users.top_units(desk.tx)
    for post in KEPT_FILLED:
        if not any(held == post and unit in tops for held, unit in lost):
            continue
        if not any(other.id != user.id for other in leave_cover.holders(desk.tx, post, tops, "a")):
            raise LastOfCompany(name=user.name, post=post)


def tell_control(desk: Desk, kind: str, article: str, unit_code: str, user: User, **details: str) -> None:
    """Tell a unit's internal control who did what to whom, except what the hub did itself."""
    if desk.actor.user_id is not None:
        about: dict[str, Any] = {"name": desk.actor.name, "whose": user.name, **details}
        tell(desk, kind, article, [Post.INTERNAL_CONTROL], unit_code, **about)
