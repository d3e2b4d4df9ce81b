"""Queries about the papers that let data leave: authorisations and confidentiality agreements (G2)."""

from datetime import date
from uuid import UUID

from sqlalchemy import or_, select

from hub.registry.schema import Authorisation, Confidentiality, Disclosure
from hub.registry.session import Transaction


def authorisation(tx: Transaction, customer_id: UUID, channel: str, purpose: str, on: date) -> Authorisation | None:
    """The customer's authorisation for a partner and purpose that is in force on a day."""
    query = select(Authorisation).where(
        Authorisation.customer_id == customer_id,
        Authorisation.channel == channel,
        Authorisation.purpose == purpose,
        Authorisation.given_on <= on,
        Authorisation.withdrawn_at.is_(None),
    )
    return tx.scalar(query.order_by(Authorisation.given_on.desc()).limit(1))


def confidentiality(tx: Transaction, channel: str, on: date) -> Confidentiality | None:
    """The confidentiality agreement with a partner that is in force on a day."""
    query = select(Confidentiality).where(
        Confidentiality.channel == channel,
        Confidentiality.valid_from <= on,
        Confidentiality.valid_until >= on,
        or_(Confidentiality.ended_on.is_(None), Confidentiality.ended_on > on),
    )
    return tx.scalar(query.order_by(Confidentiality.valid_until.desc()).limit(1))


def authorised_customers(
    tx: Transaction, customer_ids: list[UUID], channel: str, purpose: str, on: date
) -> dict[UUID, UUID]:
    """For many customers at once: {customer: authorisation in force}."""
    query = select(Authorisation.customer_id, Authorisation.id).where(
        Authorisation.customer_id.in_(customer_ids),
        Authorisation.channel == channel,
        Authorisation.purpose == purpose,
        Authorisation.given_on <= on,
        Authorisation.withdrawn_at.is_(None),
    )
    return {authorisation.customer_id: authorisation.id for authorisation in tx.execute(query)}


def authorisations_of(tx: Transaction, customer_id: UUID) -> list[Authorisation]:
    """All of a customer's authorisations, newest first."""
    query = select(Authorisation).where(Authorisation.customer_id == customer_id)
    return list(tx.scalars(query.order_by(Authorisation.at.desc())))


def disclosures_of(tx: Transaction, customer_id: UUID) -> list[Disclosure]:
    """All that went to partners about a customer, newest first."""
    query = select(Disclosure).where(Disclosure.customer_id == customer_id)
    return list(tx.scalars(query.order_by(Disclosure.at.desc())))


def authorisation_by_id(tx: Transaction, authorisation_id: UUID) -> Authorisation | None:
    """The authorisation with this id."""
    return tx.get(Authorisation, authorisation_id)


def confidentiality_by_id(tx: Transaction, confidentiality_id: UUID) -> Confidentiality | None:
    """The confidentiality agreement with this id."""
    return tx.get(Confidentiality, confidentiality_id)
