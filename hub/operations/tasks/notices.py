"""Notices to staff: whom they are for, and who has seen them when (R7.2, R12.3, R17.1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.inputs import Limit
from hub.domain.refusals import NotFound
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.operations.views import view
from hub.ports import now
from hub.registry.schema import StaffNotice
from hub.registry.tasks import notices

MOST = 500


@dataclass(frozen=True)
class NoticeView:
    """One notice and whom it is about; `user_id` is the one person it is for, if any."""

    id: UUID
    kind: str
    article: str
    post: str
    unit_code: str
    user_id: UUID | None
    customer_id: UUID | None
    code: str
    shop_name: str
    details: dict[str, Any]
    at: datetime
    by_name: str
    seen_at: datetime | None
    seen_by_name: str | None
    mailed_at: datetime | None


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
def list_notices(desk: Desk, seen: bool = False, limit: Limit = 100) -> list[NoticeView]:
    """The caller's notices, newest first: unseen ones, or all."""
    own = notices.of(desk.tx, places_of(desk), desk.actor.user_id, seen=seen, limit=min(limit, MOST))
    return [
        view(
            NoticeView,
            notice,
            code=customer.code if customer else "",
            shop_name=customer.shop_name if customer else "",
        )
        for notice, customer in own
    ]


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
    """How many of the caller's notices are unseen."""
    return notices.unseen(desk.tx, places_of(desk), desk.actor.user_id)


@operation(
    "notices.see_notice", article="R17.1", posts=STAFF, title=("标记提醒已阅", "Mark a notice as seen"), own=True
)
def see_notice(desk: Desk, staff_notice_id: UUID) -> None:
    """Record that a notice was seen, by whom and when; the first reader stays. Raises NotFound for another's."""
    notice = notices.one(desk.tx, staff_notice_id, places_of(desk), desk.actor.user_id)
    if notice is None:
        raise NotFound(what="提醒")
    desk.about("staff_notice", str(notice.id))
    _mark_seen(desk, notice)


@operation(
    "notices.see_all", article="R17.1", posts=STAFF, title=("全部标记已阅", "Mark all notices as seen"), own=True
)
def see_all(desk: Desk) -> int:
    """Mark all of the caller's unseen notices as seen; returns how many."""
    # MOST at a time: a post that never looked may have thousands.
    unseen = notices.all_unseen(desk.tx, places_of(desk), desk.actor.user_id, MOST)
    for notice in unseen:
        _mark_seen(desk, notice)
    desk.audit_detail["count"] = len(unseen)
    return len(unseen)


def _mark_seen(desk: Desk, notice: StaffNotice) -> None:
    if notice.seen_at is None:
        notice.seen_at, notice.seen_by_name = now(), desk.actor.name
