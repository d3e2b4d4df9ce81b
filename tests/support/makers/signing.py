"""Staff who sign, send back and are told."""

from typing import Any

from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.tasks.notices import list_notices
from hub.registry.schema import Application, Customer
from tests.support import people
from tests.support.makers.applications import electronic
from tests.support.scenes import another

CITY = "3701"


class Staff:
    """Who asks and who signs; the chief is the only one."""

    def __init__(self, desk: Desk) -> None:
        self.chief = _signer(desk, "chief", Post.SECTION_CHIEF)
        self.deputy = _signer(desk, "deputy", Post.DEPUTY_MANAGER)
        self.manager = _signer(desk, "manager", Post.ACCOUNT_MANAGER)
        self.driver = _signer(desk, "driver", Post.DELIVERY_DRIVER)


def _signer(desk: Desk, login: str, post: Post) -> Actor:
    found = another(desk, login, (post, CITY))
    people.post(desk, found.user_id, post, CITY)
    return found


def cash(desk: Desk, row: Customer, **more: Any) -> ChangeRequest:
    """The request for cash for good, with its paper."""
    given = {"version": row.version, "why": "银行网点撤销", "values": {"settlement_method": "cash"}} | more
    given.setdefault("documents", people.SHOWN)
    if "evidence_ids" not in given:
        given["evidence_ids"] = (people.paper(desk, row, "written_application").id,)
    return ChangeRequest(customer_id=row.id, rule="cash_for_good", **given)


def sent_by(office: Office, actor: Actor) -> tuple[Application, ChangeRequest]:
    """An application for cash, sent by somebody."""
    with office.desk(people.CLERK) as desk:
        request = cash(desk, electronic(desk))
    return office.perform(actor, applications.send_change, request), request


def told(office: Office, actor: Actor) -> list[tuple[str, str]]:
    """What somebody is told: kinds, and why."""
    with office.desk(actor) as desk:
        return [(view.kind, view.details.get("why") or "") for view in list_notices(desk)]
