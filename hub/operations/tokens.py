"""API tokens of service users: some operations, in one unit, for some time; shown once and kept as a hash (S10)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from hub.domain.people import Actor, Post, TokenLimits
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.scopes import READ
from hub.ports import new_id, new_token, now
from hub.registry import people
from hub.registry.schema import ApiToken, User

from .desk import Desk
from .office import Office
from .operation import OPERATIONS, operation
from .sign_in import SEEN_EVERY, actor_of, token_hash

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


@operation(article="R6.1", posts=CENTRE, title=("发放接口令牌", "Issue an API token"), people_only=True)
def issue_token(
    desk: Desk, user_id: UUID, name: str, scopes: list[str], unit_code: str, expires_at: datetime
) -> Issued:
    """A token for a service user; it does what its scopes name and the user's posts allow, in this unit and below."""
    owner = people.user(desk.tx, user_id)
    if owner is None or not owner.active:
        raise NotFound(what="用户")
    desk.about("user", owner.login)
    if not owner.service:
        raise OnlyForProgrammes()
    if people.unit(desk.tx, unit_code) is None:
        raise NotFound(what="单位")
    _check(name, scopes, expires_at)
    token = PREFIX + new_token(32)
    row = ApiToken(
        id=new_id(),
        token_hash=token_hash(token),
        user_id=owner.id,
        name=name.strip(),
        scopes=sorted(set(scopes)),
        unit_code=unit_code,
        made_by_name=desk.actor.name,
        made_at=now(),
        expires_at=expires_at,
    )
    desk.tx.add(row)
    desk.tx.flush()
    desk.audit_detail |= {"issued": row.name, "scopes": row.scopes, "unit": unit_code}
    desk.audit_detail["expires"] = expires_at.isoformat()
    return Issued(row.id, token)


def _check(name: str, scopes: list[str], expires_at: datetime) -> None:
    if not 1 <= len(name.strip()) <= 80:
        raise BadInput(field="令牌名称", problem="应为 1 到 80 个字", mend="请说明由哪个系统使用。")
    if not scopes or not set(scopes) <= set(scope_names()):
        raise BadInput(field="令牌权限", problem="没有选择,或有不能授予令牌的操作", mend="请从列表中选择。")
    if not now() < expires_at <= now() + LONGEST_LIFE:
        raise BadInput(field="有效期", problem="应在今后一年之内", mend="请重新选择到期日。")


@operation(article="R6.1", posts=CENTRE, title=("吊销接口令牌", "Revoke an API token"), people_only=True)
def revoke_token(desk: Desk, token_id: UUID) -> None:
    """From now on the token opens nothing; revoking it twice changes nothing."""
    row = people.token(desk.tx, token_id, lock=True)
    if row is None:
        raise NotFound(what="接口令牌")
    owner = people.user(desk.tx, row.user_id)
    desk.about("user", owner.login if owner else "")
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by_name = now(), desk.actor.name
    desk.audit_detail["revoked"] = row.name


@operation(
    article="R6.1",
    posts=CENTRE,
    title=("查看接口令牌", "See API tokens"),
    changes=False,
    audited=False,
    people_only=True,
)
def list_tokens(desk: Desk) -> list[TokenView]:
    """All tokens, newest first; never the tokens themselves."""
    moment = now()
    return [TokenView(row, owner, _state(row, moment)) for row, owner in people.tokens(desk.tx)]


def _state(row: ApiToken, moment: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "live" if row.expires_at > moment else "expired"


def actor_behind(office: Office, token: str) -> Actor | None:
    """Who acts by a token; None when it is unknown, revoked or expired, or its user is gone."""
    with office.store.transaction() as tx:
        row = people.token_behind(tx, token_hash(token))
        moment = now()
        if row is None or _state(row, moment) != "live":
            return None
        user = people.user(tx, row.user_id)
        if user is None or not user.active or not user.service:
            return None
        if row.last_used_at is None or moment - row.last_used_at > SEEN_EVERY:
            row.last_used_at = moment
        return replace(actor_of(tx, user), token=TokenLimits(row.name, frozenset(row.scopes), row.unit_code))


def was_issued(office: Office, token: str) -> bool:
    """Whether there was ever such a token: one that has ended is no guess, however often a programme repeats it."""
    with office.store.transaction() as tx:
        return people.token_behind(tx, token_hash(token)) is not None


__all__ = [
    "Issued",
    "TokenView",
    "actor_behind",
    "issue_token",
    "list_tokens",
    "revoke_token",
    "scope_names",
    "was_issued",
]
