"""Rendering: the template environment, the signed-in caller, the pages of a refusal and of an error."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import POST_TITLES, Actor
from hub.operations import not_readable
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, permits
from hub.operations.staff.sign_in.sign_in import Signed
from hub.ports import SHANGHAI, now

from .labels import kinds as kind_labels
from .labels.tasks import task_page
from .refusals import said
from .typography import typeset

LANGUAGE = "ph_language"
# Rows on a page of a list.
PAGE = 50
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


def local(moment: datetime | date | None) -> str:
    """A moment as staff read it: Beijing time, to the second; a day as it is."""
    if moment is None:
        return "—"
    if not isinstance(moment, datetime):
        return moment.isoformat()
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def may(actor: Actor | None, name: str) -> bool:
    """Whether the actor's posts permit an operation: its buttons are shown, its pages linked."""
    return actor is not None and permits(actor, OPERATIONS[name])


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A page."""
    content = _environment.get_template(template).render(**{**_common(request), **values})
    refusal: Refusal | None = values.get("refusal")
    if refusal is None:
        return HTMLResponse(content, status)
    request.state.hold = refusal.hold
    return HTMLResponse(content, status, headers=refusal.headers())


def _common(request: Request) -> dict[str, Any]:
    """What every template may name."""
    signed: Signed | None = request.state.signed
    actor = signed.actor if signed else None
    tongue = language(request)
    return {
        "t": lambda zh, en: en if tongue else typeset(zh),
        "title": lambda kind, key: words_of(kind, key, tongue),
        "colour": kind_labels.colour,
        "said": lambda refusal: said(refusal, tongue),
        "tongue": tongue,
        "local": local,
        "masked": lambda text: masked(text, tongue),
        "task_page": task_page,
        "signed": signed,
        "actor": actor,
        "csrf": signed.csrf if signed else "",
        "posts": [POST_TITLES[post][tongue] for post in sorted(actor.posts)] if actor else [],
        "may": lambda name: may(actor, name),
        "path": request.scope["path"],
        "printed_at": now(),
        "done": request.query_params.get("done", ""),
        "refusal": None,
        "again": None,
        "typed": getattr(request.state, "typed", {}),
        "faults_of": faults_of,
    }


@dataclass(frozen=True)
class Again:
    """A dialog that is open again after a refusal: where it sends its form, about whom, and what was typed."""

    dialog: str
    action: str
    name: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """What refusals call its fields: a refusal about one of them is shown there, any other above the form."""


def faults_of(refusal: Refusal | None) -> frozenset[str]:
    """What of a form a refusal is about."""
    return (
        frozenset(str(refusal.fields[key]) for key in ("field", "what", "at") if key in refusal.fields)
        if refusal
        else frozenset()
    )


def words_of(kind: str, key: object, tongue: int) -> str:
    """A code word in the reader's language."""
    title = kind_labels.title(kind, str(key), tongue)
    return title if tongue or kind in kind_labels.AS_THEY_ARE else typeset(title)


def masked(text: str, tongue: int) -> str:
    """A masked value, or what stands in its place, in the reader's language."""
    words = not_readable.WORDS.get(not_readable.condition_of(text))
    return text if words is None else words[tongue] if tongue else typeset(words[0])


def signed(request: Request) -> Signed:
    """The caller; raises SignInFirst or ChangePasswordFirst."""
    caller: Signed | None = request.state.signed
    if caller is None:
        raise SignInFirst()
    if caller.must_change:
        raise ChangePasswordFirst()
    return caller


@contextmanager
def desk(request: Request) -> Iterator[Desk]:
    """The caller's desk, in one transaction."""
    with desk_of(request, signed(request)) as opened:
        yield opened


def desk_of(request: Request, caller: Signed) -> AbstractContextManager[Desk]:
    """The desk of a caller who may still have to change the password."""
    office: Office = request.app.state.hub.office
    return office.desk(caller.actor, request_id=str(request.state.request_id), address=request.state.address)


def act(
    request: Request,
    do: Callable[[Desk], object],
    then: str | Callable[[Any], str],
    again: Callable[[Refusal], Response],
) -> Response:
    """Do something and go on to a page; when it is refused, show the page that `again` makes, with the refusal.

    `then` may be made of what `do` returned.
    """
    try:
        with desk(request) as clerk:
            outcome = do(clerk)
    except (SignInFirst, ChangePasswordFirst):
        raise
    except Refusal as refusal:
        return again(refusal)
    return back(then if isinstance(then, str) else then(outcome))


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A no, with article, reason and what would be allowed."""
    if isinstance(refusal, SignInFirst):
        return _elsewhere(request, "/sign-in")
    if isinstance(refusal, ChangePasswordFirst):
        return _elsewhere(request, "/password")
    return render(request, "problems/refusal.html", refusal.status, refusal=refusal, came_from=_came_from(request))


def _came_from(request: Request) -> str:
    """The page of this console from which the caller came; empty when it was none, or the header is no address."""
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    return referer.path if referer.netloc == request.headers.get("host") else ""


def _elsewhere(request: Request, path: str) -> Response:
    """To another page; a part of a page that refreshes itself takes the whole page there."""
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def error_page(request: Request, which: int, headers: Mapping[str, str] | None = None) -> Response:
    """Something that is not there, too large, or our own fault: with the incident's number, never anything raw."""
    answer = render(request, "problems/error.html", which, which=which, number=str(request.state.request_id))
    answer.headers.update(headers or {})
    return answer


def back(path: str) -> RedirectResponse:
    """To another page after a change."""
    return RedirectResponse(path, 303)
