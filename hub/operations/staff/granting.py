"""Giving a post once it is decided (R4.1)."""

from hub.operations.desk import Desk
from hub.registry.schema import User, UserPost
from hub.registry.staff import access_requests, users

from .colleagues import tell_control


def give_post(desk: Desk, user: User, post: str, unit_code: str, holder: str) -> None:
    """Enter the grant; internal control of the unit is told. Granting twice changes nothing."""
    access_requests.hold_powers(desk.tx)
    if users.grant(desk.tx, user.id, post, unit_code) is None:
        grant = UserPost(user_id=user.id, post=post, unit_code=unit_code, holder=holder, granted_by=desk.actor.user_id)
        desk.tx.add(grant)
        desk.tx.flush()
        tell_control(desk, "post_granted", "R4.1", unit_code, user, post=post)
