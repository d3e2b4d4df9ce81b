"""Documents that a customer showed, and who saw them, for each application and binding: required, recorded (R7.22)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.customers.documents_shown import DOCUMENTS
from hub.domain.inputs import Choices, Code, Label, OptionalText
from hub.domain.refusals import BadInput, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.views import views
from hub.ports import new_id, now
from hub.registry.customers import documents_shown
from hub.registry.schema import Customer, DocumentsShown
from hub.registry.staff import users

# Who meets customers: one of them saw the documents.
SEES = (Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF)
Documents = Annotated[
    tuple[Code, ...],
    Field(max_length=len(DOCUMENTS)),
    Label("客户出示的证件", "Documents shown", ("只登记种类,不登记号码", "Their kinds, never their numbers")),
    Choices(DOCUMENTS),
]
SeenBy = Annotated[
    OptionalText,
    Field(max_length=64),
    Label("核验人", "Seen by", ("同事的账号;留空为本人", "A colleague's login; empty: yourself")),
]


class NothingShown(BadInput):
    """No documents are named for an application or a binding, or one that does not exist (R7.22)."""

    article = "R7.22"


@dataclass(frozen=True)
class ShownView:
    """The documents that a customer showed, by kind; who saw them, and who recorded it."""

    kinds: list[str]
    seen_by_name: str
    recorded_by_name: str
    at: datetime


def faults(
    desk: Desk, customer: Customer, documents: Sequence[str], seen_by: str, *, needed: bool = True
) -> Iterator[Refusal]:
    """What is missing about the documents shown or who saw them; nothing for what the hub itself does."""
    if desk.actor == HUB or not (needed or documents):
        return
    field = {"field": ("客户出示的证件", "Documents shown"), "at": "documents"}
    if not documents or not DOCUMENTS.keys() >= set(documents):
        problem = ("没有登记", "not recorded") if not documents else ("没有这个种类", "no such kind")
        mend = (
            "请核对客户出示的烟草专卖许可证、身份证,勾选看到的种类;不要填写证件号码。",
            "Look at the customer's licence and ID card and tick the kinds that you saw; enter no number.",
        )
        yield NothingShown(**field, problem=problem, mend=mend)
    # Both faults are told at once, so that a form comes back only once.
    if _seer(desk, customer, seen_by) is None:
        mend = (
            "请填写看到证件的同事的账号,须是客户所在单位的统计分析员、客户经理或科长。",
            "Enter the login of who saw them: a clerk, account manager or chief of the customer's unit.",
        )
        problem = ("没有这位工作人员", "no such member of staff")
        yield NothingShown(field=("核验人", "Seen by"), at="seen_by", problem=problem, mend=mend)


def record(desk: Desk, customer: Customer, subject: tuple[str, UUID], documents: Sequence[str], seen_by: str) -> None:
    """Record what was shown with an application or account, once `faults` has found nothing; nothing if none was."""
    seer = _seer(desk, customer, seen_by)
    if not documents or seer is None:
        return
    desk.tx.add(
        DocumentsShown(
            id=new_id(),
            customer_id=customer.id,
            subject_kind=subject[0],
            subject_id=subject[1],
            kinds=sorted(set(documents)),
            seen_by=seer[0],
            seen_by_name=seer[1],
            recorded_by_name=desk.actor.name,
            at=now(),
        )
    )


def shown_with(desk: Desk, subject_kind: str, subject_id: UUID) -> list[ShownView]:
    """What was shown with an application or account, oldest first."""
    return views(ShownView, documents_shown.shown_with(desk.tx, subject_kind, [subject_id]))


def were_shown(desk: Desk, application_id: UUID | None) -> bool:
    """Whether documents are on record with an application that is sent again."""
    return application_id is not None and bool(shown_with(desk, "application", application_id))


def _seer(desk: Desk, customer: Customer, seen_by: str) -> tuple[UUID, str] | None:
    """Who saw them: the caller unless a colleague is named. None for a program, and for one who is not of the unit."""
    login = seen_by.strip()
    if not login:
        me = desk.actor.user_id
        return (me, desk.actor.name) if me is not None and desk.actor.token is None else None
    user = users.by_login(desk.tx, login)
    if user is None or not user.active:
        return None
    # A colleague must hold a post there; the caller's own has been checked by the operation.
    there = any(holds(desk.tx, user.id, post, customer.unit_code) for post in SEES)
    return (user.id, user.name) if there else None
