"""The binding form's fields: read into a request, and back into the form. The card number never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile

from hub.domain.refusals import BadInput
from hub.domain.settlement.accounts import NAME_EXCEPTION_PAPERS, needed_evidence
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.settlement import accounts
from hub.operations.settlement.binding_rules import BindingRequest
from hub.operations.texts import read

# The form's file fields, and the field of the request that each one fills.
PAPERS = {
    "evidence": "evidence_id",
    "agreement": "agreement_evidence_id",
    "exception": "exception_evidence_id",
}
MANY = "documents"
"""A field that the form holds more than once; its codes are kept as one text, separated by blanks."""
# Fields that a refused form does not show again: the card number, and what belongs to the one submission.
NOT_KEPT = frozenset({"number", "csrf", "ticket", "digest"})


class FileRefused(BadInput):
    """One of several files is refused; names the file, and the field in which it was chosen."""

    says = ("“{file}”{problem}。", "“{file}” {problem_en}.")
    then = (
        "{mend}其他文件已经收下,不用再选。",
        "{mend_en} The other files are kept and need not be chosen again.",
    )


@dataclass(frozen=True)
class Filled:
    """The form as it came: what was typed, and the files."""

    texts: dict[str, str]
    files: dict[str, tuple[str, bytes]]

    @property
    def kept(self) -> dict[str, str]:
        """What the form shows again when it is refused."""
        return {name: text for name, text in self.texts.items() if name not in NOT_KEPT}


async def read_form(request: Request) -> Filled:
    """The submitted form."""
    parts = await request.form()
    texts = {name: part for name, part in parts.items() if isinstance(part, str)}
    texts[MANY] = " ".join(str(code) for code in parts.getlist(MANY))
    files = {
        name: (part.filename or "", await part.read()) for name, part in parts.items() if isinstance(part, UploadFile)
    }
    return Filled(texts, {name: file for name, file in files.items() if name in PAPERS and file[1]})


def take_in(clerk: Desk, customer_id: UUID, filled: Filled, name: str) -> dict[str, str]:
    """Enter the paper that was uploaded in a file field; returns {field of the request: id}. Raises FileRefused."""
    chosen = filled.texts.get("exception_kind", "")
    bank = clerk.channels.get(filled.texts.get("channel", ""))
    kinds = {
        "evidence": needed_evidence(bank.number_paper if bank else "", filled.texts.get("kind", "")),
        "agreement": "tri_party_agreement",
        # The form's choice, or what most exceptions are proved by: the rule looks at the kind later.
        "exception": chosen if chosen in NAME_EXCEPTION_PAPERS else "authorisation_letter",
    }
    # Whoever takes the paper in has it in hand, so is its custodian unless another is named.
    keeper = filled.texts.get("custodian", "").strip() or clerk.actor.name
    title, content = filled.files[name]
    try:
        return {PAPERS[name]: str(evidence.add_evidence(clerk, customer_id, kinds[name], title, "", content, keeper))}
    except BadInput as refusal:
        raise FileRefused(file=title, at=name, **refusal.fields) from None


def request_of(customer_id: UUID, texts: Mapping[str, str]) -> BindingRequest:
    """The request that the form makes. Raises BadInput naming the field."""
    way = "yes" if texts.get("way") == "package" else "no"
    documents = texts.get(MANY, "").split()
    values = {**texts, "customer_id": customer_id, "with_package": way, MANY: documents}
    binding: BindingRequest = read(accounts.plan_binding, values)["request"]
    return binding


def values_of(request: BindingRequest) -> dict[str, str]:
    """A request as the form shows it again."""
    papers = {name: str(getattr(request, name) or "") for name in PAPERS.values()}
    return papers | {
        "channel": request.channel,
        "kind": request.kind,
        "payer_name": request.payer_name,
        "agreement_no": request.agreement_no,
        "signed_on": request.signed_on.isoformat(),
        MANY: " ".join(request.documents),
        "seen_by": request.seen_by,
        "way": "package" if request.with_package else "now",
    }
