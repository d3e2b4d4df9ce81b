"""Changes as people see them: applications, their plans, signatures and paper forms."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.plain_text import Bilingual
from hub.domain.staff.posts import Post
from hub.operations.customers.documents_shown import ShownView
from hub.operations.tasks.tasks import TaskView
from hub.operations.views import Foreseen, Hindrance


@dataclass(frozen=True)
class ApplicationView:
    """An application: how far it is, and the digest that its signers sign."""

    id: UUID
    rule: str
    article: str
    customer_id: UUID
    unit_code: str
    state: str
    chain: list[str]
    step: int
    round: int
    digest: str
    reason: str | None
    why: Annotated[str, Field(exclude=True)]
    asked_by: UUID | None
    asked_by_name: str
    asked_post: str
    sent_at: datetime
    decided_at: datetime | None
    done_at: datetime | None
    done_by_name: str | None
    void_why: str | None


@dataclass(frozen=True)
class ListedApplication(ApplicationView):
    """An application in a list, with its customer."""

    customer_code: str
    shop_name: str


@dataclass(frozen=True)
class SignatureView:
    """One decision; `round`: in which sending of the application."""

    round: int
    step: int
    post: str
    user_id: UUID | None
    user_name: str
    for_whom: str | None
    decision: str
    why: str
    at: datetime


@dataclass(frozen=True)
class PaperView:
    """A paper on file."""

    id: UUID
    kind: str
    title: str


@dataclass(frozen=True)
class CopyView:
    """A recipient of an application's copy: a post, or one person who holds it."""

    post: str
    user_id: UUID | None
    name: str
    given: str


@dataclass(frozen=True)
class Round:
    """Who sent an application again after it was sent back, and in which round."""

    round: int
    name: str


@dataclass(frozen=True)
class ApplicationPage:
    """An application as it was sent: what its signers sign, the decisions, papers and open tasks.

    `moved`: what was sent is no longer what would be done, so that the next decision makes it void. `proposed`: the
    values to be set that are not sensitive; shown in forms only.
    """

    application: ApplicationView
    customer_code: str
    shop_name: str
    lines: tuple[Foreseen, ...]
    signatures: list[SignatureView]
    resent_by: list[Round]
    papers: list[PaperView]
    documents_shown: list[ShownView]
    cc: list[CopyView]
    tasks: list[TaskView]
    proposed: Annotated[dict[str, Any], Field(exclude=True)]
    moved: bool
    moved_by: str
    turn: str | None
    """The post that signs next."""
    may_sign: bool
    may_do: bool
    may_ask: bool
    no_meeting: str | None = None
    """Why no route meeting was called for an urgent change of route (R13.7)."""


@dataclass(frozen=True)
class PlanView:
    """What a change would do, who signs in which order, what is missing. Nothing is written.

    `foreseen` is not signed: papers, who gets it, due days as of today.
    """

    lines: tuple[Foreseen, ...]
    foreseen: tuple[Foreseen, ...]
    chain: tuple[Post, ...]
    missing: tuple[Hindrance, ...]
    days: int
    digest: str


@dataclass(frozen=True)
class RuleView:
    """A rule under which the caller may ask, and what stands against it for the customer."""

    key: str
    article: str
    title: Bilingual
    approvals: tuple[Post, ...]
    unless: str
    temporary: bool
    returns: str
    hindrances: list[Hindrance]


@dataclass(frozen=True)
class PossibleChanges:
    """A customer, and the changes that the caller may ask for; those that are possible come first."""

    customer_id: UUID
    code: str
    shop_name: str
    rules: list[RuleView]


@dataclass(frozen=True)
class FormLine:
    """One field of a paper form: its title, the value before and the one asked for, masked, in both languages."""

    title: Bilingual
    old: Bilingual
    new: Bilingual


@dataclass(frozen=True)
class FormView:
    """A form as it is printed. `application` is null on an empty one; `signed`: each post and its signer, if any."""

    title: Bilingual
    rule: str
    rule_title: Bilingual
    article: str
    carried_out_by: Post
    days: int
    customer_code: str
    shop_name: str
    licence_holder: str
    licence_no: str
    unit: str
    lines: tuple[FormLine, ...]
    reason: Bilingual
    signed: list[tuple[str, str | None]]
    signers: Annotated[tuple[tuple[Post, SignatureView | None], ...], Field(exclude=True)]
    """Each with what was signed in the last round."""
    application: ApplicationView | None


@dataclass(frozen=True)
class AwaitedOrder:
    """A customer for whose order a temporary change waits, and until which day."""

    customer_id: UUID
    customer_code: str
    shop_name: str
    rule: str
    begun_at: datetime
    order_on: date
    order_day: bool
    """Whether that is the customer's order day; without one an order is waited for until then."""
