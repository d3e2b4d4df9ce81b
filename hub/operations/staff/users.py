"""Staff: users, units, posts, passwords (R4.1, R6.1)."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Label, Text
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.passwords import KEPT, WEAK, weakness
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import STAFF, OnlyAtCompany, operation
from hub.operations.reported_refusals import Counted
from hub.operations.views import view, views
from hub.ports import new_id, new_token, now
from hub.registry.schema import PasswordUsed, Unit, User, UserPost
from hub.registry.staff import access_requests
from hub.registry.staff import users as stored_users

from . import second_person
from .colleagues import colleague, covers_whole, keep_filled, not_oneself, tell_control
from .departures import return_tasks
from .first_passwords import hand_out, new_password, takers
from .granting import give_post, refuse_other_holder
from .leavers_secrets import end_known_secrets
from .names import check_login, check_person, check_unit, hold_login
from .second_person import waiting
from .sign_in import lockout, own_password
from .sign_in.sign_in import Signed, SignedIn, hash_password, matches, session_of, sign_in, sign_out
from .user_views import Granted, Held, Reset, UnitView, UserView

CENTRE = {Post.INFORMATION_CENTRE}
# The company's own unit, entered when the database has none yet.
TOP = "3701"
# The first administrators: two, because granting a post that signs or checks takes a second person.
FIRST = {"admin": "系统管理员甲", "admin2": "系统管理员乙"}
Login = Annotated[Code, Label("账号", "Login", ("3 到 40 个字母或数字", "3 to 40 letters or digits"))]
Name = Annotated[Text, Label("姓名", "Name")]
UnitCode = Annotated[Code, Label("单位", "Unit")]
PostName = Annotated[Post, Field(strict=False), Label("岗位", "Post")]


class PasswordNotTaken(Counted):
    """The new password breaks a rule (R6.1)."""

    article, status = "R6.1", 422
    says = ("{rule}。", "{rule_en}.")
    then = ("请另设一个密码。", "Choose another.")


def first_administrators(office: Office) -> dict[str, str]:
    """Make the two first administrators: {login: one-time password}; empty when there are users already."""
    with office.desk(HUB) as desk:
        if stored_users.any_user(desk.tx):
            return {}
        if stored_users.unit(desk.tx, TOP) is None:
            desk.tx.add(Unit(code=TOP, name="市公司", parent_code=None))
            desk.tx.flush()
        passwords = {}
        for login, name in FIRST.items():
            passwords[login], user = new_user(desk, login, name, TOP)
            desk.tx.add(UserPost(user_id=user.id, post=Post.INFORMATION_CENTRE, unit_code=TOP))
        return passwords


def new_user(desk: Desk, login: str, name: str, unit_code: str) -> tuple[str, User]:
    """A user with a one-time password, which is returned and not kept. Raises TakenAlready for a look-alike login."""
    hold_login(desk, login)
    password = new_token(12)
    user = User(
        id=new_id(),
        login=login,
        name=name,
        unit_code=unit_code,
        password_hash=hash_password(password),
        password_set_at=now(),
        must_change=True,
        password_hands=stored_users.hands_shown(desk.tx, desk.actor.user_id),
        created_at=now(),
    )
    desk.tx.add(user)
    desk.tx.flush()
    return password, user


@operation(
    "staff.change_password",
    article="R6.1",
    posts=STAFF,
    title=("修改自己的密码", "Change one's password"),
    own=True,
    people_only=True,
)
def change_password(desk: Desk, old: Secret, new: Secret) -> None:
    """Replace one's own password by one that is not easily guessed nor used before; one's other sessions end.

    Raises WrongPassword, SessionsEnded or PasswordNotTaken.
    """
    user = stored_users.user(desk.tx, desk.actor.user_id, lock=True) if desk.actor.user_id else None
    if user is None:
        raise NotFound(what="用户")
    own_password.prove(desk, user, old)
    rule = weakness(new.reveal(), user.login)
    earlier = [user.password_hash, *stored_users.earlier_passwords(desk.tx, user.id, KEPT - 1)]
    if rule is None and any(matches(stored, new.reveal()) for stored in earlier):
        rule = "used"
    # Never compared with colleagues' passwords: any answer, above all a refusal, would tell what one of them uses.
    if rule is not None:
        raise PasswordNotTaken(rule=WEAK[rule][0], rule_en=WEAK[rule][1])
    # The old hash is kept, so that the password cannot be set again soon (R6.1).
    desk.tx.add(PasswordUsed(user_id=user.id, set_at=user.password_set_at, password_hash=user.password_hash))
    user.password_hash, user.password_set_at, user.must_change = hash_password(new.reveal()), now(), False
    # All but this one: whoever knew the old password may still have a session open.
    stored_users.end_sessions(desk.tx, user.id, but=desk.actor.session)
    desk.about("user", user.login)


@operation("staff.create_user", article="R4.1", posts=CENTRE, title=("新增用户", "Add a user"), people_only=True)
def create_user(desk: Desk, login: Login, name: Name, unit_code: UnitCode) -> str:
    """Add a user without posts; returns the one-time password. Internal control is told.

    Raises NotFound, TakenAlready, BadInput.
    """
    password, user = _create(desk, login, name, unit_code)
    tell_control(desk, "user_added", "R4.1", unit_code, user)
    return password


@operation(
    "staff.create_service_user",
    article="R4.1",
    posts=CENTRE,
    title=("新增服务账号", "Add a service user"),
    people_only=True,
)
def create_service_user(desk: Desk, login: Login, name: Name, unit_code: UnitCode) -> UUID:
    """Add an account for a programme: no one knows its password, it works by API tokens alone.

    Raises NotFound, TakenAlready, BadInput.
    """
    _, user = _create(desk, login, name, unit_code)
    # Its random password is shown to no one, so that only tokens open the account.
    user.service, user.must_change, user.password_hands = True, False, []
    tell_control(desk, "user_added", "R4.1", unit_code, user)
    return user.id


def _create(desk: Desk, login: str, name: str, unit_code: str) -> tuple[str, User]:
    check_login(login)
    desk.unit(unit_code)
    check_person(desk, name)
    desk.about("user", login)
    return new_user(desk, login, name, unit_code)


@operation("staff.grant_post", article="R4.1", posts=CENTRE, title=("授予岗位", "Grant a post"), people_only=True)
def grant_post(
    desk: Desk,
    user_id: UUID,
    post: PostName,
    unit_code: UnitCode,
    holder: Annotated[Literal["a", "b"], Label("AB 岗", "Holder")] = "a",
) -> Granted:
    """Give a user a post in a unit; granting it twice changes nothing. Never to oneself.

    A post that signs, checks or appoints, any post of a programme, and any post of an account whose password the caller
    was shown wait for a second person. Raises NotFound, HoldsElsewhere, OnesOwn, HeldOtherwise, NobodyToConfirm,
    BadInput.
    """
    user = colleague(desk, user_id)
    not_oneself(desk, user)
    desk.unit(unit_code)
    if post not in set(Post) or holder not in ("a", "b"):
        raise BadInput(field="岗位", problem="没有这个岗位", mend="请从列表中选择。")
    if not user.active:
        raise NotFound(what="在用的用户")
    desk.audit_detail |= {"post": post, "unit": unit_code}
    # A grant that exists already needs no second person.
    held = stored_users.grant(desk.tx, user.id, post, unit_code)
    if held is not None:
        refuse_other_holder(user, held, holder)
        return Granted(True)
    if second_person.takes_two(desk, user, post):
        request = second_person.ask_second(desk, "grant", user, post=post, unit_code=unit_code, holder=holder)
        return Granted(False, request.id, done=False, waits_for=waiting(request))
    give_post(desk, user, post, unit_code, holder)
    return Granted(True)


@operation("staff.revoke_post", article="R4.1", posts=CENTRE, title=("收回岗位", "Revoke a post"), people_only=True)
def revoke_post(desk: Desk, user_id: UUID, post: PostName, unit_code: UnitCode) -> None:
    """Revoke a grant at once, without a second person; revoking it twice changes nothing. Never one's own.

    Raises NotFound, HoldsElsewhere, OnesOwn, LastOfCompany.
    """
    user = colleague(desk, user_id)
    not_oneself(desk, user)
    # Before the grant is read: two callers who revoke the last two holders at once must not both find one left.
    access_requests.hold_powers(desk.tx)
    grant = stored_users.grant(desk.tx, user.id, post, unit_code)
    if grant is not None:
        keep_filled(desk, user, [(post, unit_code)] if grant.holder == "a" else [])
        desk.tx.delete(grant)
        desk.tx.flush()
        return_tasks(desk, user, (post, unit_code))
        # Only this post may see tokens and type keys: losing another one leaves no secret behind.
        if post == Post.INFORMATION_CENTRE:
            end_known_secrets(desk, user)
        tell_control(desk, "post_revoked", "R4.1", unit_code, user, post=post)
    desk.audit_detail |= {"post": post, "unit": unit_code}


@operation(
    "staff.deactivate_user", article="G10", posts=CENTRE, title=("停用用户", "Deactivate a user"), people_only=True
)
def deactivate_user(desk: Desk, user_id: UUID) -> None:
    """End a user's access and sessions at once (G10), and the API tokens that they were shown (R6.1); keys that they
    know are named to be replaced. Tasks handed to them go back to their post (R15.1).

    Raises NotFound, HoldsElsewhere, OnesOwn, LastOfCompany.
    """
    user = colleague(desk, user_id)
    not_oneself(desk, user)
    # The user's row first, then the lock on powers: the order in which every change of grants takes them.
    access_requests.hold_powers(desk.tx)
    if user.active:
        grants = [grant for grant in stored_users.posts_of(desk.tx, user.id) if grant.holder == "a"]
        keep_filled(desk, user, [(grant.post, grant.unit_code) for grant in grants])
        tell_control(desk, "user_deactivated", "G10", user.unit_code, user)
    # Whether they leave now: deactivating twice must not report the same keys a second time.
    leaves, user.active = user.active, False
    stored_users.end_sessions(desk.tx, user.id)
    second_person.drop_open(desk, user)
    return_tasks(desk, user)
    if leaves:
        end_known_secrets(desk, user)


@operation("staff.unlock_user", article="R6.1", posts=CENTRE, title=("解除登录锁定", "Unlock a user"), people_only=True)
def unlock_user(desk: Desk, user_id: UUID) -> None:
    """Lift a user's lock after too many wrong passwords; unlocking twice changes nothing. Never one's own.

    Raises NotFound, HoldsElsewhere, OnesOwn.
    """
    user = colleague(desk, user_id)
    not_oneself(desk, user)
    lockout.clear_login(desk, user.login)


@operation(
    "staff.reset_password", article="R6.1", posts=CENTRE, title=("重置密码", "Reset a password"), people_only=True
)
def reset_password(desk: Desk, user_id: UUID) -> Reset:
    """Make a new one-time password for a user; their sessions end, and their lock.

    Who resets it never sees it, because they could sign in as the user: it waits for somebody else of the user's unit
    (`hand_out`). For a user who signs, checks or appoints, a second person must confirm it first. Only the hub is shown
    it at once. Internal control is told. Raises NotFound, HoldsElsewhere, OnesOwn, NobodyToConfirm, NobodyToTake.
    """
    user = colleague(desk, user_id)
    not_oneself(desk, user)
    if not user.active or user.service:
        raise NotFound(what="可登录的用户")
    caller = desk.actor.user_id
    if caller is not None and second_person.is_protected(desk, user):
        takers(desk, user, caller)  # Raises now rather than after the second person has confirmed.
        asked = second_person.ask_second(desk, "password", user)
        return Reset(None, asked.id, waiting(asked))
    tell_control(desk, "password_reset", "R6.1", user.unit_code, user)
    if caller is None:
        # An earlier request would replace the password that is shown now.
        second_person.drop_open(desk, user, "password")
        return Reset(new_password(desk, user), None)
    request = second_person.new_request(desk, "password", user, second_person.place_of(desk, user, None), now())
    hand_out(desk, user, request)
    return Reset(None, request.id, waiting(request))


@operation(
    "staff.list_users", article="R4.1", posts=CENTRE, title=("查看用户", "See users"), changes=False, audited=False
)
def list_users(desk: Desk) -> list[UserView]:
    """The users of the caller's units with their posts."""
    users = stored_users.users(desk.tx, desk.units)
    # One query for the whole list; counters know logins only as digests.
    locked = lockout.locked(desk, [user.login for user in users])
    return [
        view(
            UserView,
            user,
            covered=covers_whole(desk, user),
            posts=views(Held, stored_users.posts_of(desk.tx, user.id)),
            locked_until=locked.get(user.login),
        )
        for user in users
    ]


