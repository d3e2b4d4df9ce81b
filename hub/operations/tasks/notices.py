"""What the staff are told: their notices, and who has seen them when (R7.2, R12.3, R17.1)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.refusals import NotFound
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.ports import now
from hub.registry.schema import Customer, StaffNotice
from hub.registry.tasks import notices

MOST = 500


@dataclass(frozen=True)
class NoticeView:
    """One notice and whom it is about."""

    row: StaffNotice
    customer: Customer | None


def places_of(desk: Desk) -> set[tuple[str, str]]:
    """Every (post, unit) at which the caller acts, units below included; an API token's own unit narrows them."""
    return {(str(post), unit) for post in desk.actor.posts for unit in desk.covered_units(frozenset({post}))}


@operation(
    "notices.list_notices",
    article="R17.1",
    posts=STAFF,
    title=("查看提醒", "See notices"),
    changes=False,
    own=True,
    audited=False,
)
def list_notices(desk: Desk, seen: bool = False, limit: int = 100) -> list[NoticeView]:
    """The caller's notices, newest first: those that nobody has seen, or all."""
    rows = notices.of(desk.tx, places_of(desk), desk.actor.user_id, seen=seen, limit=min(limit, MOST))
    return [NoticeView(row, customer) for row, customer in rows]


@operation(
    "notices.count_notices",
    article="R17.1",
    posts=STAFF,
    title=("提醒条数", "Count notices"),
    changes=False,
    own=True,
    audited=False,
)
def count_notices(desk: Desk) -> int:
    """How many of the caller's notices nobody has seen."""
    return notices.unseen(desk.tx, places_of(desk), desk.actor.user_id)


@operation(
    "notices.see_notice", article="R17.1", posts=STAFF, title=("标记提醒已阅", "Mark a notice as seen"), own=True
)
def see_notice(desk: Desk, staff_notice_id: UUID) -> None:
    """It has been seen, by whom and when; the first one stays. Raises NotFound for another's."""
    row = notices.one(desk.tx, staff_notice_id, places_of(desk), desk.actor.user_id)
    if row is None:
        raise NotFound(what="提醒")
    desk.about("staff_notice", str(row.id))
    _seen(desk, row)


@operation(
    "notices.see_all", article="R17.1", posts=STAFF, title=("全部标记已阅", "Mark all notices as seen"), own=True
)
def see_all(desk: Desk) -> int:
    """All of the caller's unseen notices have been seen; returns how many."""
    rows = notices.all_unseen(desk.tx, places_of(desk), desk.actor.user_id, MOST)
    for row in rows:
        _seen(desk, row)
    desk.audit_detail["count"] = len(rows)
    return len(rows)


def _seen(desk: Desk, row: StaffNotice) -> None:
    if row.seen_at is None:
        row.seen_at, row.seen_by_name = now(), desk.actor.name
