"""Who keeps the papers, and that each reaches its custodian within a working day (R16.1)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import POST_TITLES, Post
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import now
from hub.registry import documents
from hub.registry.schema import Application, Custodian, Customer, Evidence, HandIn, Task, User
from hub.registry.staff import leave_cover, users

TAKES = (Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER)
AT_A_TIME = 200
NAMED = Post.STATISTICS_CLERK
"""Who keeps papers where a unit has set nobody else (own convention: the clerk enters what they prove)."""
SETS = {Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}


class NotTheCustodian(Refusal):
    """An original goes to whom the unit has named (R16.1)."""

    article = "R16.1"
    says = ("{name}不是该类资料的保管人。", "{name} does not keep papers of this kind.")
    then = ("请交给本单位的{post}并填写其账号。", "Hand it to a holder of the post, and name them by login: {post}.")


class HandedInAlready(Refusal):
    """An original has one keeper (R16.1)."""

    article = "R16.1"
    says = ("该资料已由{name}保管。", "{name} keeps this paper already.")
    then = ("请向保管人查询。", "Ask who keeps it.")


@dataclass(frozen=True)
class MissingPaper:
    """A paper that nobody has handed over, the task about it, the post that keeps its kind, and who holds that post."""

    paper: Evidence
    customer: Customer
    task: Task | None
    post: Post
    keepers: list[User]


@dataclass(frozen=True)
class CustodyPage:
    """Papers not handed over, the last that were, applications that lean on missing ones, and who keeps what."""

    missing: list[MissingPaper]
    handed_in: list[tuple[HandIn, Evidence, Customer]]
    applications: list[tuple[Application, Customer, int]]
    custodians: list[Custodian]


def custodian_of(desk: Desk, unit_code: str, kind: str) -> Post:
    """The post that keeps a unit's papers of a kind: by the unit, or the nearest above it that has set one."""
    for unit in users.units_above(desk.tx, unit_code):
        row = documents.custodian(desk.tx, unit, kind)
        if row is not None:
            return Post(row.post)
    return NAMED


def taken(desk: Desk, customer: Customer, evidence_id: UUID, kind: str) -> None:
    """A paper was taken in: whoever took it hands the original over within one working day."""
    posts = [post for post in TAKES if post in desk.actor.posts] or [NAMED]
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
    if holds_it(desk, task):
        task.user_id = desk.actor.user_id


def chase(desk: Desk) -> int:
    """Papers that nobody handed over and that are nobody's task any more become one; the hub's own step."""
    found = documents.unchased(desk.tx, AT_A_TIME)
    for paper, customer in found:
        taken(desk, customer, paper.id, paper.kind)
    return len(found)


def holds_it(desk: Desk, task: Task) -> bool:
    """Whether the actor is a person at the task's post: it is theirs, and not any holder's."""
    return desk.actor.user_id is not None and task.unit_code in desk.covered_units(frozenset({Post(task.post)}))


@operation("custody.hand_in", article="R16.1", posts=TAKES, title=("登记资料移交", "Hand a paper over"))
def hand_in(desk: Desk, evidence_id: UUID, holder: str, scanned: bool, kind: str = "") -> HandIn:
    """Record that the original reached its custodian, named by login. Raises NotTheCustodian, HandedInAlready."""
    paper = documents.paper(desk.tx, evidence_id)
    if paper is None:
        raise NotFound(what="资料")
    customer = desk.customer(paper.customer_id, "资料")
    there = documents.hand_in(desk.tx, evidence_id)
    if there is not None:
        raise HandedInAlready(name=there.holder_name)
    kind = kind or paper.kind
    if kind not in EVIDENCE_KINDS:
        raise BadInput(field="资料种类", problem="没有这个种类", mend="请从列表中选择。")
    post = custodian_of(desk, customer.unit_code, kind)
    keeper = users.by_login(desk.tx, holder.strip())
    if keeper is None or not keeper.active or not holds(desk.tx, keeper.id, post, customer.unit_code):
        raise NotTheCustodian(name=holder, post=POST_TITLES[post][0])
    row = HandIn(
        evidence_id=evidence_id,
        kind=kind,
        scanned=scanned,
        post=post,
        holder=keeper.id,
        holder_name=keeper.name,
        by_name=desk.actor.name,
        at=now(),
    )
    desk.tx.add(row)
    desk.tx.flush()
    close_tasks(desk, "evidence", evidence_id, "done", "hand_in")
    desk.audit_detail |= {"evidence": str(evidence_id), "holder": keeper.login, "scanned": scanned}
    return row


@operation(
    "custody.list_custody",
    article="R16.1",
    posts=STAFF,
    title=("查看资料移交", "See papers' custody"),
    changes=False,
    audited=False,
)
def list_custody(desk: Desk, limit: int = 100) -> CustodyPage:
    """What is missing first."""
    limit = min(limit, 500)
    known: dict[tuple[str, str], tuple[Post, list[User]]] = {}
    missing = []
    for paper, customer, task in documents.outstanding(desk.tx, desk.units, limit):
        place = (customer.unit_code, paper.kind)
        if place not in known:
            post = custodian_of(desk, *place)
            above = users.units_above(desk.tx, customer.unit_code)
            known[place] = post, leave_cover.holders(desk.tx, post, above, "a")
        missing.append(MissingPaper(paper, customer, task, *known[place]))
    return CustodyPage(
        missing,
        documents.handed_in(desk.tx, desk.units, limit),
        documents.applications_without(desk.tx, desk.units, limit),
        documents.custodians(desk.tx, desk.units),
    )


@operation(
    "custody.name_custodian",
    article="R16.1",
    posts=SETS,
    title=("指定资料保管人", "Name a custodian"),
    people_only=True,
)
def name_custodian(desk: Desk, unit_code: str, kind: str, post: str) -> None:
    """From now on this post keeps a unit's papers of a kind; what was handed in stays where it is."""
    if users.unit(desk.tx, unit_code) is None or (desk.units is not None and unit_code not in desk.units):
        raise NotFound(what="单位")
    if kind not in EVIDENCE_KINDS or post not in set(Post):
        raise BadInput(field="资料种类或岗位", problem="没有这一项", mend="请从列表中选择。")
    desk.about("unit", unit_code)
    row = documents.custodian(desk.tx, unit_code, kind)
    if row is None:
        desk.tx.add(row := Custodian(unit_code=unit_code, kind=kind))
    row.post, row.by_name, row.at = post, desk.actor.name, now()
    desk.audit_detail |= {"kind": kind, "post": post}
