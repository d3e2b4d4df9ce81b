"""Queries about units, staff and their posts."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, text

from hub.registry.schema import ApiToken, LoginSession, PasswordUsed, Unit, User, UserPost
from hub.registry.session import Transaction

# Key of the advisory lock for naming users and units.
NAMES = 5106


def units_below(tx: Transaction, roots: Iterable[str]) -> frozenset[str]:
    """The units named and all below them."""
    # Walked in Python: there are only tens of units, and a cycle in the data would make a recursive query endless.
    parents = {unit.code: unit.parent_code for unit in tx.scalars(select(Unit))}
    below = set(roots) & parents.keys()
    grown = True
    while grown:
        more = {code for code, parent in parents.items() if parent in below} - below
        below |= more
        grown = bool(more)
    return frozenset(below)


def top_units(tx: Transaction) -> frozenset[str]:
    """The units without a parent: the company itself."""
    return frozenset(tx.scalars(select(Unit.code).where(Unit.parent_code.is_(None))))


def by_login(tx: Transaction, login: str, *, lock: bool = False) -> User | None:
    """The user with this login."""
    query = select(User).where(User.login == login)
    return tx.scalar(query.with_for_update() if lock else query)


def hands_of(tx: Transaction, user_id: UUID) -> frozenset[UUID]:
    """The user, the person last shown their password, and everyone who could act as that person at that moment.

    Not who can today: a password that was read is known, even after the account that it was shown to has changed hands.
    """
    return frozenset(tx.scalar(select(User.password_hands).where(User.id == user_id)) or []) | {user_id}


def hands_shown(tx: Transaction, shown_to: UUID | None) -> list[UUID]:
    """Everyone who learns a password that this account is shown now; empty when no person sees it."""
    return sorted(hands_of(tx, shown_to)) if shown_to is not None else []


def logins(tx: Transaction) -> list[str]:
    """The logins of all users, deactivated ones included."""
    return list(tx.scalars(select(User.login)))


def names(tx: Transaction) -> list[str]:
    """The names of all users, deactivated ones included."""
    return list(tx.scalars(select(User.name)))


def hold_names(tx: Transaction) -> None:
    """Lock naming of users and units until this transaction ends: two look-alike names must not both pass the check."""
    tx.execute(select(func.pg_advisory_xact_lock(NAMES)))


def user(tx: Transaction, user_id: UUID, *, lock: bool = False) -> User | None:
    """The user with this id."""
    query = select(User).where(User.id == user_id)
    return tx.scalar(query.with_for_update() if lock else query)


def any_user(tx: Transaction) -> bool:
    """Whether there is any user; locks the table so that two first starts cannot both create administrators."""
    # This mode conflicts with itself and with writers, but lets readers pass.
    tx.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    return tx.scalar(select(User.id).limit(1)) is not None


def users(tx: Transaction, units: frozenset[str] | None) -> list[User]:
    """The users who belong to these units, ordered by login; all users for None."""
    query = select(User).order_by(User.login)
    return list(tx.scalars(query if units is None else query.where(User.unit_code.in_(units))))


def posts_of(tx: Transaction, user_id: UUID) -> list[UserPost]:
    """A user's grants."""
    return list(tx.scalars(select(UserPost).where(UserPost.user_id == user_id).order_by(UserPost.post)))


def units_of(tx: Transaction, user: User) -> frozenset[str]:
    """The user's own unit and the unit of each of their grants."""
    query = select(UserPost.unit_code).where(UserPost.user_id == user.id)
    return frozenset(tx.scalars(query)) | {user.unit_code}


def grant(tx: Transaction, user_id: UUID, post: str, unit_code: str) -> UserPost | None:
    """One grant."""
    return tx.get(UserPost, (user_id, post, unit_code))


def units_above(tx: Transaction, code: str) -> list[str]:
    """The unit and all above it, nearest first."""
    # `not in above` ends the walk if the data hold a cycle.
    parents = {unit.code: unit.parent_code for unit in tx.scalars(select(Unit))}
    above: list[str] = []
    at: str | None = code
    while at is not None and at in parents and at not in above:
        above.append(at)
        at = parents[at]
    return above


def common_unit(tx: Transaction, codes: Iterable[str]) -> str | None:
    """The lowest unit that contains all of these; the unit itself if there is only one."""
    lines = [units_above(tx, code) for code in sorted(set(codes))]
    return next((unit for unit in lines[0] if all(unit in line for line in lines)), None) if lines else None


def units(tx: Transaction) -> list[Unit]:
    """All units by code."""
    return list(tx.scalars(select(Unit).order_by(Unit.code)))


def unit(tx: Transaction, code: str) -> Unit | None:
    """The unit with this code."""
    return tx.get(Unit, code)


def session(tx: Transaction, token_hash: bytes) -> LoginSession | None:
    """The session with this token's hash."""
    return tx.get(LoginSession, token_hash)


def end_sessions(tx: Transaction, user_id: UUID, *, but: bytes | None = None) -> None:
    """End all sessions of a user, except `but`, the hash of one session's token."""
    query = delete(LoginSession).where(LoginSession.user_id == user_id)
    tx.execute(query.where(LoginSession.token_hash != but) if but is not None else query)


def token(tx: Transaction, token_id: UUID, *, lock: bool = False) -> ApiToken | None:
    """The API token with this id."""
    query = select(ApiToken).where(ApiToken.id == token_id)
    return tx.scalar(query.with_for_update() if lock else query)


def token_behind(tx: Transaction, token_hash: bytes) -> ApiToken | None:
    """The API token with this hash."""
    return tx.scalar(select(ApiToken).where(ApiToken.token_hash == token_hash))


def tokens(tx: Transaction, units: frozenset[str] | None) -> list[tuple[ApiToken, User]]:
    """API tokens of the users of these units (all for None), each with its user, newest first."""
    query = select(ApiToken, User).join(User, User.id == ApiToken.user_id).order_by(ApiToken.made_at.desc())
    if units is not None:
        query = query.where(User.unit_code.in_(units))
    return [(token, owner) for token, owner in tx.execute(query)]


def tokens_shown_to(tx: Transaction, user_id: UUID, moment: datetime) -> list[tuple[ApiToken, User]]:
    """Tokens that work at a moment and that this user was shown, locked, each with its service user."""
    query = select(ApiToken, User).join(User, User.id == ApiToken.user_id).where(ApiToken.shown_to == user_id)
    query = query.where(ApiToken.revoked_at.is_(None), ApiToken.expires_at > moment).order_by(ApiToken.name)
    return [(token, owner) for token, owner in tx.execute(query.with_for_update(of=ApiToken))]


def earlier_passwords(tx: Transaction, user_id: UUID, most: int) -> list[str]:
    """Hashes of the user's last `most` passwords, newest first."""
    query = select(PasswordUsed.password_hash).where(PasswordUsed.user_id == user_id)
    return list(tx.scalars(query.order_by(PasswordUsed.set_at.desc()).limit(most)))
