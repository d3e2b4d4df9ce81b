"""Staff: users, units, posts, passwords (R4.1, R6.1)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.domain.passwords import KEPT, WEAK, weakness
from hub.domain.people import HUB, Post
from hub.domain.privacy import Secret
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.ports import new_id, new_token, now
from hub.registry import people
from hub.registry.schema import PasswordUsed, Unit, User, UserPost

from . import lockout, own_password
from .desk import Desk
from .leaving import give_back
from .office import Office
from .operation import STAFF, operation
from .reporting import Counted
from .sign_in import Signed, SignedIn, hash_password, mark_of, matches, session_of, sign_in, sign_out

CENTRE = {Post.INFORMATION_CENTRE}
TOP = "3701"


class PasswordNotTaken(Counted):
    """The new password breaks a rule (R6.1)."""

    article, status = "R6.1", 422
    says = ("{rule}。", "{rule_en}.")
    then = ("请另设一个密码。", "Choose another one.")


class TakenAlready(Refusal):
    """A login or unit code that is in use (R6.1)."""

    article = "R6.1"
    says = ("{what}已存在。", "This {what} exists already.")
    then = ("请换一个。", "Choose another one.")


@dataclass(frozen=True)
class UserView:
    """A user with grants."""

    user: User
    posts: list[UserPost]
    locked_until: datetime | None = None
    """Until when the login is locked, in some browser or in all that it was not in before."""


def first_administrator(office: Office) -> str | None:
    """The one-time password of the first administrator (login "admin"), or None when there are users."""
    with office.desk(HUB) as desk:
        if people.any_user(desk.tx):
            return None
        if people.unit(desk.tx, TOP) is None:
            desk.tx.add(Unit(code=TOP, name="市公司", parent_code=None))
            desk.tx.flush()
        password, user = new_user(desk, "admin", "系统管理员", TOP)
        desk.tx.add(UserPost(user_id=user.id, post=Post.INFORMATION_CENTRE, unit_code=TOP))
        return password


def new_user(desk: Desk, login: str, name: str, unit_code: str) -> tuple[str, User]:
    """A user with a one-time password, which is returned and not kept."""
    password = new_token(12)
    user = User(
        id=new_id(),
        login=login,
        name=name,
        unit_code=unit_code,
        password_hash=hash_password(password),
        password_set_at=now(),
        must_change=True,
        created_at=now(),
    )
    desk.tx.add(user)
    desk.tx.flush()
    return password, user


def new_password(desk: Desk, user: User) -> str:
    """A new one-time password for a user, which is returned and not kept; their sessions end."""
    password = new_token(12)
    user.password_hash, user.password_set_at, user.must_change = hash_password(password), now(), True
    user.password_mark = None
    people.end_sessions(desk.tx, user.id)
    return password


@operation(article="R6.1", posts=STAFF, title=("修改自己的密码", "Change one's password"), own=True, people_only=True)
def change_password(desk: Desk, old: Secret, new: Secret) -> None:
    """Replace one's own password by one that nobody else has; one's other sessions end.

    Raises WrongPassword, SessionsEnded, PasswordNotTaken or TooManyNewPasswords.
    """
    user = people.user(desk.tx, desk.actor.user_id, lock=True) if desk.actor.user_id else None
    if user is None:
        raise NotFound(what="用户")
    own_password.prove(desk, user, old)
    rule = weakness(new.reveal(), user.login)
    earlier = [user.password_hash, *people.earlier_passwords(desk.tx, user.id, KEPT - 1)]
    if rule is None and any(matches(stored, new.reveal()) for stored in earlier):
        rule = "used"
    if rule is None:
        own_password.count_new(desk, user)
    mark = mark_of(new.reveal(), desk.vault.master.pepper)
    if rule is None and people.password_shared(desk.tx, mark, user.id):
        rule = "common"  # as of any common one: who has it must not be found by trying
    if rule is not None:
        raise PasswordNotTaken(rule=WEAK[rule][0], rule_en=WEAK[rule][1])
    desk.tx.add(PasswordUsed(user_id=user.id, set_at=user.password_set_at, password_hash=user.password_hash))
    user.password_hash, user.password_set_at, user.must_change = hash_password(new.reveal()), now(), False
    user.password_mark = mark
    people.end_sessions(desk.tx, user.id, but=desk.actor.session)
    desk.about("user", user.login)


@operation(article="R4.1", posts=CENTRE, title=("新增用户", "Add a user"), people_only=True)
def create_user(desk: Desk, login: str, name: str, unit_code: str) -> str:
    """Add a user; returns the one-time password."""
    return _create(desk, login, name, unit_code)[0]


@operation(article="R4.1", posts=CENTRE, title=("新增服务账号", "Add a service user"), people_only=True)
def create_service_user(desk: Desk, login: str, name: str, unit_code: str) -> UUID:
    """Add an account for a programme: it has no password that anybody knows, and works by API tokens alone."""
    _, user = _create(desk, login, name, unit_code)
    user.service, user.must_change = True, False
    return user.id


def _create(desk: Desk, login: str, name: str, unit_code: str) -> tuple[str, User]:
    if not login.isascii() or not login.isalnum() or not 3 <= len(login) <= 40:
        raise BadInput(field="账号", problem="应为 3 到 40 个字母或数字", mend="请重新输入。")
    if people.by_login(desk.tx, login):
        raise TakenAlready(what="账号")
    _unit(desk, unit_code)
    desk.about("user", login)
    return new_user(desk, login, name, unit_code)


@operation(article="R4.1", posts=CENTRE, title=("授予岗位", "Grant a post"), people_only=True)
def grant_post(desk: Desk, user_id: UUID, post: str, unit_code: str, holder: str = "a") -> None:
    """Give a user a post in a unit; granting it twice changes nothing."""
    user = _user(desk, user_id)
    _unit(desk, unit_code)
    if post not in set(Post) or holder not in ("a", "b"):
        raise BadInput(field="岗位", problem="没有这个岗位", mend="请从列表中选择。")
    if people.grant(desk.tx, user.id, post, unit_code) is None:
        desk.tx.add(UserPost(user_id=user.id, post=post, unit_code=unit_code, holder=holder))
    desk.audit_detail |= {"post": post, "unit": unit_code}


@operation(article="R4.1", posts=CENTRE, title=("收回岗位", "Revoke a post"), people_only=True)
def revoke_post(desk: Desk, user_id: UUID, post: str, unit_code: str) -> None:
    """Take a grant back; taking it back twice changes nothing."""
    user = _user(desk, user_id)
    row = people.grant(desk.tx, user.id, post, unit_code)
    if row is not None:
        desk.tx.delete(row)
        desk.tx.flush()
        give_back(desk, user, (post, unit_code))
    desk.audit_detail |= {"post": post, "unit": unit_code}


@operation(article="G10", posts=CENTRE, title=("停用用户", "Deactivate a user"), people_only=True)
def deactivate_user(desk: Desk, user_id: UUID) -> None:
    """End a user's access and sessions at once (G10); what was handed to them is their post's again (R15.1)."""
    user = _user(desk, user_id)
    user.active = False
    people.end_sessions(desk.tx, user.id)
    give_back(desk, user)


@operation(article="R6.1", posts=CENTRE, title=("解除登录锁定", "Unlock a user"), people_only=True)
def unlock_user(desk: Desk, user_id: UUID) -> None:
    """Let a user try again at once after too many wrong passwords; unlocking twice changes nothing."""
    lockout.clear_login(desk, _user(desk, user_id).login)


@operation(article="R6.1", posts=CENTRE, title=("重置密码", "Reset a password"), people_only=True)
def reset_password(desk: Desk, user_id: UUID) -> str:
    """A new one-time password for somebody who forgot theirs; their sessions end, their lock too."""
    user = _user(desk, user_id)
    if not user.active or user.service:
        raise NotFound(what="可登录的用户")
    lockout.clear_login(desk, user.login)
    return new_password(desk, user)


@operation(article="R4.1", posts=CENTRE, title=("查看用户", "See users"), changes=False, audited=False)
def list_users(desk: Desk) -> list[UserView]:
    """All users with their grants."""
    users = people.users(desk.tx)
    until = lockout.locked(desk, [user.login for user in users])
    return [UserView(user, people.posts_of(desk.tx, user.id), until.get(user.login)) for user in users]


@operation(article="R4.1", posts=CENTRE, title=("新增单位", "Add a unit"), people_only=True)
def create_unit(desk: Desk, code: str, name: str, parent_code: str | None) -> None:
    """Add a unit below another."""
    if people.unit(desk.tx, code):
        raise TakenAlready(what="单位")
    if parent_code is not None:
        _unit(desk, parent_code)
    if not code.isalnum() or not 2 <= len(code) <= 12:
        raise BadInput(field="单位代码", problem="应为 2 到 12 位字母或数字", mend="请重新输入。")
    desk.tx.add(Unit(code=code, name=name, parent_code=parent_code))
    desk.tx.flush()


@operation(article="R4.1", posts=STAFF, title=("查看单位", "See units"), changes=False, own=True, audited=False)
def list_units(desk: Desk) -> list[Unit]:
    """All units."""
    return people.units(desk.tx)


def _user(desk: Desk, user_id: UUID) -> User:
    user = people.user(desk.tx, user_id, lock=True)
    if user is None:
        raise NotFound(what="用户")
    desk.about("user", user.login)
    return user


def _unit(desk: Desk, code: str) -> None:
    if people.unit(desk.tx, code) is None:
        raise NotFound(what="单位")


__all__ = [
    "Signed",
    "SignedIn",
    "UserView",
    "change_password",
    "create_service_user",
    "create_unit",
    "create_user",
    "deactivate_user",
    "first_administrator",
    "grant_post",
    "list_units",
    "list_users",
    "reset_password",
    "revoke_post",
    "session_of",
    "sign_in",
    "sign_out",
    "unlock_user",
]
