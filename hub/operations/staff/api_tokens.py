"""API tokens of service users: some operations, one unit, a limited time; shown once and stored as a hash (S10)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Label, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Actor, Post, TokenLimits
from hub.domain.staff.token_scopes import READ
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, operation
from hub.operations.table import load_operations
from hub.operations.views import WaitsFor, view
from hub.ports import new_id, new_token, now, token_hash
from hub.registry.schema import ApiToken, User
from hub.registry.staff import users

from . import second_person
from .colleagues import colleague, covered, tell_control
from .sign_in.sign_in import SEEN_EVERY, actor_of

CENTRE = {Post.INFORMATION_CENTRE}
# The prefix by which a secret scanner recognises a token.
PREFIX = "ph_"
# A year, leap years included: a token that nobody renews must not work for ever.
LONGEST_LIFE = timedelta(days=366)
Scope = Annotated[str, Field(max_length=80, pattern=r"^[a-z_]+(\.([a-z_]+|\*))?$")]


class OnlyForProgrammes(Refusal):
    """Tokens are for programmes; a person signs in (R6.1)."""

    article = "R6.1"
    says = ("只能为服务账号发放接口令牌。", "Only a service user may hold an API token.")
    then = ("请先新增服务账号并授予岗位。", "Add a service user and grant it posts first.")


# Why a scope is not granted.
FOR_PEOPLE = ("只能由本人登录办理,不授予令牌", "people carry it out themselves, no token may")
NO_SUCH = ("没有这项权限", "there is no such scope")


class ScopeRefused(Refusal):
    """A token is granted scopes from the list only (R6.1)."""

    article, status = "R6.1", 422
    says = ("令牌权限“{scope}”不能授予:{why}。", "The scope “{scope}” cannot be granted: {why}.")
    then = (
        "请从列表中选择;命令 partnerhub users scopes 列出全部权限。",
        "Choose from the list; the command `partnerhub users scopes` prints all of them.",
    )


@dataclass(frozen=True)
class Issued:
    """A new token, shown once and not stored; or the request that a second person confirms before it can be taken."""

    id: UUID | None = None
    token: str | None = None
    request_id: UUID | None = None
    waits_for: WaitsFor | None = None


@dataclass(frozen=True)
class Wanted:
    """The requested token: operations by scope, in a unit and those below it, until it expires."""

    name: str
    scopes: list[str]
    unit_code: str
    expires_at: datetime

    def details(self) -> dict[str, Any]:
        """As JSON, the form in which a request stores it."""
        return {"name": self.name, "scopes": self.scopes, "unit": self.unit_code, "until": self.expires_at.isoformat()}

    @classmethod
    def of(cls, details: Mapping[str, Any]) -> "Wanted":
        """The token that a request stores."""
        return cls(details["name"], details["scopes"], details["unit"], datetime.fromisoformat(details["until"]))


@dataclass(frozen=True)
class TokenView:
    """A token without its secret, and its service user; `state` is live, expired or revoked."""

    id: UUID
    login: str
    name: str
    scopes: list[str]
    unit_code: str
    made_by_name: str
    made_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    state: str


def scope_names() -> list[str]:
    """All scopes: "read", each noun, each operation that a token may carry out."""
    # The table fills as modules are imported: without this the answer would depend on what was imported before.
    load_operations()
    open_to_tokens = [name for name, operation in OPERATIONS.items() if not operation.people_only]
    nouns = {name.partition(".")[0] + ".*" for name in open_to_tokens}
    return [READ, *sorted(nouns), *sorted(open_to_tokens)]


@operation(
    "tokens.issue_token", article="R6.1", posts=CENTRE, title=("发放接口令牌", "Issue an API token"), people_only=True
)
def issue_token(
    desk: Desk,
    user_id: UUID,
    name: Annotated[Text, Label("令牌名称", "Name of the token", ("说明由谁、作何用途", "Who uses it, and for what"))],
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=200), Label("令牌权限", "What it may do")],
    unit_code: Annotated[Code, Label("单位(含下级)", "Unit, with those below")],
    expires_at: Annotated[datetime, Label("有效期", "Valid until")],
) -> Issued:
    """Issue a token for a service user: it does what both its scopes and the user's posts allow, in the unit and below.

    A second person must confirm it first: it carries the power of the posts that the user holds or will hold. Raises
    NotFound, HoldsElsewhere, OnlyForProgrammes, NobodyToConfirm, ScopeRefused, BadInput.
    """
    wanted = Wanted(name.strip(), sorted(set(scopes)), unit_code, expires_at)
    owner = service_user(desk, user_id)
    check_wanted(desk, wanted)
    # The hub itself has no second person to ask.
    if desk.actor.user_id is not None:
        request = second_person.ask_second(desk, "token", owner, unit_code=unit_code, details=wanted.details())
        return Issued(request_id=request.id, waits_for=second_person.waiting(request))
    return make_token(desk, owner, wanted)


def service_user(desk: Desk, user_id: UUID) -> User:
    """The service user, if the operation covers it. Raises NotFound, HoldsElsewhere, OnlyForProgrammes."""
    owner = colleague(desk, user_id)
    if not owner.active:
        raise NotFound(what="用户")
    if not owner.service:
        raise OnlyForProgrammes()
    return owner


def make_token(desk: Desk, owner: User, wanted: Wanted) -> Issued:
    """Make the token, of which only the hash is stored; internal control of the user's unit is told."""
    token = PREFIX + new_token(32)
    stored = ApiToken(
        id=new_id(),
        token_hash=token_hash(token),
        user_id=owner.id,
        name=wanted.name,
        scopes=wanted.scopes,
        unit_code=wanted.unit_code,
        made_by_name=desk.actor.name,
        shown_to=desk.actor.user_id,
        made_at=now(),
        expires_at=wanted.expires_at,
    )
    desk.tx.add(stored)
    desk.tx.flush()
    tell_control(desk, "token_issued", "R6.1", owner.unit_code, owner)
    desk.audit_detail |= {"issued": stored.name, "scopes": stored.scopes, "unit": stored.unit_code}
    desk.audit_detail["expires"] = stored.expires_at.isoformat()
    return Issued(stored.id, token)


