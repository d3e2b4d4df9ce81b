"""Sensitive values in clear: with a reason, for a person, at most so many an hour (G4, G5)."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import FieldName, Label, Text
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.ports import now
from hub.registry import audit
from hub.registry.customers import customers
from hub.registry.settlement import accounts
from hub.registry.staff import users

# More than anyone needs for their work, too few to copy out a unit's customers.
REVEALS_AN_HOUR = 60
Reason = Annotated[Text, Label("理由", "Reason")]


class TooManyReveals(Refusal):
    """More clear views in an hour than anyone needs (G5)."""

    article, status = "G5", 429
    says = ("一小时内查看明文的次数过多。", "Too many clear views within an hour.")
    then = ("请稍后再查看;此情况已记录。", "Try later; this was recorded.")


class ReasonNeeded(Refusal):
    """A clear view needs a reason (G4)."""

    article, status = "G4", 422
    says = ("查看明文须说明理由(至少 5 个字)。", "A clear view needs a reason (5 characters at least).")
    then = ("请填写理由后再查看。", "Give the reason and try again.")


@operation(
    "customers.reveal_field",
    article="G4",
    posts={Post.STATISTICS_CLERK, Post.ACCOUNT_MANAGER},
    title=("查看明文", "See a value in clear"),
    changes=False,
    people_only=True,
)
def reveal_field(desk: Desk, customer_id: UUID, field: FieldName, reason: Reason) -> Secret:
    """A sensitive field in clear, with the reason in the audit trail; at most 60 an hour for each user (G5).

    Raises NotFound, ReasonNeeded, TooManyReveals, Destroyed, Unreadable.
    """
    customer = desk.customer(customer_id)
    _allow_reveal(desk, reason)
    token = customer.sealed.get(field)
    if token is None or field in customers.switched_off(desk.tx):
        raise NotFound(what="内容")
    desk.audit_detail |= {"field": field, "reason": reason}
    return desk.vault.open_field(customer.id, field, token)


@operation(
    "customers.reveal_account_number",
    article="G4",
    posts={Post.STATISTICS_CLERK},
    title=("查看卡号明文", "See a number in clear"),
    changes=False,
    people_only=True,
)
def reveal_account_number(desk: Desk, account_id: UUID, reason: Reason) -> Secret:
    """An account's number in clear, with the reason in the audit trail. Raises as `reveal_field` does."""
    account = accounts.account(desk.tx, account_id)
    if account is None:
        raise NotFound(what="账户")
    desk.customer(account.customer_id, "账户")
    _allow_reveal(desk, reason)
    desk.audit_detail |= {"field": "account_number", "reason": reason}
    return desk.vault.open_text(account.customer_id, f"accounts.number_sealed:{account.id}", account.number_sealed)


def _allow_reveal(desk: Desk, reason: str) -> None:
    if len(reason.strip()) < 5:
        raise ReasonNeeded()
    if desk.actor.user_id is not None:
        # Two clicks at once would both find room for one more: the user's row serves as the lock.
        users.user(desk.tx, desk.actor.user_id, lock=True)
        done = audit.count(desk.tx, desk.actor.user_id, "customers.reveal_", now() - timedelta(hours=1))
        if done >= REVEALS_AN_HOUR:
            raise TooManyReveals()
