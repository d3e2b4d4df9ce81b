"""Changing one's own password: limits on guesses of the old one (R6.1)."""

from hub.domain.privacy.masking import Secret
from hub.operations.desk import Desk
from hub.operations.reported_refusals import Counted
from hub.registry.schema import User
from hub.registry.staff import users

from . import lockout
from .sign_in import ABSOLUTE, matches


class WrongPassword(Counted):
    """The present password is not right (R6.1)."""

    article, status = "R6.1", 422
    says = ("原密码不正确。", "The present password is wrong.")
    then = (
        "请重新输入;再错 {left} 次将退出全部登录。",
        "Enter it again; after {left} more failures you are signed out everywhere.",
    )


class SessionsEnded(Counted):
    """The present password was wrong too often: the session may be in someone else's hands (R6.1)."""

    article, status = "R6.1", 401
    says = (
        "原密码连续 {tries} 次不正确,已退出该账号的全部登录。",
        "The present password was wrong {tries} times: this login was signed out everywhere.",
    )
    then = (
        "请重新登录;忘记密码的,请联系信息中心重置。",
        "Sign in again; if the password is forgotten, ask the information centre to reset it.",
    )


def prove(desk: Desk, user: User, old: Secret) -> None:
    """Raise WrongPassword or, at the last failure, SessionsEnded unless this is the user's password.

    Failures at the sign-in do not count here; failures here do count there.
    """
    # By session: whoever found a screen unlocked has five guesses in all, since ABSOLUTE outlasts the session.
    master = desk.vault.master
    counter = lockout.in_session(master, user.login, desk.actor.session or user.id.bytes)
    counted = lockout.count(desk.tx, counter, lock=ABSOLUTE, kept=ABSOLUTE)
    if counted.locked_until is None and matches(user.password_hash, old.reveal()):
        lockout.clear(desk.tx, counter)
        return
    # And as a stranger's failure at the sign-in, or guessing here and there would give twice the tries.
    lockout.count(desk.tx, lockout.at_sign_in(master, user.login, "browser", ""))
    if counted.left > 0:
        raise WrongPassword(left=counted.left)
    users.end_sessions(desk.tx, user.id)
    raise SessionsEnded(tries=lockout.FAILURES)
