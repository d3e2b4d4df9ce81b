"""The papers that let data leave: customers' authorisations, partners' confidentiality agreements (G1, G2)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, Text
from hub.domain.privacy.exact_numbers import CUSTOMERS_NUMBER, holds_customers_number
from hub.domain.privacy.purposes import AUTHORISATION_TEXT, ORDERING, PURPOSES
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import Post
from hub.operations.carriers import announce_waiting
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import new_id, now, today
from hub.registry.privacy import authorisations
from hub.registry.schema import Authorisation, Confidentiality
from hub.registry.settlement import accounts

FRONT = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}
WAYS = {"paper": ("纸质签署", "On paper"), "online": ("网上确认", "Online")}
Channel = Annotated[Code, Label("合作方", "Partner")]


@operation("rights.give_authorisation", article="G2", posts=FRONT, title=("登记客户授权", "Record an authorisation"))
def give_authorisation(
    desk: Desk,
    customer_id: UUID,
    channel: Channel,
    purpose: Annotated[Code, Label("用途", "Purpose"), Choices(PURPOSES)],
    text_version: Text = AUTHORISATION_TEXT,
    way: Annotated[Code, Label("方式", "Way"), Choices(WAYS)] = "paper",
    given_on: Annotated[date | None, Label("授权日期", "Given on")] = None,
    evidence_id: Annotated[UUID | None, Label("授权书", "The signed form")] = None,
) -> UUID:
    """Record that a customer lets a partner have their data for a purpose; returns the authorisation in force.

    `given_on` is today unless it is given. Raises NotFound, BadInput.
    """
    customer = desk.customer(customer_id)
    if channel not in desk.channels or purpose not in PURPOSES or way not in WAYS:
        raise BadInput(field="授权", problem="没有这个渠道、用途或方式", mend="请从列表中选择。")
    day = given_on or today()
    if day > today():
        raise BadInput(field="授权日期", problem="在今天之后", mend="请核对签署日期。")
    in_force = authorisations.authorisation(desk.tx, customer.id, channel, purpose, today())
    if in_force is not None:
        # A second paper gives no further right, and one withdrawal has to end it.
        return in_force.id
    if evidence_id is not None and accounts.evidence(desk.tx, customer.id, evidence_id) is None:
        raise NotFound(what="授权书")
    authorisation = Authorisation(
        id=new_id(),
        customer_id=customer.id,
        channel=channel,
        purpose=purpose,
        text_version=text_version,
        way=way,
        given_on=day,
        evidence_id=evidence_id,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(authorisation)
    desk.tx.flush()
    desk.audit_detail |= {"channel": channel, "purpose": purpose}
    # What waited only for this paper need not wait for the periodic step.
    if purpose == ORDERING:
        announce_waiting(desk, customer)
    return authorisation.id


@operation(
    "rights.withdraw_authorisation", article="G2", posts=FRONT, title=("撤回客户授权", "Withdraw an authorisation")
)
def withdraw_authorisation(desk: Desk, authorisation_id: UUID, why: Annotated[Text, Label("原因", "Reason")]) -> None:
    """End an authorisation: nothing about the customer goes to that partner for that purpose. Raises NotFound."""
    authorisation = authorisations.authorisation_by_id(desk.tx, authorisation_id)
    if authorisation is None:
        raise NotFound(what="授权")
    desk.customer(authorisation.customer_id, "授权")
    if authorisation.withdrawn_at is None:
        authorisation.withdrawn_at, authorisation.withdrawn_why = now(), why


@operation(
    "rights.record_confidentiality",
    article="G2",
    posts={Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE},
    title=("登记保密协议", "Record a confidentiality agreement"),
    company=True,
)
def record_confidentiality(
    desk: Desk,
    channel: Channel,
    agreement_no: Annotated[Text, Field(max_length=64), Label("协议编号", "Agreement number")],
    valid_from: Annotated[date, Label("有效期自", "Valid from")],
    valid_until: Annotated[date, Label("有效期至", "Valid until")],
) -> UUID:
    """Record a confidentiality agreement with a partner. Raises NotFound, BadInput."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    if valid_until < valid_from:
        raise BadInput(field="有效期", problem="止期早于起期", mend="请核对日期。")
    if holds_customers_number(agreement_no):
        raise BadInput(**CUSTOMERS_NUMBER)
    agreement = Confidentiality(
        id=new_id(),
        channel=channel,
        agreement_no=agreement_no,
        valid_from=valid_from,
        valid_until=valid_until,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(agreement)
    desk.tx.flush()
    desk.about("channel", channel)
    return agreement.id


@operation(
    "rights.end_confidentiality",
    article="G2",
    posts={Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE},
    title=("终止保密协议", "End a confidentiality agreement"),
    company=True,
)
def end_confidentiality(
    desk: Desk, agreement_id: UUID, ended_on: Annotated[date, Label("终止日期", "Ends on")]
) -> None:
    """End an agreement: from that day on nothing leaves for the partner. Raises NotFound, BadInput.

    An end may be brought forward and not put off: an agreement that has ended does not come back into force that way.
    """
    agreement = authorisations.confidentiality_by_id(desk.tx, agreement_id)
    if agreement is None:
        raise NotFound(what="保密协议")
    if agreement.ended_on is not None and agreement.ended_on < ended_on:
        raise BadInput(
            field=("终止日期", "Ends on"),
            problem=("晚于已登记的终止日期", "later than the end that is on record"),
            mend=("协议续签的,请登记新的保密协议。", "If it goes on, enter the new agreement."),
            at="ended_on",
        )
    agreement.ended_on = ended_on
    desk.about("channel", agreement.channel)
