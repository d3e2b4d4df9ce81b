"""Papers behind changes: sealed under the customer's key, each reading recorded (R7.13, R16.1)."""

import hashlib
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound
from hub.domain.settlement.accounts import AGREED, EVIDENCE_KINDS, SLIPS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.settlement.accounts import open_entry_task
from hub.ports import new_id, now
from hub.registry.schema import Evidence
from hub.registry.settlement import accounts

from .custody import taken

LARGEST = 10 * 1024 * 1024
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}
TAKES = {Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER}


def place(evidence_id: UUID) -> str:
    """Where a paper's content is sealed."""
    return f"evidence.content_sealed:{evidence_id}"


@operation("evidence.add_evidence", article="R16.1", posts=TAKES, title=("上传资料", "Take a paper in"))
def add_evidence(
    desk: Desk, customer_id: UUID, kind: str, title: str, media_type: str, content: bytes, custodian: str
) -> UUID:
    """Take a scan in: PDF, JPEG or PNG by its first bytes, at most 10 MB. `custodian` keeps the original."""
    customer = desk.customer(customer_id)
    if kind not in EVIDENCE_KINDS:
        raise BadInput(field="资料种类", problem="没有这个种类", mend="请从列表中选择。")
    if not content or len(content) > LARGEST:
        raise BadInput(field="文件", problem="为空或超过 10 MB", mend="请重新扫描后上传。")
    found = next((media for magic, media in MAGIC.items() if content.startswith(magic)), None)
    if found is None:
        raise BadInput(field="文件", problem="不是 PDF、JPEG 或 PNG", mend="请上传扫描件。")
    evidence_id = new_id()
    desk.tx.add(
        Evidence(
            id=evidence_id,
            customer_id=customer.id,
            kind=kind,
            title=shortened(title, 200) or EVIDENCE_KINDS[kind][0],
            media_type=found,
            size=len(content),
            sha256=hashlib.sha256(content).digest(),
            content_sealed=desk.vault.seal(customer.id, place(evidence_id), content),
            custodian=shortened(custodian, 80),
            taken_by=desk.actor.name,
            taken_at=now(),
        )
    )
    desk.tx.flush()
    taken(desk, customer, evidence_id, kind)
    if kind in SLIPS | {AGREED}:
        open_entry_task(desk, customer)
    desk.audit_detail |= {"kind": kind, "evidence": str(evidence_id)}
    return evidence_id


@operation(
    "evidence.read_evidence",
    article="R16.1",
    posts=TAKES | {Post.INTERNAL_CONTROL, Post.SECTION_CHIEF},
    title=("查看资料原件", "Read a paper"),
    changes=False,
    people_only=True,
)
def read_evidence(desk: Desk, evidence_id: UUID) -> tuple[Evidence, bytes]:
    """A paper and its content; the reading is recorded (G5)."""
    row = accounts.evidence_by_id(desk.tx, evidence_id)
    if row is None:
        raise NotFound(what="资料")
    desk.customer(row.customer_id, "资料")
    desk.audit_detail |= {"evidence": str(evidence_id)}
    return row, desk.vault.open(row.customer_id, place(row.id), row.content_sealed)


@operation(
    "evidence.evidence_of",
    article="R16.1",
    posts=set(Post),
    title=("查看资料清单", "See papers"),
    changes=False,
    audited=False,
)
def evidence_of(desk: Desk, customer_id: UUID) -> list[Evidence]:
    """A customer's papers, newest first."""
    customer = desk.customer(customer_id)
    return accounts.papers_of(desk.tx, customer.id)
