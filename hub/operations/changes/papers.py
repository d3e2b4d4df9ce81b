"""The papers of a change: those that its rule asks for, each for a single application (R16.1)."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from hub.domain.changes import RULES, Rule
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.states import ApplicationState
from hub.operations.desk import Desk
from hub.ports import SHANGHAI
from hub.registry.changes import applications
from hub.registry.schema import Customer
from hub.registry.settlement import accounts as stored_accounts


class PaperMissing(Refusal):
    """The rule needs a paper that is not on file (R9.2, R10.1, R11.4, R12.4 …)."""

    article = "R16.1"
    says = ("缺少{paper}。", "Missing: {paper_en}.")
    then = ("请先上传{paper},再提交申请。", "Upload it, then send the application.")


class PaperBound(Refusal):
    """A written application covers a single change (R16.1)."""

    article = "R16.1"
    says = (
        "这份{paper}已用于“{title}”申请({sent},{state})。",
        "This paper ({paper_en}) belongs to another application: {title_en}, {sent}.",
    )
    then = (
        "一份书面材料只用于一项申请;请另附本次变更的材料,或先办结、撤回那一项。",
        "One paper, one application: upload this one's own, or take the other back.",
    )


def paper_faults(
    desk: Desk, customer: Customer, rule: Rule, evidence_ids: Sequence[UUID], application_id: UUID | None
) -> Iterator[Refusal]:
    """Papers that are missing, and those that belong to another application."""
    papers = [stored_accounts.evidence(desk.tx, customer.id, evidence) for evidence in evidence_ids]
    fitting = [evidence for evidence in papers if evidence is not None and evidence.kind in rule.papers]
    for kind in rule.papers:
        if not any(evidence.kind == kind for evidence in fitting):
            yield PaperMissing(paper=EVIDENCE_KINDS[kind][0], paper_en=EVIDENCE_KINDS[kind][1], at="file")
    for paper in fitting:
        other = applications.bound_by(desk.tx, customer.id, paper.id)
        # Sent again, an application may keep its own papers.
        if other is not None and other.id != application_id:
            known = RULES.get(other.rule)
            yield PaperBound(
                paper=EVIDENCE_KINDS[paper.kind][0],
                paper_en=EVIDENCE_KINDS[paper.kind][1],
                title=known.title[0] if known else other.rule,
                title_en=known.title[1] if known else other.rule,
                sent=other.sent_at.astimezone(SHANGHAI).date(),
                state=ApplicationState(other.state),
                at="paper",
            )
