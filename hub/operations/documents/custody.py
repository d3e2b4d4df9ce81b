"""Custody of papers: each original reaches its custodian within a working day, who confirms it (R16.1, R16.2)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Choices, Code, Label, Limit, OptionalText
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS, KEPT_KINDS
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.custodians import NAMED, RECORD, custodian_of
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view, views
from hub.ports import new_id, now
from hub.registry import documents
from hub.registry.schema import Application, Custodian, Customer, HandIn, Task
from hub.registry.staff import leave_cover, users

# Who takes papers from customers. In this order: of somebody who holds both posts, the hand-over is the clerk's.
TAKES = (Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER)
AT_A_TIME = 200
SETS = {Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}


class NotTheCustodian(Refusal):
    """An original goes to the custodian that the unit has named (R16.1)."""

    article = "R16.1"
    says = ("{name}不是该类痕迹化资料的保管人。", "{name} does not keep papers of this kind.")
    then = ("请交给本单位的{post}并填写其账号。", "Hand it to a holder of the post, and name them by login: {post}.")


class HandedInAlready(Refusal):
    """An original has one custodian (R16.1)."""

    article = "R16.1"
    says = ("该痕迹化资料已由{name}保管。", "{name} keeps this paper already.")
    then = ("请向保管人查询。", "Ask who keeps it.")


@dataclass(frozen=True)
class Keeper:
    """Somebody who may keep a paper."""

    login: str
    name: str


@dataclass(frozen=True)
class MissingPaper:
    """A paper not handed over yet; `due_at` comes from the task about it, `post` is the post that keeps its kind."""

    evidence_id: UUID
    kind: str
    customer_id: UUID
    customer_code: str
    shop_name: str
    taken_by: str
    taken_at: datetime
    due_at: datetime | None
    post: str
    keepers: list[Keeper]


@dataclass(frozen=True)
class MissingRecord:
    """A change's record that its maker has not handed in; `post` is the one that keeps such records here."""

    application_id: UUID
    rule: str
    customer_id: UUID
    customer_code: str
    shop_name: str
    done_by_name: str | None
    due_at: datetime | None
    post: str
    keepers: list[Keeper]


@dataclass(frozen=True)
class HandedIn:
    """The hand-over of a paper, or of a change's record, to its keeper, who may or may not have confirmed it yet."""

    id: UUID
    evidence_id: UUID | None
    application_id: UUID | None
    kind: str
    customer_code: str
    scanned: bool
    post: str
    holder: UUID
    holder_name: str
    by_name: str
    at: datetime
    confirmed_at: datetime | None
    confirmed_by_name: str | None


@dataclass(frozen=True)
class LeaningApplication:
    """An application that relies on papers which were not handed over."""

    application_id: UUID
    rule: str
    state: str
    customer_code: str
    missing: int


@dataclass(frozen=True)
class CustodianView:
    """The post that keeps a unit's papers of a kind."""

    unit_code: str
    kind: str
    post: str


@dataclass(frozen=True)
class CustodyPage:
    """Papers not handed over, the latest that were, applications that rely on missing ones, and who keeps what."""

    missing: list[MissingPaper]
    missing_records: list[MissingRecord]
    handed_in: list[HandedIn]
    applications: list[LeaningApplication]
    custodians: list[CustodianView]


def open_hand_in_task(
    desk: Desk, customer: Customer, evidence_id: UUID, kind: str, by_user: UUID | None = None
) -> None:
    """Give whoever took in a paper one working day to hand the original over; `by_user`: who, if not the actor."""
    held = desk.actor.posts
    if by_user is not None:
        held = frozenset(post for post in TAKES if holds(desk.tx, by_user, post, customer.unit_code))
    posts = [post for post in TAKES if post in held] or [NAMED]
    task = open_task(
        desk,
        "hand_in",
        "R16.1",
        post=posts[0],
        unit_code=customer.unit_code,
        subject=("evidence", evidence_id),
        customer_id=customer.id,
        days=1,
        details={"evidence": kind},
    )
    if by_user is not None:
        # Whoever took it may have left the post since: then the task is for any holder.
        task.user_id = by_user if held else None
    elif holds_it(desk, task):
        task.user_id = desk.actor.user_id