@operation("staff.create_unit", article="R4.1", posts=CENTRE, title=("新增单位", "Add a unit"), people_only=True)
def create_unit(
    desk: Desk,
    code: Annotated[
        Code, Label("单位代码", "Code", ("2 到 12 位字母、数字或短横", "2 to 12 letters, digits or dashes"))
    ],
    name: Annotated[Text, Label("名称", "Name")],
    parent_code: Annotated[Code | None, Label("上级单位", "Above it")] = None,
) -> None:
    """Add a unit below one of the caller's; only the company adds one that lies below no other.

    Raises NotFound, OnlyAtCompany, TakenAlready, BadInput.
    """
    if parent_code is not None:
        desk.unit(parent_code)
    elif desk.units is not None and not desk.units & stored_users.top_units(desk.tx):
        raise OnlyAtCompany(action="新增单位", action_en="Add a unit")
    check_unit(desk, code, name)
    desk.about("unit", code)
    desk.tx.add(Unit(code=code, name=name, parent_code=parent_code))
    desk.tx.flush()


@operation(
    "staff.list_units",
    article="R4.1",
    posts=STAFF,
    title=("查看单位", "See units"),
    changes=False,
    own=True,
    audited=False,
)
def list_units(desk: Desk) -> list[UnitView]:
    """All units."""
    return views(UnitView, stored_users.units(desk.tx))


__all__ = [
    "FIRST",
    "Granted",
    "Reset",
    "Signed",
    "SignedIn",
    "UserView",
    "change_password",
    "create_service_user",
    "create_unit",
    "create_user",
    "deactivate_user",
    "first_administrators",
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
