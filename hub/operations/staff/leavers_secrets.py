"""Secrets that a leaver has seen: API tokens end with the right to them, keys that they typed are named (R6.1, G10)."""

from collections import defaultdict

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.tasks.notify import tell
from hub.ports import now
from hub.registry.channels import settings as channel_settings
from hub.registry.schema import ApiToken, User
from hub.registry.staff import users

WHO = (Post.INFORMATION_CENTRE, Post.INTERNAL_CONTROL)


def end_known_secrets(desk: Desk, user: User) -> None:
    """After a user left or lost a post: end tokens that they saw and may no longer issue, name keys that they know."""
    _end_tokens(desk, user)
    _name_keys(desk, user)


def _end_tokens(desk: Desk, user: User) -> None:
    ended: defaultdict[str, list[str]] = defaultdict(list)
    for token, owner in users.tokens_shown_to(desk.tx, user.id, now()):
        if not _still(desk, user, owner.unit_code):
            _revoke(desk, token)
            ended[owner.unit_code].append(token.name)
    for unit, names in sorted(ended.items()):
        tell(desk, "tokens_ended", "R6.1", WHO, unit, whose=user.name, tokens=names)
    if ended:
        desk.audit_detail["tokens_ended"] = sorted(name for names in ended.values() for name in names)


def _revoke(desk: Desk, token: ApiToken) -> None:
    token.revoked_at, token.revoked_by_name = now(), desk.actor.name


def _name_keys(desk: Desk, user: User) -> None:
    """Report the keys; they cannot be ended from here, because the partner must change its side too."""
    # By whoever proposed a setting last: the key of an earlier proposer has been replaced since.
    for (channel, unit), names in channel_settings.last_proposed_by(desk.tx, user.id).items():
        known = desk.channels.get(channel)
        # A plugin that is gone cannot say which of its settings are secret: all count as secret.
        secrets = sorted(name for name in names if known is None or known.setting(name).secret)
        if secrets and not _still(desk, user, unit):
            tell(desk, "keys_known", "R6.1", WHO, unit, whose=user.name, channel=channel, names=secrets)


def _still(desk: Desk, user: User, unit_code: str) -> bool:
    return user.active and holds(desk.tx, user.id, Post.INFORMATION_CENTRE, unit_code)
