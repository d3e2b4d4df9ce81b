"""Which master key this database was sealed with."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Installation(Base):
    """One row, written when the master key is first used: a keyed digest by which each start recognises the key."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key_check: Mapped[bytes]
    made_at: Mapped[datetime]
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
