"""One-time passwords: how they are made, and who of the user's unit hands them over (R6.1)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.domain.states import AccessState
from hub.operations.desk import Desk
from hub.operations.grants import at_post, two_people
from hub.operations.tasks.tasks import open_task
from hub.ports import new_token, now
from hub.registry.schema import AccessRequest, User
from hub.registry.staff import users

from .second_person import drop_open, move_to
from .sign_in import lockout
from .sign_in.sign_in import hash_password

# Who hands a password over, in this order: at the user's own unit, then at those above it.
TAKE = (Post.INFORMATION_CENTRE, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL)
# How long a confirmed password or token waits to be collected; after that it must be requested again.
TAKEN_WITHIN = timedelta(hours=24)


class NobodyToTake(Refusal):
    """No one of the user's unit, other than who asked, could hand the password over (R6.1)."""

    article = "R6.1"
    says = (
        "没有可以转交{name}新密码的人员:申请、复核和授岗的人,以及与其账号密码由同一人经手的人,都不能领取。",
        "There is no one to hand {name} a new password: not who asked, confirmed or gave a post, nor an account whose password passed through the same hands.",
    )
    then = (
        "请由另一位信息中心人员提出,或先在其所属单位安排信息中心或科长。",
        "Let another information centre ask, or appoint an information centre or a section chief in their unit first.",
    )


@dataclass(frozen=True)
class Takers:
    """Who may collect a user's password: the holders of a post in a unit."""

    post: Post
    unit_code: str
    users: list[User]


def new_password(desk: Desk, user: User) -> str:
    """Give a user a new one-time password, returned and not stored; it ends their sessions and lifts their lock.

    The caller is recorded as having been shown it.
    """
    lockout.clear_login(desk, user.login)
    password = new_token(12)
    user.password_hash, user.password_set_at, user.must_change = hash_password(password), now(), True
    user.password_hands = users.hands_shown(desk.tx, desk.actor.user_id)
    users.end_sessions(desk.tx, user.id)
    return password


def takers(desk: Desk, user: User, asked_by: UUID, decided_by: UUID | None = None) -> Takers:
    """Who may hand the user the password. Raises NobodyToTake.

    Excluded are whoever asked for it, confirmed it or granted one of the user's posts, and every account that does not
    count as a second person to one of them.
    """
    # Whoever granted a post and then held the password could use that post themselves, with nobody to stop them.
    givers = {grant.granted_by for grant in users.posts_of(desk.tx, user.id)}
    involved = {party for party in (asked_by, decided_by, *givers) if party is not None}
    for unit in users.units_above(desk.tx, user.unit_code):
        for post in TAKE:
            # Acting for the user's unit, but working in this one: nearest first, as it is handed over in person.
            holders = at_post(desk.tx, post, user.unit_code)
            fit = [
                other
                for other in holders
                if other.unit_code == unit
                and other.id != user.id
                and all(two_people(desk.tx, other.id, party) for party in involved)
            ]
            if fit:
                return Takers(post, unit, fit)
    raise NobodyToTake(name=user.name)


def hand_out(desk: Desk, user: User, request: AccessRequest) -> None:
    """Disable the old password and let the request wait for a taker; the new password is made when it is taken.

    An earlier request for a password is withdrawn. Raises NobodyToTake.
    """
    chosen = takers(desk, user, request.asked_by, request.decided_by)
    drop_open(desk, user, "password", but=request.id)
    # Set a password that no one sees, so that the old one and all sessions end now. Until somebody takes the next one,
    # the account still counts as belonging to whoever was shown the last: its open requests were theirs.
    hands = user.password_hands
    new_password(desk, user)
    user.password_hands = hands
    move_to(request, AccessState.WAITING)
    request.until = now() + TAKEN_WITHIN
    desk.tx.add(request)
    desk.tx.flush()
    post, subject = chosen.post, ("access", request.id)
    task = open_task(desk, "take_password", "R6.1", post=post, unit_code=user.unit_code, subject=subject, days=0)
    task.user_id = chosen.users[0].id if len(chosen.users) == 1 else None
