"""Somebody who left or lost a post: what was handed to them has an owner again, and their chief knows (R15.1)."""

from collections import Counter

from hub.domain.people import Post
from hub.registry import covers, people
from hub.registry.schema import User

from .desk import Desk
from .grants import holds
from .telling import tell


def give_back(desk: Desk, user: User) -> int:
    """Tasks that were handed to a person who can no longer do them go back to their post; returns how many."""
    found: Counter[str] = Counter()
    for row in covers.handed_to(desk.tx, user.id):
        if not user.active or not holds(desk.tx, user.id, Post(row.post), row.unit_code):
            row.user_id = None
            found[row.unit_code] += 1
    for unit, count in found.items():
        tell(desk, "tasks_back", "R15.1", [Post.SECTION_CHIEF], unit, name=user.name, count=count)
    if not user.active:
        _covers_lost(desk, user)
    return found.total()


def _covers_lost(desk: Desk, user: User) -> None:
    """Who was to act for somebody does not any more: chief and information centre look for another."""
    for cover, leave in covers.promised(desk.tx, user.id):
        posts = (Post.SECTION_CHIEF, Post.INFORMATION_CENTRE)
        for unit in people.units_above(desk.tx, cover.unit_code):
            tell(desk, "cover_lost", "R5.1", posts, unit, name=user.name, whose=leave.user_name)
