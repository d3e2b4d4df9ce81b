"""Users who left or lost a post: tasks handed to them go back to the post, and their chief is told (R15.1)."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.tasks.notify import tell
from hub.registry.schema import User
from hub.registry.staff import leave_cover, users

from .leavers_customers import hand_customers_on


def return_tasks(desk: Desk, user: User, *lost: tuple[str, str]) -> int:
    """Give tasks that a user can no longer do back to their post; returns how many.

    `lost`: (post, unit)s that were revoked; none given means that the user left and lost all of them.
    """
    returned: Counter[str] = Counter()
    for task in leave_cover.handed_to(desk.tx, user.id):
        # Asked per task: whoever lost one grant may still hold the post through a unit above, and keeps the task.
        if not user.active or not holds(desk.tx, user.id, Post(task.post), task.unit_code):
            task.user_id = None
            returned[task.unit_code] += 1
    for unit, count in returned.items():
        tell(desk, "tasks_back", "R15.1", [Post.SECTION_CHIEF], unit, name=user.name, count=count)
    if not user.active:
        _covers_lost(desk, user)
        hand_customers_on(desk, user)
    _vacant(desk, user, lost or [(grant.post, grant.unit_code) for grant in users.posts_of(desk.tx, user.id)])
    return returned.total()


def _vacant(desk: Desk, user: User, lost: Iterable[tuple[str, str]]) -> None:
    """Report open tasks of a post that has no holder left to those who can appoint one (R15.1)."""
    for post, root in sorted(set(lost)):
        for unit, count in sorted(leave_cover.open_by_unit(desk.tx, post, users.units_below(desk.tx, {root})).items()):
            # A holder of a unit above does the work of those below.
            if leave_cover.holders(desk.tx, post, users.units_above(desk.tx, unit), "a"):
                continue
            # A chief's own post is vacant: one step up, or the notice would wait for nobody.
            chief = Post.SECTION_CHIEF if post != Post.SECTION_CHIEF else Post.DEPUTY_MANAGER
            about: dict[str, Any] = {"name": user.name, "post": post, "count": count}
            tell(desk, "post_vacant", "R15.1", [chief, Post.INFORMATION_CENTRE], unit, **about)


def _covers_lost(desk: Desk, user: User) -> None:
    """Tell chief and information centre whose promised cover has left, so that they find another."""
    for cover, leave in leave_cover.promised(desk.tx, user.id):
        posts = (Post.SECTION_CHIEF, Post.INFORMATION_CENTRE)
        for unit in users.units_above(desk.tx, cover.unit_code):
            tell(desk, "cover_lost", "R5.1", posts, unit, name=user.name, whose=leave.user_name)
