"""What operations on shared phones show: permits with their customers and signatures, numbers without a permit."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class MemberView:
    """A customer who shares a number, why, and the visits made for it."""

    customer_id: UUID
    code: str
    shop_name: str
    reason: str
    reason_by_name: str | None
    visit_on: date
    visits: list[dict[str, Any]]


@dataclass(frozen=True)
class SignatureView:
    """Who agreed, refused, or ended it, and their remark."""

    name: str
    why: str


@dataclass(frozen=True)
class PermitView:
    """A permit with its customers of the reader's units, and how many of other units; the number is masked.

    `shown` is the hash of what a signature is for.
    """

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
    filed_by_name: str | None
    signed: list[SignatureView]
    members: list[MemberView]
    elsewhere: int


@dataclass(frozen=True)
class Unpermitted:
    """A number that customers of the reader's units share without a permit; of other units only how many."""

    masked: str
    codes: list[str]
    customers: list[UUID]
    elsewhere: int


@dataclass(frozen=True)
class PermitPage:
    """Permits, and what is shared without one."""

    permits: list[PermitView]
    unpermitted: list[Unpermitted]
