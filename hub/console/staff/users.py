"""Staff, units and field switches; for the information centre."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.labels.kinds import KINDS
from hub.console.pages import page
from hub.console.rendering import Again, act
from hub.domain.customers.catalogue import CATALOGUE
from hub.domain.customers.fields import GROUP_TITLES
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import PROTECTED, Post
from hub.operations.customers import field_switches
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.staff import api_tokens, users

router = APIRouter()
# For how many days a token may be issued here.
TOKEN_DAYS = (30, 90, 180, 365)
WAITING = "/access?done=access_asked"


def _staff(reader: Desk) -> dict[str, object]:
    """Users and units."""
    units = {unit.code: unit for unit in users.list_units(reader)}
    covered = reader.covered_units(frozenset(users.CENTRE))
    return {
        "users": users.list_users(reader),
        "units": units,
        "own_units": [unit for unit in units.values() if unit.code in covered],
        "at_company": any(units[code].parent_code is None for code in covered),
        "tokens": api_tokens.list_tokens(reader),
        "scopes": api_tokens.scope_names(),
    }


def scope_title(name: str) -> tuple[str, str]:
    """A scope in words: a group's own, or its operation's."""
    title = KINDS["scope"].get(name)
    # A token may still hold a scope whose operation is gone: then its name is all there is.
    return title if title is not None else OPERATIONS[name].title if name in OPERATIONS else (name, name)


def reopened(page: Callable[..., Response], dialog: str, *fields: str) -> Callable[..., Response]:
    """The page with this dialog reopened after a refusal; `fields` are the names by which refusals call its fields."""

    def again(request: Request, refusal: Refusal | None = None, **more: Any) -> Response:
        if refusal is None:
            return page(request, **more)
        opened = Again(dialog, request.url.path, typed=request.state.typed, fields=fields)
        return page(request, refusal, also={"again": opened})

    return again


# `password` and `token` are empty unless a form below has just made one; it is shown once, to whoever made it.
staff_page = page(
    router,
    "/staff",
    "staff/people.html",
    _staff,
    all_posts=list(Post),
    protected=PROTECTED,
    scope_title=scope_title,
    token_days=TOKEN_DAYS,
    password="",
    token="",
)


def _password(password: str) -> dict[str, object]:
    return {"password": password}


def _granted(answer: Any) -> str:
    return "/staff?done=granted" if answer.granted else WAITING


USER = "/staff/users/{user_id}"
NEW_USER = reopened(staff_page, "new-user", "账号", "单位")
post(router, "/staff/users", users.create_user, _password, NEW_USER)
post(router, f"{USER}/posts", users.grant_post, _granted, reopened(staff_page, "grant", "岗位", "单位"))
post(router, f"{USER}/revoke", users.revoke_post, "/staff?done=revoked", staff_page)
post(router, f"{USER}/deactivate", users.deactivate_user, "/staff?done=deactivated", staff_page)
NEW_UNIT = reopened(staff_page, "new-unit", "单位代码", "单位名称", "单位")
post(router, "/staff/units", users.create_unit, "/staff?done=unit", NEW_UNIT)


SWITCHES = {"off": field_switches.list_switched_off}
_fields = page(router, "/fields", "staff/fields.html", SWITCHES, fields=CATALOGUE, groups=GROUP_TITLES)


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