def chase(desk: Desk) -> int:
    """Open a task for each paper that is not handed over and has none; returns how many. A periodic step of the hub."""
    unchased = documents.unchased(desk.tx, AT_A_TIME)
    for paper, customer in unchased:
        open_hand_in_task(desk, customer, paper.id, paper.kind)
    return len(unchased)


def holds_it(desk: Desk, task: Task) -> bool:
    """Whether the actor is a person who holds the task's post; then the task is theirs, not any holder's."""
    return desk.actor.user_id is not None and task.unit_code in desk.covered_units(frozenset({Post(task.post)}))


@operation("custody.hand_in", article="R16.1", posts=TAKES, title=("登记痕迹化资料移交", "Hand a paper over"))
def hand_in(
    desk: Desk,
    evidence_id: UUID,
    holder: Annotated[Code, Label("保管人", "Custodian")],
    scanned: Annotated[bool, Label("是否已扫描", "Scanned or not")],
    kind: Annotated[OptionalText, Field(max_length=64), Label("痕迹化资料种类", "Kind of paper")] = "",
) -> HandedIn:
    """Record that the original reached its custodian, named by login. `kind`: the right one if it was filed as another.

    Raises NotFound, BadInput, NotTheCustodian, HandedInAlready.
    """
    # Locked: of two hand-overs of one paper at once the second finds the first.
    paper = documents.paper(desk.tx, evidence_id)
    if paper is None:
        raise NotFound(what="痕迹化资料")
    customer = desk.customer(paper.customer_id, "痕迹化资料")
    earlier = documents.hand_in(desk.tx, evidence_id)
    if earlier is not None:
        raise HandedInAlready(name=earlier.holder_name)
    kind = kind or paper.kind
    if kind not in EVIDENCE_KINDS:
        raise BadInput(field="痕迹化资料种类", problem="没有这个种类", mend="请从列表中选择。")
    handed = take_in(desk, customer, kind, holder, scanned=scanned, evidence_id=evidence_id)
    close_tasks(desk, "evidence", evidence_id, "done", "hand_in")
    desk.audit_detail |= {"evidence": str(evidence_id), "holder": holder.strip(), "scanned": scanned}
    return view(HandedIn, handed, customer_code=customer.code)


def take_in(
    desk: Desk,
    customer: Customer,
    kind: str,
    holder: str,
    *,
    scanned: bool,
    evidence_id: UUID | None = None,
    application_id: UUID | None = None,
) -> HandIn:
    """Note that a paper or record was handed to a keeper, who has a working day to confirm it. Raises NotTheCustodian."""
    post = custodian_of(desk, customer.unit_code, kind)
    # The keeper is a person with a login: somebody must confirm by name that the original arrived (R16.2).
    keeper = users.by_login(desk.tx, holder.strip())
    if keeper is None or not keeper.active or not holds(desk.tx, keeper.id, post, customer.unit_code):
        raise NotTheCustodian(name=holder, post=POST_TITLES[post])
    handed = HandIn(
        id=new_id(),
        evidence_id=evidence_id,
        application_id=application_id,
        kind=kind,
        scanned=scanned,
        post=post,
        holder=keeper.id,
        holder_name=keeper.name,
        by_user=desk.actor.user_id,
        by_name=desk.actor.name,
        at=now(),
    )
    # Whoever keeps what they took in themselves has nobody to confirm it to.
    if keeper.id == desk.actor.user_id:
        handed.confirmed_at, handed.confirmed_by_name = handed.at, keeper.name
    desk.tx.add(handed)
    desk.tx.flush()
    if handed.confirmed_at is None:
        subject = ("hand_in", handed.id)
        unit = customer.unit_code
        about = {"evidence": kind}
        task = open_task(
            desk, "confirm_hand_in", "R16.2", post=post, unit_code=unit, subject=subject, days=1, details=about
        )
        task.customer_id, task.user_id = customer.id, keeper.id
    return handed


