"""Queries about the documents that customers showed (R7.22)."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from hub.registry.schema import DocumentsShown
from hub.registry.session import Transaction


def shown_with(tx: Transaction, subject_kind: str, subjects: Collection[UUID]) -> list[DocumentsShown]:
    """What was shown with some applications or accounts, oldest first."""
    query = select(DocumentsShown).where(DocumentsShown.subject_kind == subject_kind)
    return list(tx.scalars(query.where(DocumentsShown.subject_id.in_(subjects)).order_by(DocumentsShown.at)))
