"""Rendering: the template environment, the signed-in caller, the page of a refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.domain.people import POST_TITLES, Actor
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.sign_in import Signed
from hub.ports import SHANGHAI

from . import titles

LANGUAGE = "ph_language"
_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class SignInFirst(Refusal):
    """The page needs a session."""

    article, status = "R6.1", 401
    says = ("请先登录。", "Please sign in.")
    then = ("", "")


class ChangePasswordFirst(Refusal):
    """A first or old password must be changed before anything else (R6.1)."""

    article, status = "R6.1", 403
    says = ("请先修改密码。", "Please change your password first.")
    then = ("", "")


def language(request: Request) -> int:
    """0: zh-CN, 1: English; by cookie, zh-CN first."""
    return 1 if request.cookies.get(LANGUAGE) == "en" else 0


def local(moment: datetime | None) -> str:
    """A moment as staff read it: Beijing time."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if moment else "—"


def may(actor: Actor | None, name: str) -> bool:
    """Whether a button for an operation is shown."""
    row = OPERATIONS.get(name)
    return actor is not None and row is not None and (row.own or bool(actor.posts & row.posts))


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    signed: Signed | None = request.state.signed
    tongue = language(request)

    def t(zh: str, en: str) -> str:
        return (zh, en)[tongue]

    def title(kind: str, key: object) -> str:
        return titles.title(kind, str(key), tongue)

    actor = signed.actor if signed else None
    common: dict[str, Any] = {
        "t": t,
        "title": title,
        "tongue": tongue,
        "local": local,
        "signed": signed,
        "actor": actor,
        "csrf": signed.csrf if signed else "",
        "posts": [POST_TITLES[post][tongue] for post in sorted(actor.posts)] if actor else [],
        "may": lambda name: may(actor, name),
        "path": request.url.path,
        "refusal": None,
    }
    content = _environment.get_template(template).render(**{**common, **values})
    return HTMLResponse(content, status)


def signed(request: Request) -> Signed:
    """The caller; raises SignInFirst or ChangePasswordFirst."""
    found: Signed | None = request.state.signed
    if found is None:
        raise SignInFirst()
    if found.must_change:
        raise ChangePasswordFirst()
    return found


@contextmanager
def desk(request: Request) -> Iterator[Desk]:
    """The caller's desk, in one transaction."""
    caller = signed(request)
    address = request.client.host if request.client else ""
    office = request.app.state.hub.office
    with office.desk(caller.actor, request_id=str(request.state.request_id), address=address) as found:
        yield found


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A no, with article, reason and what would be allowed."""
    if isinstance(refusal, SignInFirst):
        return RedirectResponse("/sign-in", 303)
    if isinstance(refusal, ChangePasswordFirst):
        return RedirectResponse("/password", 303)
    return render(request, "refusal.html", refusal.status, refusal=refusal)


def back(path: str) -> RedirectResponse:
    """To another page after a change."""
    return RedirectResponse(path, 303)
