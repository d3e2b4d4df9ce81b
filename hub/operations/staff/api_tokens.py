"""API tokens of service users: some operations, in one unit, for some time; shown once and kept as a hash (S10)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Actor, Post, TokenLimits
from hub.domain.staff.token_scopes import READ
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, operation
from hub.ports import new_id, new_token, now
from hub.registry.schema import AccessRequest, ApiToken, User
from hub.registry.staff import users

from . import second_person
from .colleagues import colleague, covered, tell_control
from .sign_in.sign_in import SEEN_EVERY, actor_of, token_hash

CENTRE = {Post.INFORMATION_CENTRE}
PREFIX = "ph_"
"""How a token begins, so that a secret scanner knows one."""
LONGEST_LIFE = timedelta(days=366)


class OnlyForProgrammes(Refusal):
    """Tokens are for programmes; a person signs in (R6.1)."""

    article = "R6.1"
    says = ("只能为服务账号发放接口令牌。", "Only a service user may hold an API token.")
    then = ("请先新增服务账号并授予岗位。", "Add a service user and grant it posts first.")


@dataclass(frozen=True)
class Issued:
    """A new token; `token` is shown once and stored nowhere."""

    id: UUID
    token: str


@dataclass(frozen=True)
class Wanted:
    """What a token is to do: operations by scope, in a unit and those below, until it expires."""

    name: str
    scopes: list[str]
    unit_code: str
    expires_at: datetime

    def details(self) -> dict[str, Any]:
        """The same in plain words, as a request keeps it."""
        return {"name": self.name, "scopes": self.scopes, "unit": self.unit_code, "until": self.expires_at.isoformat()}

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> "Wanted":
        """What a request kept."""
        return cls(details["name"], details["scopes"], details["unit"], datetime.fromisoformat(details["until"]))


@dataclass(frozen=True)
class TokenView:
    """A token's line, without the token."""

    row: ApiToken
    owner: User
    state: str
    """live, expired, revoked."""


def scope_names() -> list[str]:
    """All that may be given as a scope: "read", each noun, each operation that a token may carry out."""
    open_to_tokens = [row.name for row in OPERATIONS.values() if not row.people_only]
    nouns = {name.partition(".")[0] + ".*" for name in open_to_tokens}
    return [READ, *sorted(nouns), *sorted(open_to_tokens)]


@operation(
    "tokens.issue_token", article="R6.1", posts=CENTRE, title=("发放接口令牌", "Issue an API token"), people_only=True
)
def issue_token(
    desk: Desk, user_id: UUID, name: str, scopes: list[str], unit_code: str, expires_at: datetime
) -> Issued | AccessRequest:
    """A token for a service user; it does what its scopes name and the user's posts allow, in this unit and below.

    Whoever has the token has these posts: when the user holds any, a second person confirms it first, and the request
    is returned. Raises NotFound, HoldsElsewhere, OnlyForProgrammes, NobodyToConfirm, BadInput.
    """
    wanted = Wanted(name.strip(), sorted(set(scopes)), unit_code, expires_at)
    owner = programme(desk, user_id)
    check(desk, wanted)
    if desk.actor.user_id is not None and users.posts_of(desk.tx, owner.id):
        return second_person.ask(desk, "token", owner, unit_code=unit_code, details=wanted.details())
    return make(desk, owner, wanted)


def programme(desk: Desk, user_id: UUID) -> User:
    """The service user, if the operation covers it. Raises NotFound, HoldsElsewhere, OnlyForProgrammes."""
    owner = colleague(desk, user_id)
    if not owner.active:
        raise NotFound(what="用户")
    if not owner.service:
        raise OnlyForProgrammes()
    return owner


def make(desk: Desk, owner: User, wanted: Wanted) -> Issued:
    """The token itself, of which only the hash is kept; internal control of the user's unit is told."""
    token = PREFIX + new_token(32)
    row = ApiToken(
        id=new_id(),
        token_hash=token_hash(token),
        user_id=owner.id,
        name=wanted.name,
        scopes=wanted.scopes,
        unit_code=wanted.unit_code,
        made_by_name=desk.actor.name,
        made_at=now(),
        expires_at=wanted.expires_at,
    )
    desk.tx.add(row)
    desk.tx.flush()
    tell_control(desk, "token_issued", "R6.1", owner.unit_code, owner)
    desk.audit_detail |= {"issued": row.name, "scopes": row.scopes, "unit": row.unit_code}
    desk.audit_detail["expires"] = row.expires_at.isoformat()
    return Issued(row.id, token)


def check(desk: Desk, wanted: Wanted) -> None:
    """Raise NotFound or BadInput for a token that may not be issued."""
    desk.unit(wanted.unit_code)
    if not 1 <= len(wanted.name) <= 80:
        raise BadInput(field="令牌名称", problem="应为 1 到 80 个字", mend="请说明由哪个系统使用。")
    if not wanted.scopes or not set(wanted.scopes) <= set(scope_names()):
        raise BadInput(field="令牌权限", problem="没有选择,或有不能授予令牌的操作", mend="请从列表中选择。")
    if not now() < wanted.expires_at <= now() + LONGEST_LIFE:
        raise BadInput(field="有效期", problem="应在今后一年之内", mend="请重新选择到期日。")


@operation(
    "tokens.revoke_token", article="R6.1", posts=CENTRE, title=("吊销接口令牌", "Revoke an API token"), people_only=True
)
def revoke_token(desk: Desk, token_id: UUID) -> None:
    """From now on the token opens nothing; revoking it twice changes nothing. Raises NotFound, HoldsElsewhere."""
    row = users.token(desk.tx, token_id, lock=True)
    covered(desk, users.user(desk.tx, row.user_id) if row else None, "接口令牌")
    assert row is not None
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by_name = now(), desk.actor.name
    desk.audit_detail["revoked"] = row.name


@operation(
    "tokens.list_tokens",
    article="R6.1",
    posts=CENTRE,
    title=("查看接口令牌", "See API tokens"),
    changes=False,
    audited=False,
    people_only=True,
)
def list_tokens(desk: Desk) -> list[TokenView]:
    """The tokens of the service users of the caller's units, newest first; never the tokens themselves."""
    moment = now()
    return [TokenView(row, owner, _state(row, moment)) for row, owner in users.tokens(desk.tx, desk.units)]


def _state(row: ApiToken, moment: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "live" if row.expires_at > moment else "expired"


def actor_behind(office: Office, token: str) -> Actor | None:
    """Who acts by a token; None when it is unknown, revoked or expired, or its user is gone."""
    with office.store.transaction() as tx:
        row = users.token_behind(tx, token_hash(token))
        moment = now()
        if row is None or _state(row, moment) != "live":
            return None
        user = users.user(tx, row.user_id)
        if user is None or not user.active or not user.service:
            return None
        if row.last_used_at is None or moment - row.last_used_at > SEEN_EVERY:
            row.last_used_at = moment
        return replace(actor_of(tx, user), token=TokenLimits(row.name, frozenset(row.scopes), row.unit_code))


def was_issued(office: Office, token: str) -> bool:
    """Whether there was ever such a token: one that has ended is no guess, however often a programme repeats it."""
    with office.store.transaction() as tx:
        return users.token_behind(tx, token_hash(token)) is not None


__all__ = [
    "Issued",
    "TokenView",
    "Wanted",
    "actor_behind",
    "issue_token",
    "list_tokens",
    "revoke_token",
    "scope_names",
    "was_issued",
]
