"""The binding form's fields: read into a request, and back into the form. The number never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import Request
from starlette.datastructures import UploadFile

from hub.console.typed import day, id_of, number
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput
from hub.domain.settlement.accounts import NAME_EXCEPTION_PAPERS, needed_evidence
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.settlement.binding_rules import BindingRequest

PAPERS = {
    "evidence": "evidence_id",
    "agreement": "agreement_evidence_id",
    "exception": "exception_evidence_id",
}
"""The form's file fields, and which paper of the request each one is."""
NOT_KEPT = frozenset({"number", "csrf", "ticket", "digest"})


@dataclass(frozen=True)
class Filled:
    """The form as it came: what was typed, and the files."""

    texts: dict[str, str]
    files: dict[str, tuple[str, bytes]]

    @property
    def kept(self) -> dict[str, str]:
        """What the form shows again when it is refused."""
        return {name: value for name, value in self.texts.items() if name not in NOT_KEPT}


async def read_form(request: Request) -> Filled:
    """The submitted form."""
    given = await request.form()
    texts = {name: value for name, value in given.items() if isinstance(value, str)}
    files = {
        name: (value.filename or "", await value.read())
        for name, value in given.items()
        if isinstance(value, UploadFile)
    }
    return Filled(texts, {name: file for name, file in files.items() if name in PAPERS and file[1]})


def take_in(found: Desk, customer_id: UUID, filled: Filled) -> dict[str, str]:
    """Uploaded papers into the registry: {field of the request: id}."""
    chosen = filled.texts.get("exception_kind", "")
    kinds = {
        "evidence": needed_evidence(filled.texts.get("channel", ""), filled.texts.get("kind", "")),
        "agreement": "tri_party_agreement",
        "exception": chosen if chosen in NAME_EXCEPTION_PAPERS else "authorisation_letter",
    }
    keeper = filled.texts.get("custodian", "").strip() or found.actor.name
    return {
        PAPERS[name]: str(evidence.add_evidence(found, customer_id, kinds[name], title, "", content, keeper))
        for name, (title, content) in filled.files.items()
    }


def wanted(customer_id: UUID, texts: Mapping[str, str]) -> BindingRequest:
    """The request that the form makes. Raises BadInput for a day that is none."""

    def paper(name: str) -> UUID | None:
        return id_of(texts.get(name, ""), name)

    signed_on = day(texts.get("signed_on", ""))
    if signed_on is None:
        raise BadInput(field="签订日期", problem="不是日期", mend="请写成 2026-11-23")
    return BindingRequest(
        customer_id=customer_id,
        version=number(texts.get("version", ""), "version"),
        channel=texts.get("channel", ""),
        kind=texts.get("kind", ""),
        number=Secret("".join(texts.get("number", "").split())),
        payer_name=texts.get("payer_name", ""),
        agreement_no=texts.get("agreement_no", ""),
        signed_on=signed_on,
        evidence_id=paper("evidence_id"),
        agreement_evidence_id=paper("agreement_evidence_id"),
        exception_evidence_id=paper("exception_evidence_id"),
        with_package=texts.get("way") == "package",
    )


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
