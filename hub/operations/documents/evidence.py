"""Papers behind changes: sealed under the customer's key, each reading audited (R7.13, R16.1)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Choices, Code, Label, OptionalText, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.settlement.accounts import AGREED, EVIDENCE_KINDS, ISSUED_BY_HUB, SLIPS, TAKEN_IN
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.settlement.accounts import open_entry_task
from hub.operations.views import views
from hub.ports import new_id, now
from hub.registry.schema import Evidence
from hub.registry.settlement import accounts

from .custody import open_hand_in_task

# A scan of several pages; the content is sealed in one piece, so all of it passes through memory.
LARGEST = 10 * 1024 * 1024
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
TAKES = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}


class IssuedByHub(Refusal):
    """The grade certificate is issued here, from the grade on record (R7.21)."""

    article = "R7.21"
    says = (
        "等级证明由系统按登记的等级开具并编号,不能上传。",
        "The grade certificate is issued and numbered by the hub; none is uploaded.",
    )
    then = ("请由统计分析员开具等级证明。", "Let the clerk issue it.")


@dataclass(frozen=True)
class EvidenceView:
    """A paper, without its content."""

    id: UUID
    kind: str
    title: str
    media_type: str
    size: int
    custodian: str
    taken_by: str
    taken_at: datetime


@dataclass(frozen=True)
class Scan:
    """A paper's content."""

    title: str
    media_type: str
    content: bytes


def place(evidence_id: UUID) -> str:
    """The name of the place where a paper's content is sealed; a sealed value opens only under its own place."""
    return f"evidence.content_sealed:{evidence_id}"


@operation("evidence.add_evidence", article="R16.1", posts=TAKES, title=("上传痕迹化资料", "Take a paper in"))
def add_evidence(
    desk: Desk,
    customer_id: UUID,
    kind: Annotated[Code, Label("种类", "Kind"), Choices(TAKEN_IN)],
    title: Annotated[OptionalText, Label("名称", "Title")],
    media_type: str,
    content: bytes,
    custodian: Annotated[Text, Label("原件保管人", "Original kept by")],
) -> UUID:
    """Take a scan in: PDF, JPEG or PNG by its first bytes, at most 10 MB. `custodian` keeps the original.

    Raises NotFound, BadInput, IssuedByHub.
    """
    customer = desk.customer(customer_id)
    if kind not in EVIDENCE_KINDS:
        raise BadInput(field="痕迹化资料种类", problem="没有这个种类", mend="请从列表中选择。")
    if kind in ISSUED_BY_HUB:
        raise IssuedByHub()
    if not content or len(content) > LARGEST:
        raise BadInput(field="文件", problem="为空或超过 10 MB", mend="请重新扫描后上传。")
    # The browser's word for the type is ignored: the file is served again under the type that is found here.
    media = next((media for magic, media in MAGIC.items() if content.startswith(magic)), None)
    if media is None:
        raise BadInput(field="文件", problem="不是 PDF、JPEG 或 PNG", mend="请上传扫描件。")
    evidence_id = new_id()
    desk.tx.add(
        Evidence(
            id=evidence_id,
            customer_id=customer.id,
            kind=kind,
            title=shortened(title, 200) or EVIDENCE_KINDS[kind][0],
            media_type=media,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            content_sealed=desk.vault.seal(customer.id, place(evidence_id), content),
            custodian=shortened(custodian, 80),
            taken_by=desk.actor.name,
            taken_at=now(),
        )
    )
    desk.tx.flush()
    open_hand_in_task(desk, customer, evidence_id, kind)
    # With the slip and the agreement the clerk can enter the account (R7.9, R7.13).
    if kind in SLIPS | {AGREED}:
        open_entry_task(desk, customer)
    desk.audit_detail |= {"kind": kind, "evidence": str(evidence_id)}
    return evidence_id


@operation(
    "evidence.read_evidence",
    article="R16.1",
    posts=TAKES | {Post.INTERNAL_CONTROL, Post.SECTION_CHIEF},
    title=("查看痕迹化资料原件", "Read a paper"),
    changes=False,
    people_only=True,
)
def read_evidence(desk: Desk, evidence_id: UUID) -> Scan:
    """A paper's content; the reading is on the audit trail (G5). Raises NotFound, Destroyed, Unreadable."""
    paper = accounts.evidence_by_id(desk.tx, evidence_id)
    if paper is None:
        raise NotFound(what="痕迹化资料")
    desk.customer(paper.customer_id, "痕迹化资料")
    desk.audit_detail |= {"evidence": str(evidence_id)}
    content = desk.vault.open(paper.customer_id, place(paper.id), paper.content_sealed)
    return Scan(paper.title, paper.media_type, content)


@operation(
    "evidence.evidence_of",
    article="R16.1",
    posts=set(Post),
    title=("查看痕迹化资料清单", "See papers"),
    changes=False,
    audited=False,
)
def list_evidence(desk: Desk, customer_id: UUID) -> list[EvidenceView]:
    """A customer's papers, newest first. Raises NotFound."""
    customer = desk.customer(customer_id)
    return views(EvidenceView, accounts.papers_of(desk.tx, customer.id))
