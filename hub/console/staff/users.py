"""Staff, units and field switches; for the information centre."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.labels.kinds import KINDS
from hub.console.rendering import Again, act, back, desk, render
from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.customers.fields import GROUP_TITLES
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import PROTECTED, Post
from hub.operations.customers import field_switches
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.staff import api_tokens, users
from hub.ports import now
from hub.registry.schema import AccessRequest

router = APIRouter()
TOKEN_DAYS = (30, 90, 180, 365)
"""For how many days a token may be issued here."""
Text = Annotated[str, Form()]
SEE_OTHER = 303


def staff_page(
    request: Request,
    refusal: Refusal | None = None,
    *,
    again: Again | None = None,
    password: str = "",
    login: str = "",
    token: str = "",
) -> Response:
    """The page, with a one-time password or a new token when there is one to show, or a dialog open again."""
    with desk(request) as found:
        units = {unit.code: unit for unit in users.list_units(found)}
        covered = found.covered_units(frozenset(users.CENTRE))
        return render(
            request,
            "staff/people.html",
            refusal.status if refusal else 200,
            users=users.list_users(found),
            units=units,
            own_units=[unit for unit in units.values() if unit.code in covered],
            at_company=any(units[code].parent_code is None for code in covered),
            me=found.actor.user_id,
            all_posts=list(Post),
            protected=PROTECTED,
            tokens=api_tokens.list_tokens(found),
            scopes=api_tokens.scope_names(),
            scope_title=scope_title,
            moment=now(),
            token_days=TOKEN_DAYS,
            token=token,
            refusal=refusal,
            again=again,
            password=password,
            login=login,
        )


def scope_title(name: str) -> tuple[str, str]:
    """A scope in words: a group's own, or its operation's."""
    found = KINDS["scope"].get(name)
    return found if found is not None else OPERATIONS[name].title if name in OPERATIONS else (name, name)


@router.get("/staff")
def page(request: Request) -> Response:
    """Users and units."""
    return staff_page(request)


@router.post("/staff/users")
def add(request: Request, login: Text = "", name: Text = "", unit_code: Text = "") -> Response:
    """Add a user; the one-time password is shown once."""
    typed = {"login": login, "name": name, "unit_code": unit_code}
    try:
        with desk(request) as found:
            password = users.create_user(found, login.strip(), name.strip(), unit_code)
    except Refusal as refusal:
        again = Again("new-user", "/staff/users", typed=typed, fields=("账号", "单位"))
        return staff_page(request, refusal, again=again)
    return staff_page(request, password=password, login=login)


def do_then(request: Request, do: Callable[[Desk], object], done: str, again: Again | None = None) -> Response:
    """Carry it out and come back to the page; what waits for another person is shown among what does."""
    waiting: list[AccessRequest] = []

    def perform(found: Desk) -> None:
        answer = do(found)
        if isinstance(answer, AccessRequest):
            waiting.append(answer)

    failed = act(request, perform, f"/staff?done={done}", lambda refusal: staff_page(request, refusal, again=again))
    return back("/access?done=access_asked") if waiting and failed.status_code == SEE_OTHER else failed


@router.post("/staff/users/{user_id}/posts")
def grant(request: Request, user_id: UUID, post: Text = "", unit_code: Text = "", holder: Text = "a") -> Response:
    """Grant a post."""
    typed = {"post": post, "unit_code": unit_code, "holder": holder}
    again = Again("grant", f"/staff/users/{user_id}/posts", typed=typed, fields=("岗位", "单位"))
    return do_then(request, lambda found: users.grant_post(found, user_id, post, unit_code, holder), "granted", again)


@router.post("/staff/users/{user_id}/revoke")
def revoke(request: Request, user_id: UUID, post: Text = "", unit_code: Text = "") -> Response:
    """Take a post back."""
    return do_then(request, lambda found: users.revoke_post(found, user_id, post, unit_code), "revoked")


@router.post("/staff/users/{user_id}/deactivate")
def deactivate(request: Request, user_id: UUID) -> Response:
    """End a user's access."""
    return do_then(request, lambda found: users.deactivate_user(found, user_id), "deactivated")


@router.post("/staff/units")
def add_unit(request: Request, code: Text = "", name: Text = "", parent_code: Text = "") -> Response:
    """Add a unit."""
    typed = {"code": code, "name": name, "parent_code": parent_code}
    again = Again("new-unit", "/staff/units", typed=typed, fields=("单位代码", "单位"))

    def do(found: Desk) -> None:
        users.create_unit(found, code.strip(), name.strip(), parent_code or None)

    return do_then(request, do, "unit", again)


@router.get("/fields")
def fields(request: Request) -> Response:
    """The catalogue of fields, and which of them are switched off (R3.2)."""
    return _fields(request)


def _fields(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        off = field_switches.list_switched_off(found)
        status = refusal.status if refusal else 200
        return render(
            request, "staff/fields.html", status, fields=CATALOGUE, groups=GROUP_TITLES, off=off, refusal=refusal
        )


@router.post("/fields/{field}")
def switch(request: Request, field: str, off: Annotated[bool, Form()] = False, why: Text = "") -> Response:
    """Switch a field off or on."""
    return act(
        request,
        lambda found: field_switches.switch_field(found, field, off, why),
        f"/fields?done={'off' if off else 'on'}",
        lambda refusal: _fields(request, refusal),
    )