@operation(
    "custody.list_custody",
    article="R16.1",
    posts=STAFF,
    title=("查看痕迹化资料移交", "See papers' custody"),
    changes=False,
    audited=False,
)
def list_custody(desk: Desk, limit: Limit = 100) -> CustodyPage:
    """Papers not handed over, those that were, and applications that lean on missing ones."""
    known: dict[tuple[str, str], tuple[Post, list[Keeper]]] = {}
    missing = []
    for paper, customer, task in documents.outstanding(desk.tx, desk.units, limit):
        # Many papers share unit and kind: post and holders are looked up once for each such pair.
        place = (customer.unit_code, paper.kind)
        if place not in known:
            known[place] = _keepers(desk, *place)
        post, keepers = known[place]
        missing.append(
            view(
                MissingPaper,
                paper,
                evidence_id=paper.id,
                customer_code=customer.code,
                shop_name=customer.shop_name,
                due_at=task.due_at if task else None,
                post=post,
                keepers=keepers,
            )
        )
    return CustodyPage(
        missing,
        [_missing_record(desk, *known) for known in documents.missing_records(desk.tx, desk.units, limit)],
        [
            view(HandedIn, handed, customer_code=customer.code)
            for handed, customer in documents.handed_in(desk.tx, desk.units, limit)
        ],
        [
            LeaningApplication(application.id, application.rule, application.state, customer.code, count)
            for application, customer, count in documents.applications_without(desk.tx, desk.units, limit)
        ],
        views(CustodianView, documents.custodians(desk.tx, desk.units)),
    )


def _missing_record(desk: Desk, application: Application, customer: Customer, task: Task) -> MissingRecord:
    post, keepers = _keepers(desk, customer.unit_code, RECORD)
    return view(
        MissingRecord,
        application,
        application_id=application.id,
        customer_code=customer.code,
        shop_name=customer.shop_name,
        due_at=task.due_at,
        post=post,
        keepers=keepers,
    )


def _keepers(desk: Desk, unit_code: str, kind: str) -> tuple[Post, list[Keeper]]:
    """The post that keeps a kind of paper in a unit, and who holds it there or above."""
    post = custodian_of(desk, unit_code, kind)
    above = users.units_above(desk.tx, unit_code)
    return post, views(Keeper, leave_cover.holders(desk.tx, post, above, "a"))


@operation(
    "custody.name_custodian",
    article="R16.1",
    posts=SETS,
    title=("指定痕迹化资料保管人", "Name a custodian"),
    people_only=True,
)
def name_custodian(
    desk: Desk,
    unit_code: Annotated[Code, Label("单位", "Unit")],
    kind: Annotated[Code, Label("痕迹化资料、记录种类", "Kind of paper or record"), Choices(KEPT_KINDS)],
    post: Annotated[Code, Label("保管岗位", "Post")],
) -> None:
    """Name the post that keeps a unit's papers of a kind from now on; what was handed in stays where it is.

    Raises NotFound, BadInput.
    """
    if users.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    if kind not in KEPT_KINDS or post not in set(Post):
        raise BadInput(field="痕迹化资料种类或岗位", problem="没有这一项", mend="请从列表中选择。")
    desk.about("unit", unit_code)
    custodian = documents.custodian(desk.tx, unit_code, kind)
    if custodian is None:
        desk.tx.add(custodian := Custodian(unit_code=unit_code, kind=kind))
    custodian.post, custodian.by_name, custodian.at = post, desk.actor.name, now()
    desk.audit_detail |= {"kind": kind, "post": post}
