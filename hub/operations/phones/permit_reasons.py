"""The reason of another account manager's customer in an application for a shared phone (R12.8)."""

from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import Post
from hub.domain.states import PermitState
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks
from hub.registry.phones import numbers as phone_numbers
from hub.registry.schema import PermitMember

from .permit_members import OthersReason, others_manager
from .permits import hash_of, my_permit, to_sign


@operation(
    "phone_permits.write_reason",
    article="R12.8",
    posts={Post.ACCOUNT_MANAGER},
    title=("写明共用电话的理由", "Write why a customer shares a phone"),
)
def write_reason(
    desk: Desk, permit_id: UUID, customer_id: UUID, reason: Annotated[Text, Label("理由", "Reason")]
) -> None:
    """The customer's own account manager writes why it shares the number; the last reason starts the signing.

    Raises NotFound, OthersReason, BadInput, Stale.
    """
    customer = desk.customer(customer_id, "共用电话")
    permit = my_permit(desk, permit_id)
    member = desk.tx.get(PermitMember, (permit.id, customer.id))
    if member is None:
        raise NotFound(what="共用电话")
    if (manager := others_manager(desk, customer)) is not None:
        raise OthersReason(code=customer.code, name=manager)
    if permit.state != PermitState.ASKED or member.reason:
        raise Stale(what="共用电话申请")
    if len(reason.strip()) < 2:
        raise BadInput(
            field="理由",
            problem="没有填写",
            mend=("请写明该户共用电话的理由。", "Write why this customer shares the phone."),
        )
    member.reason, member.reason_by_name = shortened(reason, 200), desk.actor.name
    desk.tx.flush()
    close_tasks(desk, f"permit_reason {permit.id}", customer.id, "written")
    who = [(other.code, written.reason) for written, other in phone_numbers.members(desk.tx, permit.id)]
    # What will be signed has just changed: nobody can sign it by what was shown before.
    permit.shown_hash = hash_of(permit, who)
    if all(words for _, words in who):
        to_sign(desk, permit)
