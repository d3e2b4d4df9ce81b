"""Queries about units, staff and their posts."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import delete, func, select, text

from hub.registry.schema import ApiToken, LoginSession, PasswordUsed, Unit, User, UserPost
from hub.registry.session import Transaction

# Key of the advisory lock under which users and units are named.
NAMES = 5106


def units_below(tx: Transaction, roots: Iterable[str]) -> frozenset[str]:
    """The units named and all below them."""
    # Walked here: a company has some tens of units, and a loop in the data must not become endless SQL.
    parents = {unit.code: unit.parent_code for unit in tx.scalars(select(Unit))}
    below = set(roots) & parents.keys()
    grown = True
    while grown:
        more = {code for code, parent in parents.items() if parent in below} - below
        below |= more
        grown = bool(more)
    return frozenset(below)


def top_units(tx: Transaction) -> frozenset[str]:
    """The units below no other: the company itself."""
    return frozenset(tx.scalars(select(Unit.code).where(Unit.parent_code.is_(None))))


def by_login(tx: Transaction, login: str, *, lock: bool = False) -> User | None:
    """The user with this login."""
    query = select(User).where(User.login == login)
    return tx.scalar(query.with_for_update() if lock else query)


def hands_of(tx: Transaction, user_id: UUID) -> frozenset[UUID]:
    """The user, whoever was last shown their password, whoever was shown that one's, and so on."""
    hands: set[UUID] = set()
    hand: UUID | None = user_id
    # A step for each account, which may go round: two may have handed each other a password.
    while hand is not None and hand not in hands:
        hands.add(hand)
        hand = tx.scalar(select(User.password_shown_to).where(User.id == hand))
    return frozenset(hands)


def logins(tx: Transaction) -> list[str]:
    """Everybody's, also of users who are out."""
    return list(tx.scalars(select(User.login)))


def hold_names(tx: Transaction) -> None:
    """Let no other transaction name a user or a unit before this one ends: two that look alike must not both be free."""
    tx.execute(select(func.pg_advisory_xact_lock(NAMES)))


def user(tx: Transaction, user_id: UUID, *, lock: bool = False) -> User | None:
    """The user with this id."""
    query = select(User).where(User.id == user_id)
    return tx.scalar(query.with_for_update() if lock else query)


def any_user(tx: Transaction) -> bool:
    """Whether there is any user; locks the table, so that two first starts do not both make administrators."""
    tx.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    return tx.scalar(select(User.id).limit(1)) is not None


def users(tx: Transaction, units: frozenset[str] | None) -> list[User]:
    """The users who belong to some units, by login; None: all."""
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
    parents = {unit.code: unit.parent_code for unit in tx.scalars(select(Unit))}
    above: list[str] = []
    at: str | None = code
    while at is not None and at in parents and at not in above:
        above.append(at)
        at = parents[at]
    return above


def common_unit(tx: Transaction, codes: Iterable[str]) -> str | None:
    """The nearest unit that has all of these below it, or is the only one of them."""
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
    """End all sessions of a user, but for one if it is named."""
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
    """The API tokens of users who belong to some units (None: all) with these users, newest first."""
    query = select(ApiToken, User).join(User, User.id == ApiToken.user_id).order_by(ApiToken.made_at.desc())
    if units is not None:
        query = query.where(User.unit_code.in_(units))
    return [(token, owner) for token, owner in tx.execute(query)]


def earlier_passwords(tx: Transaction, user_id: UUID, most: int) -> list[str]:
    """Hashes of the user's last passwords."""
    query = select(PasswordUsed.password_hash).where(PasswordUsed.user_id == user_id)
    return list(tx.scalars(query.order_by(PasswordUsed.set_at.desc()).limit(most)))


def password_shared(tx: Transaction, mark: bytes, user_id: UUID) -> bool:
    """Whether another active user has the password behind this mark."""
    return tx.scalar(select(User.id).where(User.password_mark == mark, User.id != user_id, User.active)) is not None
