"""The binding form's fields: read into a request, and back into the form. The number never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile

from hub.domain.settlement.accounts import NAME_EXCEPTION_PAPERS, needed_evidence
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.settlement import accounts
from hub.operations.settlement.binding_rules import BindingRequest
from hub.operations.texts import read

# The form's file fields, and which paper of the request each one is.
PAPERS = {
    "evidence": "evidence_id",
    "agreement": "agreement_evidence_id",
    "exception": "exception_evidence_id",
}
NOT_KEPT = frozenset({"number", "csrf", "ticket", "digest"})


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
    files = {
        name: (part.filename or "", await part.read()) for name, part in parts.items() if isinstance(part, UploadFile)
    }
    return Filled(texts, {name: file for name, file in files.items() if name in PAPERS and file[1]})


def take_in(clerk: Desk, customer_id: UUID, filled: Filled) -> dict[str, str]:
    """Enter the uploaded papers; returns {field of the request: id}."""
    chosen = filled.texts.get("exception_kind", "")
    kinds = {
        "evidence": needed_evidence(filled.texts.get("channel", ""), filled.texts.get("kind", "")),
        "agreement": "tri_party_agreement",
        "exception": chosen if chosen in NAME_EXCEPTION_PAPERS else "authorisation_letter",
    }
    keeper = filled.texts.get("custodian", "").strip() or clerk.actor.name
    return {
        PAPERS[name]: str(evidence.add_evidence(clerk, customer_id, kinds[name], title, "", content, keeper))
        for name, (title, content) in filled.files.items()
    }


def request_of(customer_id: UUID, texts: Mapping[str, str]) -> BindingRequest:
    """The request that the form makes; a number may be typed in groups. Raises BadInput naming the field."""
    number = "".join(texts.get("number", "").split())
    way = "yes" if texts.get("way") == "package" else "no"
    values = {**texts, "customer_id": customer_id, "number": number, "with_package": way}
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
        "way": "package" if request.with_package else "now",
    }
