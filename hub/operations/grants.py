"""Which posts a person holds now, as A holder or as B holder during a leave (R5.1); which accounts are one person."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Post
from hub.ports import now
from hub.registry.schema import User
from hub.registry.session import Transaction
from hub.registry.staff import leave_cover, users


class NotTwoPeople(Refusal):
    """Someone who was shown an account's password can act as it, so these two accounts are not two people (R4.1)."""

    article, status = "R4.1", 403
    says = (
        "您与{name}的账号密码曾由同一人经手,不能互为复核。",
        "One person has handled the passwords of your account and of {name}'s, so the two do not count as two people.",
    )
    then = (
        "请由另一位有权人员复核;或由他人重新领取并转交其中一个账号的密码。",
        "Ask someone else to decide, or have another person hand one of the two a new password.",
    )


class AskedBefore(Refusal):
    """An account whose password was replaced may now belong to someone else (R4.1)."""

    article = "R4.1"
    says = (
        "{name}提出之后换过密码,提出时与现在可能不是同一人。",
        "{name}'s password was changed after this was requested, so the account may now be used by someone else.",
    )
    then = ("请驳回,由{name}重新提出。", "Reject it and ask {name} to request it again.")


class AskerWithout(Refusal):
    """A request can be confirmed only while its asker could still make it (R4.1)."""

    article = "R4.1"
    says = ("{name}已无权提出这项申请。", "{name} is no longer allowed to make this request.")
    then = ("请驳回这项申请。", "Reject this request.")


Grants = frozenset[tuple[Post, str]]
Covers = frozenset[tuple[Post, str, str]]


def held_by(tx: Transaction, user_id: UUID) -> tuple[Grants, Covers]:
    """All (post, unit) pairs the person holds now, and the covered ones among them with the absent person's name.

    A B holder's grant has no effect outside a leave that has begun; during it, it reaches as far as the absent one's.
    """
    held_grants = users.posts_of(tx, user_id)
    own = frozenset((Post(grant.post), grant.unit_code) for grant in held_grants if grant.holder == "a")
    seconds = [(grant.post, grant.unit_code) for grant in held_grants if grant.holder == "b"]
    covered: set[tuple[Post, str, str]] = set()
    for cover, leave in leave_cover.acting(tx, user_id, now()) if seconds else ():
        above = users.units_above(tx, cover.unit_code)
        # The B grant may have been revoked after the leave was entered; a promised cover alone gives no power.
        if not any(post == cover.post and unit in above for post, unit in seconds):
            continue
        # What they hold in their own right stays their own: only the rest counts as done for someone else.
        held = users.units_below(tx, (unit for post, unit in own if post == cover.post))
        for unit in users.units_below(tx, {cover.unit_code}) - held:
            covered.add((Post(cover.post), unit, leave.user_name))
    return own | {(post, unit) for post, unit, _ in covered}, frozenset(covered)


def holds(tx: Transaction, user_id: UUID, post: Post, unit_code: str) -> bool:
    """Whether a person acts at a post of a unit now, in their own right or for someone else."""
    grants, _ = held_by(tx, user_id)
    return unit_code in users.units_below(tx, (unit for held, unit in grants if held == post))


def at_post(tx: Transaction, post: Post, unit_code: str) -> list[User]:
    """Who acts at a post of a unit now: its A holders there and above, and B holders who cover one."""
    above = users.units_above(tx, unit_code)
    # A B holder counts only while they cover: `holds` looks for a leave that has begun.
    seconds = leave_cover.holders(tx, post, above, "b")
    return leave_cover.holders(tx, post, above, "a") + [user for user in seconds if holds(tx, user.id, post, unit_code)]


def nearest(tx: Transaction, post: Post, unit_code: str) -> str:
    """The nearest unit, from this one upwards, that has an A holder of the post; this one if none has."""
    for unit in users.units_above(tx, unit_code):
        if leave_cover.holders(tx, post, [unit], "a"):
            return unit
    return unit_code


def two_people(tx: Transaction, one: UUID | None, other: UUID | None) -> bool:
    """Whether two accounts count as two people: nobody, the two included, has been shown both passwords.

    True if either is None: the hub itself acts.
    """
    return one is None or other is None or not users.hands_of(tx, one) & users.hands_of(tx, other)


def check_second(tx: Transaction, decides: UUID | None, asked_by: UUID | None, name: str, asked_at: datetime) -> None:
    """Check that the deciding account and the asking one (called `name`) are two people.

    Raises NotTwoPeople, or AskedBefore if the asker's password was replaced after `asked_at`.
    """
    if not two_people(tx, decides, asked_by):
        raise NotTwoPeople(name=name)
    asker = users.user(tx, asked_by) if asked_by is not None else None
    if asker is not None and asker.password_set_at > asked_at:
        raise AskedBefore(name=name)


def check_still_asks(tx: Transaction, asked_by: UUID | None, name: str, posts: Iterable[Post], unit_code: str) -> None:
    """Raise AskerWithout unless the asker is active and holds one of the posts in the unit."""
    asker = users.user(tx, asked_by) if asked_by is not None else None
    if asker is not None and not (asker.active and any(holds(tx, asker.id, post, unit_code) for post in posts)):
        raise AskerWithout(name=name)
