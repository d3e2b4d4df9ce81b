"""The gate: no customer data leaves without authorisation, confidentiality agreement, purpose and field list (G2)."""

from dataclasses import dataclass
from uuid import UUID

from hub.domain.privacy.purposes import FIELD_TITLES, FIELDS, PURPOSES
from hub.domain.refusals import Refusal
from hub.ports import new_id, now, today
from hub.registry.privacy import authorisations
from hub.registry.schema import Ask, Customer, Disclosure
from hub.registry.session import Transaction


class NotAuthorised(Refusal):
    """The customer has not authorised this partner for this purpose, or has withdrawn it (G2)."""

    article = "G2"
    says = (
        "客户 {code} 没有授权向{channel}提供“{purpose}”所需的信息,任何内容都不会发出。",
        "Customer {code} has not authorised {channel} for “{purpose_en}”; nothing is sent.",
    )
    then = ("请先请客户签署授权书并登记。", "Have the customer sign the authorisation and record it first.")


class NoConfidentiality(Refusal):
    """No confidentiality agreement with the partner is in force (G2)."""

    article = "G2"
    says = (
        "与{channel}没有在有效期内的保密协议,任何内容都不会发出。",
        "No confidentiality agreement with {channel} is in force; nothing is sent.",
    )
    then = ("请内管科登记保密协议。", "Ask internal control to record the agreement.")


class TooMuch(Refusal):
    """The plugin asks for a field that the purpose does not cover (G2)."""

    article = "G2"
    says = (
        "“{purpose}”不需要向{channel}提供:{fields}。",
        "“{purpose_en}” does not need these fields at {channel}: {fields}.",
    )
    then = ("请联系信息中心检查该渠道的插件。", "Ask the information centre to check the channel's plugin.")


@dataclass(frozen=True)
class Permit:
    """The authorisation and the agreement by which data may leave."""

    authorisation_id: UUID
    confidentiality_id: UUID


def titles(fields: frozenset[str] | list[str], language: int = 0) -> str:
    """The fields in words, for people."""
    return "、".join(FIELD_TITLES.get(name, (name, name))[language] for name in sorted(fields))


def permit(
    tx: Transaction, customer: Customer, channel: str, called: tuple[str, str], purpose: str, fields: frozenset[str]
) -> Permit:
    """The right to give these fields to this partner now. Raises NotAuthorised, NoConfidentiality or TooMuch."""
    words = {
        "code": customer.code,
        "channel": called,
        "purpose": PURPOSES[purpose][0],
        "purpose_en": PURPOSES[purpose][1],
    }
    # First: a plugin that wants too much is refused, whatever the customer has signed.
    extra = fields - FIELDS[purpose]
    if extra:
        raise TooMuch(**words, fields=titles(extra))
    authorised = authorisations.authorisation(tx, customer.id, channel, purpose, today())
    if authorised is None:
        raise NotAuthorised(**words)
    agreed = authorisations.confidentiality(tx, channel, today())
    if agreed is None:
        raise NoConfidentiality(**words)
    return Permit(authorised.id, agreed.id)


def receipt(tx: Transaction, ask: Ask, permit: Permit, fields: frozenset[str], attempt_id: UUID) -> None:
    """Record what leaves with an attempt (G2)."""
    assert ask.customer_id is not None
    tx.add(
        Disclosure(
            id=new_id(),
            customer_id=ask.customer_id,
            channel=ask.channel,
            purpose=ask.purpose,
            fields=sorted(fields),
            authorisation_id=permit.authorisation_id,
            confidentiality_id=permit.confidentiality_id,
            ask_id=ask.id,
            attempt_id=attempt_id,
            at=now(),
        )
    )
