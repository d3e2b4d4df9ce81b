"""Giving a post once it is decided (R4.1)."""

from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.registry.schema import User, UserPost
from hub.registry.staff import access_requests, users

from .colleagues import tell_control


class HeldOtherwise(Refusal):
    """A post of a unit is held as A or as B; the other is granted after it was revoked (R4.1)."""

    article = "R4.1"
    says = (
        "{name}已是该单位这一岗位的 {holder} 岗,没有改变。",
        "{name} holds this post of the unit as {holder} already; nothing was changed.",
    )
    then = ("需要更换 A、B 岗的,请先收回再授予。", "To change between A and B, revoke it first and grant it again.")


def refuse_other_holder(user: User, held: UserPost, holder: str) -> None:
    """Raise HeldOtherwise if the user holds the post as the other of A and B."""
    if held.holder != holder:
        raise HeldOtherwise(name=user.name, holder=held.holder.upper())


def give_post(desk: Desk, user: User, post: str, unit_code: str, holder: str) -> None:
    """Enter the grant; internal control of the unit is told. Granting twice changes nothing. Raises HeldOtherwise."""
    # The lock under which `keep_filled` counts the holders of a post: no grant comes or goes while it counts.
    access_requests.hold_powers(desk.tx)
    held = users.grant(desk.tx, user.id, post, unit_code)
    if held is not None:
        refuse_other_holder(user, held, holder)
    else:
        grant = UserPost(user_id=user.id, post=post, unit_code=unit_code, holder=holder, granted_by=desk.actor.user_id)
        desk.tx.add(grant)
        desk.tx.flush()
        tell_control(desk, "post_granted", "R4.1", unit_code, user, post=post)
