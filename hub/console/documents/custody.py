"""Papers on their way to the custodian, and who keeps which kind (R16.1)."""

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page
from hub.domain.settlement.accounts import KEPT_KINDS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.documents import custody, hand_ins
from hub.ports import now

router = APIRouter(prefix="/custody")


def _papers(reader: Desk) -> dict[str, object]:
    """What is missing first."""
    return {"page": custody.list_custody(reader), "units": unit_names(reader), "moment": now()}


_show = page(router, "", "documents/custody.html", _papers, kinds=KEPT_KINDS, all_posts=list(Post))
post(router, "/custodians", custody.name_custodian, "/custody?done=custodian_named", _show)
post(router, "/records/{application_id}", hand_ins.hand_in_record, "/custody?done=handed_in", _show)
post(router, "/hand-ins/{hand_in_id}/confirm", hand_ins.confirm_hand_in, "/custody?done=hand_in_confirmed", _show)
post(router, "/hand-ins/{hand_in_id}/decline", hand_ins.decline_hand_in, "/custody?done=hand_in_declined", _show)
post(router, "/{evidence_id}", custody.hand_in, "/custody?done=handed_in", _show)
