"""Staff, units and field switches; for the information centre."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.labels.kinds import KINDS
from hub.console.rendering import Again, act, desk, render
from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.customers.fields import GROUP_TITLES
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import PROTECTED, Post
from hub.operations.customers import field_switches
from hub.operations.operation import OPERATIONS
from hub.operations.staff import api_tokens, users

router = APIRouter()
# For how many days a token may be issued here.
TOKEN_DAYS = (30, 90, 180, 365)
WAITING = "/access?done=access_asked"


def staff_page(
    request: Request,
    refusal: Refusal | None = None,
    *,
    again: Again | None = None,
    password: str = "",
    login: str = "",
    token: str = "",
    **path: object,
) -> Response:
    """The page, with a one-time password or a new token when there is one to show, or a dialog open again."""
    with desk(request) as reader:
        units = {unit.code: unit for unit in users.list_units(reader)}
        covered = reader.covered_units(frozenset(users.CENTRE))
        staff, tokens = users.list_users(reader), api_tokens.list_tokens(reader)
        me = reader.actor.user_id
    return render(
        request,
        "staff/people.html",
        refusal.status if refusal else 200,
        users=staff,
        units=units,
        own_units=[unit for unit in units.values() if unit.code in covered],
        at_company=any(units[code].parent_code is None for code in covered),
        me=me,
        all_posts=list(Post),
        protected=PROTECTED,
        tokens=tokens,
        scopes=api_tokens.scope_names(),
        scope_title=scope_title,
        token_days=TOKEN_DAYS,
        token=token,
        refusal=refusal,
        again=again,
        password=password,
        login=login,
    )


def scope_title(name: str) -> tuple[str, str]:
    """A scope in words: a group's own, or its operation's."""
    title = KINDS["scope"].get(name)
    return title if title is not None else OPERATIONS[name].title if name in OPERATIONS else (name, name)


def reopened(page: Callable[..., Response], dialog: str, *fields: str) -> Callable[..., Response]:
    """The page with this dialog open again after a refusal; `fields` are what its refusals call its fields."""

    def again(request: Request, refusal: Refusal, **path: object) -> Response:
        typed = request.state.typed
        return page(request, refusal, again=Again(dialog, request.url.path, typed=typed, fields=fields))

    return again


@router.get("/staff")
def page(request: Request) -> Response:
    """Users and units."""
    return staff_page(request)


@router.post("/staff/users")
def add(
    request: Request,
    login: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    unit_code: Annotated[str, Form()] = "",
) -> Response:
    """Add a user; the one-time password is shown once."""
    try:
        with desk(request) as clerk:
            password = users.create_user(clerk, login.strip(), name.strip(), unit_code)
    except Refusal as refusal:
        request.state.typed = {"login": login, "name": name, "unit_code": unit_code}
        return reopened(staff_page, "new-user", "账号", "单位")(request, refusal)
    return staff_page(request, password=password, login=login)


def _granted(answer: Any) -> str:
    return "/staff?done=granted" if answer.granted else WAITING


USER = "/staff/users/{user_id}"
post(router, f"{USER}/posts", users.grant_post, _granted, reopened(staff_page, "grant", "岗位", "单位"))
post(router, f"{USER}/revoke", users.revoke_post, "/staff?done=revoked", staff_page)
post(router, f"{USER}/deactivate", users.deactivate_user, "/staff?done=deactivated", staff_page)
NEW_UNIT = reopened(staff_page, "new-unit", "单位代码", "单位名称", "单位")
post(router, "/staff/units", users.create_unit, "/staff?done=unit", NEW_UNIT)


@router.get("/fields")
def fields(request: Request) -> Response:
    """The catalogue of fields, and which of them are switched off (R3.2)."""
    return _fields(request)


def _fields(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        off = field_switches.list_switched_off(reader)
    words = {"fields": CATALOGUE, "groups": GROUP_TITLES, "off": off, "refusal": refusal}
    return render(request, "staff/fields.html", refusal.status if refusal else 200, **words)


@router.post("/fields/{field}")
def switch(
    request: Request, field: str, off: Annotated[bool, Form()] = False, why: Annotated[str, Form()] = ""
) -> Response:
    """Switch a field off or on."""
    return act(
        request,
        lambda clerk: field_switches.switch_field(clerk, field, off, why),
        f"/fields?done={'off' if off else 'on'}",
        lambda refusal: _fields(request, refusal),
    )
