"""Kinds of settlement account, the evidence that each needs, and the payer's name (R7.11–R7.13)."""

import unicodedata
from enum import StrEnum


class AccountKind(StrEnum):
    """What a customer pays with."""

    DEBIT_CARD = "debit_card"
    CREDIT_CARD = "credit_card"
    PASSBOOK = "passbook"


KIND_TITLES: dict[str, tuple[str, str]] = {
    AccountKind.DEBIT_CARD: ("借记卡", "Debit card"),
    AccountKind.CREDIT_CARD: ("贷记卡", "Credit card"),
    AccountKind.PASSBOOK: ("存折", "Passbook"),
}
EVIDENCE_KINDS: dict[str, tuple[str, str]] = {
    "deposit_slip": ("存款小票", "Deposit slip"),
    "passbook_copy": ("存折第一页复印件", "Copy of the passbook's first page"),
    "tri_party_agreement": ("电子结算三方协议", "Tri-party agreement"),
    "authorisation_letter": ("授权委托书", "Authorisation letter"),
    "stamped_proof": ("加盖公章的证明材料", "Stamped proof"),
    "grade_certificate": ("客户等级证明材料", "Grade certificate"),
    "authorisation_form": ("信息提供授权书", "Authorisation to pass data on"),
    "bank_letter": ("对方书面答复", "The partner's letter"),
    "written_application": ("客户书面申请", "The customer's written application"),
    "web_ordering_form": ("新商盟网上订货申请表", "Application form for web ordering"),
    "phone_change_form": ("电话变更申请表", "Form for a phone change"),
    "grade_change_form": ("客户等级变更申请表", "Form for a grade change"),
}
# Issued by the hub from the grade on record, so an upload is none (R7.21). Papers uploaded earlier keep their title.
ISSUED_BY_HUB = frozenset({"grade_certificate"})
TAKEN_IN = {kind: words for kind, words in EVIDENCE_KINDS.items() if kind not in ISSUED_BY_HUB}
# What has a keeper: papers, and the record of a change that was carried out (R16.2).
KEPT_KINDS: dict[str, tuple[str, str]] = {
    **EVIDENCE_KINDS,
    "change_record": ("信息变更维护记录", "Record of a change"),
}
# What must be on file before the clerk enters a number: the paper that shows it, and the agreement (R7.9, R7.13).
SLIPS, AGREED = frozenset({"deposit_slip", "passbook_copy"}), "tri_party_agreement"
# Papers with which a chain customer's payer may differ from the licence holder (R7.12).
NAME_EXCEPTION_PAPERS = frozenset({"authorisation_letter", "stamped_proof"})


def needed_evidence(number_paper: str, kind: str) -> str:
    """The paper that shows the number: a passbook's first page, else the one that the bank declares (R7.13)."""
    return "passbook_copy" if kind == AccountKind.PASSBOOK else number_paper


def plain_name(name: str) -> str:
    """A name for comparison: width, spaces and the various middle dots are ignored."""
    folded = unicodedata.normalize("NFKC", name)
    kept = "".join(character for character in folded if not character.isspace())
    return "".join("·" if character in "•．.・‧∙" else character for character in kept)


def same_name(one: str, other: str) -> bool:
    """Whether two names are written alike enough to be the same person's (R7.12)."""
    return plain_name(one) == plain_name(other)


def difference(holder: str, payer: str) -> str:
    """How two names differ, for a clerk looking for a typing mistake: "near" by one character, else "other"."""
    # A name of one character that differs is another name.
    a, b = plain_name(holder), plain_name(payer)
    wrong = sum(x != y for x, y in zip(a, b, strict=False)) + abs(len(a) - len(b))
    return "near" if wrong == 1 and len(a) > 1 else "other"
