"""Which of the reader's units a page is about."""

from collections.abc import Collection

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.staff import users
from hub.operations.staff.user_views import UnitView


def chosen(reader: Desk, posts: Collection[Post], unit: str = "") -> tuple[list[UnitView], str]:
    """The units that the reader's posts cover, and the one that is named; else one where the reader holds a post.

    An empty text for a reader without such a unit: the page's operation says why it is refused.
    """
    covered = reader.covered_units(frozenset(posts))
    units = [known for known in users.list_units(reader) if known.code in covered]
    # The reader's own unit, not one below it that happens to come first by code.
    held = {code for _, code in reader.actor.grants}
    first = next((known.code for known in units if known.code in held), units[0].code if units else "")
    return units, unit or first
