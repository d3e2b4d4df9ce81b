"""Notices to the staff of a post, on their page and in the day's mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, readable
from .words import WordsByName


class StaffNotice(Base):
    """A notice to a post of a unit; unlike a task it needs no action (R7.2, R7.3, R12.1, R12.3).

    `details` never holds a sensitive value. `in_mail`: it goes into the day's mail of its unit; `mailed_at`: when.
    """

    __tablename__ = "staff_notices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    article: Mapped[str]
    post: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """The one person it is for; None: any holder of the post."""
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    details: Mapped[WordsByName] = mapped_column(default=dict)
    in_mail: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    by_name: Mapped[str]
    seen_at: Mapped[datetime | None]
    seen_by_name: Mapped[str | None]
    mail_id: Mapped[UUID | None] = mapped_column(ForeignKey("daily_mails.id"), index=True)
    """The mail in which it stands."""
    mailed_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_staff_notices_unseen", "post", "unit_code", "at", postgresql_where=text("seen_at IS NULL")),
        Index("ix_staff_notices_to_mail", "unit_code", "at", postgresql_where=text("in_mail AND mail_id IS NULL")),
        *readable("at", "seen_at", "mailed_at"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details_object"),
    )
