"""Order phones: the watch list, permits for shared ones, and what is shared without one (article 12)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.domain.inputs import Text
from hub.operations.desk import Desk
from hub.operations.phones import permits as phone_permits
from hub.operations.phones import watch_list
from hub.operations.phones.permits import PermitRequest

from .resource import Resource
from .shapes import Day, Done, Given, Made, Reason, SecretText, Shown

resource = Resource("phones")
NOT_ITS_OWN = ("shown", "members", "elsewhere")
"""Of a permit as it is shown, what no column holds."""


class WatchShown(Shown):
    """A customer on the watch list, and what put it there."""

    id: UUID
    customer_id: UUID
    entered_at: datetime
    reasons: list[dict[str, Any]]
    cleared_at: datetime | None
    cleared_by_name: str | None
    cleared_why: str | None


class PermitAsked(Given):
    """A number, the customers who are to share it with a reason for each, until when, visited how often (in days)."""

    number: SecretText
    reasons: dict[str, str]
    why: Text
    until: Day
    every_days: int = 30


class Signature(Given):
    """Yes or no; `shown` is the hash that the list gave."""

    agree: bool
    why: str = ""
    shown: Text


class MemberShown(Shown):
    """One customer of a permit."""

    customer_id: UUID
    code: str
    reason: str
    visit_on: date
    visits: list[dict[str, Any]]


class PermitShown(Shown):
    """A permit; the number is masked. Of other units' customers only how many."""

    id: UUID
    unit_code: str
    masked: str
    why: str
    until: date
    every_days: int
    state: str
    shown: str
    asked_by_name: str
    asked_at: datetime
    filed_at: datetime | None
    members: list[MemberShown]
    elsewhere: int


class UnpermittedShown(Shown):
    """A number that is shared without a permit; of other units' customers only how many."""

    masked: str
    codes: list[str]
    elsewhere: int


class PermitsShown(Shown):
    """Permits, and what is shared without one."""

    permits: list[PermitShown]
    unpermitted: list[UnpermittedShown]


@resource.get("/watch-list", watch_list.list_watched)
def watched(desk: Desk, cleared: bool = False) -> list[WatchShown]:
    """Who is on it, or who was."""
    return [WatchShown.model_validate(row) for row, _ in watch_list.list_watched(desk, cleared)]


@resource.change("POST", "/watch-list/{watch_id}/clear", watch_list.clear_watched)
def clear(desk: Desk, watch_id: UUID, given: Reason) -> Done:
    """Clear an entry, with what was found."""
    watch_list.clear_watched(desk, watch_id, given.why)
    return Done()


@resource.get("/phone-permits", phone_permits.list_permits)
def permits(desk: Desk) -> PermitsShown:
    """Permits of the caller's units."""
    page = phone_permits.list_permits(desk)
    bare = [
        UnpermittedShown(masked=each.masked, codes=[row.code for row in each.customers], elsewhere=each.elsewhere)
        for each in page.unpermitted
    ]
    return PermitsShown(permits=[_shown(view) for view in page.permits], unpermitted=bare)


def _shown(view: phone_permits.PermitView) -> PermitShown:
    row = view.permit
    members = [
        MemberShown(
            customer_id=customer.id,
            code=customer.code,
            reason=member.reason,
            visit_on=member.visit_on,
            visits=member.visits,
        )
        for member, customer in view.members
    ]
    kept = {name: getattr(row, name) for name in PermitShown.model_fields if name not in NOT_ITS_OWN}
    return PermitShown(**kept, shown=row.shown_hash.hex(), members=members, elsewhere=view.elsewhere)


@resource.change("POST", "/phone-permits", phone_permits.ask_permit, status=201)
def ask(desk: Desk, given: PermitAsked) -> Made:
    """Apply for one."""
    wanted = PermitRequest(given.number, given.reasons, given.why, given.until, given.every_days)
    return Made(id=phone_permits.ask_permit(desk, wanted))


@resource.change("POST", "/phone-permits/{permit_id}/signature", phone_permits.sign_permit)
def sign(desk: Desk, permit_id: UUID, given: Signature) -> Done:
    """Section chief, then deputy manager."""
    phone_permits.sign_permit(desk, permit_id, given.agree, given.why, given.shown)
    return Done()


@resource.change("POST", "/phone-permits/{permit_id}/filing", phone_permits.file_permit)
def file(desk: Desk, permit_id: UUID) -> Done:
    """Internal control has it on file."""
    phone_permits.file_permit(desk, permit_id)
    return Done()


@resource.change("POST", "/phone-permits/{permit_id}/end", phone_permits.end_permit)
def end(desk: Desk, permit_id: UUID, given: Reason) -> Done:
    """End it, or take it back."""
    phone_permits.end_permit(desk, permit_id, given.why)
    return Done()


@resource.change("POST", "/phone-permits/{permit_id}/visits/{customer_id}", phone_permits.record_visit)
def visit(desk: Desk, permit_id: UUID, customer_id: UUID, given: Reason) -> Done:
    """Record a visit."""
    phone_permits.record_visit(desk, permit_id, customer_id, given.why)
    return Done()
