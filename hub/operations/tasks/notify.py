"""Notices to the holders of a post, on their page and, where the article says so, in the day's mail."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.ports import new_id, now
from hub.registry.schema import StaffNotice

from .account_managers import account_manager_of


def tell(
    desk: Desk,
    kind: str,
    article: str,
    posts: Iterable[Post],
    unit_code: str,
    *,
    customer_id: UUID | None = None,
    user_id: UUID | None = None,
    in_mail: bool = False,
    **details: Any,
) -> None:
    """Tell the posts of a unit that something happened, in the caller's transaction: a rollback takes it back too.

    `in_mail`: internal control, which must be one of the posts, also has it in its mail of the day (R12.1, R12.2).
    `user_id`: only this holder of the post; what is about a customer goes to their own account manager alone (R7.16).
    `details` are plain words and numbers, never a sensitive value.
    """
    for post in posts:
        # Without a known account manager it goes to the whole post: a notice must have a reader.
        own = account_manager_of(desk.tx, customer_id) if post is Post.ACCOUNT_MANAGER and user_id is None else None
        desk.tx.add(
            StaffNotice(
                id=new_id(),
                kind=kind,
                article=article,
                post=post,
                unit_code=unit_code,
                customer_id=customer_id,
                user_id=own.id if own is not None else user_id,
                details=details,
                in_mail=in_mail and post == Post.INTERNAL_CONTROL,
                at=now(),
                by_name=desk.actor.name,
            )
        )
