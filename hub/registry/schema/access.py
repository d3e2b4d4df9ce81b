"""Requests about access rights that need a second person, and what waits to be collected."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import OPEN_ACCESS, AccessState

from .base import Base, one_of, sql_list
from .words import Words, WordsByName


class AccessRequest(Base):
    """A post to be granted, a password or a token to be made: who asked, who decided, who collected it (R4.1, R6.1).

    Nothing secret is stored here: a password or token is made at the moment it is collected.
    """

    __tablename__ = "access_requests"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    """grant, password, token."""
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    """The user it is about."""
    user_name: Mapped[str]
    user_unit: Mapped[str] = mapped_column(ForeignKey("units.code"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    """The lowest unit above everything that the request names; whoever decides must cover it."""
    post: Mapped[str | None]
    post_unit: Mapped[str | None] = mapped_column(ForeignKey("units.code"))
    holder: Mapped[str | None]
    details: Mapped[WordsByName] = mapped_column(default=dict)
    """For a token: name, scopes, unit, expiry."""
    state: Mapped[str]
    asked_by: Mapped[UUID]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    """By when it is to be decided, or collected."""
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    why: Mapped[Words | None]
    taken_by_name: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", AccessState),
        Index("ix_access_requests_open", "until", postgresql_where=text(f"state IN {sql_list(OPEN_ACCESS)}")),
    )