def check_wanted(desk: Desk, wanted: Wanted) -> None:
    """Raise NotFound, BadInput or ScopeRefused for a token that may not be issued."""
    desk.unit(wanted.unit_code)
    if not 1 <= len(wanted.name) <= 80:
        raise BadInput(field="令牌名称", problem="应为 1 到 80 个字", mend="请说明由哪个系统使用。")
    if not wanted.scopes:
        raise BadInput(field="令牌权限", problem="没有选择", mend="请从列表中选择。")
    for scope in sorted(set(wanted.scopes) - set(scope_names())):
        raise ScopeRefused(field="令牌权限", scope=scope, why=FOR_PEOPLE if scope in OPERATIONS else NO_SUCH)
    if not now() < wanted.expires_at <= now() + LONGEST_LIFE:
        raise BadInput(field="有效期", problem="应在今后一年之内", mend="请重新选择到期日。")


@operation(
    "tokens.revoke_token", article="R6.1", posts=CENTRE, title=("吊销接口令牌", "Revoke an API token"), people_only=True
)
def revoke_token(desk: Desk, token_id: UUID) -> None:
    """Revoke a token at once; revoking it twice changes nothing. Raises NotFound, HoldsElsewhere."""
    token = users.token(desk.tx, token_id, lock=True)
    # A token that does not exist and one of another unit get the same answer.
    covered(desk, users.user(desk.tx, token.user_id) if token else None, "接口令牌")
    assert token is not None
    if token.revoked_at is None:
        token.revoked_at, token.revoked_by_name = now(), desk.actor.name
    desk.audit_detail["revoked"] = token.name


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
    """The tokens of the service users of the caller's units, newest first, without their secrets."""
    moment = now()
    tokens = users.tokens(desk.tx, desk.units)
    return [view(TokenView, token, login=owner.login, state=_state(token, moment)) for token, owner in tokens]


def _state(stored: ApiToken, moment: datetime) -> str:
    if stored.revoked_at is not None:
        return "revoked"
    return "live" if stored.expires_at > moment else "expired"


def actor_behind(office: Office, token: str) -> Actor | None:
    """Who acts by a token; None when it is unknown, revoked or expired, or its user is not active."""
    with office.store.transaction() as tx:
        stored = users.token_behind(tx, token_hash(token))
        moment = now()
        if stored is None or _state(stored, moment) != "live":
            return None
        user = users.user(tx, stored.user_id)
        if user is None or not user.active or not user.service:
            return None
        # Written at intervals, not at every call: a busy programme's calls would queue for the lock on its row.
        if stored.last_used_at is None or moment - stored.last_used_at > SEEN_EVERY:
            stored.last_used_at = moment
        # Grants are read at every call: a token loses a post in the moment in which its user does.
        return replace(actor_of(tx, user), token=TokenLimits(stored.name, frozenset(stored.scopes), stored.unit_code))


def was_issued(office: Office, token: str) -> bool:
    """Whether the token ever existed: a programme that goes on using an expired one is not guessing."""
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
