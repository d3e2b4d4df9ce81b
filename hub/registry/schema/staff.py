"""Units, staff, posts, sign-in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words


class Unit(Base):
    """单位: the municipal company and its county departments."""

    __tablename__ = "units"
    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[Words]
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("units.code"))


class User(Base):
    """A member of staff who signs in. Passwords: argon2id only."""

    __tablename__ = "users"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[Words]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    password_hash: Mapped[str]
    password_set_at: Mapped[datetime]
    must_change: Mapped[bool] = mapped_column(default=True)
    password_hands: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), default=list)
    """Who was last shown a one-time password of the account, and who could act as that person at that moment (R4.1)."""
    active: Mapped[bool] = mapped_column(default=True)
    service: Mapped[bool] = mapped_column(default=False)
    """A program's own account: it never signs in, it only holds API tokens."""
    created_at: Mapped[datetime]


class UserPost(Base):
    """A grant: a post in a unit and the units below it, as holder A or B."""

    __tablename__ = "user_posts"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    holder: Mapped[str] = mapped_column(default="a")
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    """Who granted or confirmed it: they are not shown the account's password (R4.1). None: the hub, or not recorded."""


class LoginSession(Base):
    """A signed-in browser or command line; only the token's hash is kept."""

    __tablename__ = "login_sessions"
    token_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[str] = mapped_column(default="browser")
    csrf: Mapped[str]
    address: Mapped[str]
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Base):
    """An API token of a service user: some operations, in one unit and those below; only its hash is kept."""

    __tablename__ = "api_tokens"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[Words]
    scopes: Mapped[list[str]]
    """Operations by name, a noun with ".*", or "read"."""
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    made_by_name: Mapped[str]
    shown_to: Mapped[UUID | None] = mapped_column(index=True)
    """Who was shown it: it ends with their right to it. None: only the hub, or not recorded."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_name: Mapped[str | None]


class PasswordUsed(Base):
    """Earlier password hashes of a user: reuse is refused (R6.1)."""

    __tablename__ = "passwords_used"
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True)
    set_at: Mapped[datetime] = mapped_column(primary_key=True)
    password_hash: Mapped[str]


class SignInTries(Base):
    """Wrong passwords in a row, by counter: one for a login, one for each browser it was in, one for each session."""

    __tablename__ = "sign_in_tries"
    counter: Mapped[bytes] = mapped_column(primary_key=True)
    """A keyed digest: the table names nobody, and an unknown login looks like any other."""
    login: Mapped[bytes] = mapped_column(index=True)
    """Keyed digest of the login that was typed."""
    failed: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime] = mapped_column(index=True)
    locked_until: Mapped[datetime | None]


class AddressTries(Base):
    """Failed tries from a network address, for any login: it is slowed, never locked."""

    __tablename__ = "address_tries"
    address: Mapped[str] = mapped_column(primary_key=True)
    failed: Mapped[float] = mapped_column(default=0.0)
    """Failures not yet decayed, as of `failed_at`."""
    failed_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    """When internal control was notified of it."""
