"""Rendering: the template environment, the signed-in caller, the pages of a refusal and of an error."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from hub.domain.articles import cited, gist
from hub.domain.capabilities import Capability
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, POST_TITLES, Actor
from hub.operations import not_readable
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS, permits
from hub.operations.staff.sign_in.sign_in import Signed
from hub.ports import SHANGHAI, now

from .labels import kinds as kind_labels
from .labels.tasks import task_page
from .refusals import said
from .typography import spoken, typeset

# A cookie of its own, not part of the session: the sign-in page is read in the chosen language too.
LANGUAGE = "ph_language"
# Rows on a page of a list.
PAGE = 50


@pass_context
def _person(context: Context, printed: object) -> object:
    """The value as it is printed. Where the hub itself acted, its name is replaced: it is no colleague."""
    return printed if isinstance(printed, Markup) else context["person"](printed)


# `finalize` runs for each printed value, so no template can forget it. StrictUndefined: a misspelt name fails in the
# tests instead of printing nothing on a page.
_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    finalize=_person,
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


def teller(request: Request) -> Callable[[str, str], str]:
    """Picks the reader's language from a pair of sentences."""
    tongue = language(request)
    return lambda zh, en: spoken((zh, en), tongue)


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
    # Seconds for which the server holds this answer back, as after wrong passwords.
    request.state.hold = refusal.hold
    return HTMLResponse(content, status, headers=refusal.headers())


def _common(request: Request) -> dict[str, Any]:
    """What every template may name."""
    signed: Signed | None = request.state.signed
    actor = signed.actor if signed else None
    tongue = language(request)
    return {
        "t": teller(request),
        "both": lambda words: spoken(words, tongue),
        "title": lambda kind, key: title_of(request, kind, key),
        "colour": kind_labels.colour,
        "said": lambda refusal: said(refusal, tongue),
        "tongue": tongue,
        "local": local,
        "cited": lambda text: spoken(cited(str(text)), tongue),
        "gist": lambda row: spoken(gist(str(row)), tongue),
        "masked": lambda text: masked(text, tongue),
        "task_page": task_page,
        "product": Markup(escape(spoken(("客户渠道平台", HUB.name), tongue))),
        "person": lambda name: spoken(("系统自动", "the hub"), tongue) if name == HUB.name else name,
        "signed": signed,
        "actor": actor,
        "me": actor.user_id if actor else None,
        "rules": RULES,
        "csrf": signed.csrf if signed else "",
        "posts": [spoken(POST_TITLES[post], tongue) for post in sorted(actor.posts)] if actor else [],
        "may": lambda name: may(actor, name),
        "path": request.scope["path"],
        "printed_at": now(),
        "done": request.query_params.get("done", ""),
        "refusal": None,
        "again": None,
        # Set by the form's handler before anything can be refused.
        "typed": getattr(request.state, "typed", {}),
        "faults_of": faults_of,
    }


@dataclass(frozen=True)
class Again:
    """A dialog reopened after a refusal: where it sends its form, whom it is about, and what was typed."""

    dialog: str
    action: str
    name: str = ""
    typed: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[str, ...] = ()
    """The names by which refusals call its fields: a refusal about one is shown there, any other above the form."""


def faults_of(refusal: Refusal | None) -> frozenset[str]:
    """The form's fields that a refusal is about."""
    return (
        frozenset(str(refusal.fields_in("zh")[key]) for key in ("field", "what", "at") if key in refusal.fields)
        if refusal
        else frozenset()
    )


def words_of(kind: str, key: object, tongue: int) -> str:
    """A code word in the reader's language."""
    title = kind_labels.title(kind, str(key), tongue)
    return title if tongue or kind in kind_labels.AS_THEY_ARE else typeset(title)


def title_of(request: Request, kind: str, key: object) -> str:
    """A code word in the reader's language; a channel and its settings by the titles of its plugin.

    Of a setting the key is "channel name", of a choice "channel name choice".
    """
    tongue = language(request)
    # Only these have words that no table of ours holds: a plugin brings them.
    if kind not in ("channel", "setting", "choice"):
        return words_of(kind, key, tongue)
    channel, _, name = str(key).partition(" ")
    titles = _titles(request.app.state.hub.office.channels.get(channel), channel, *name.split(" ", 1))
    return spoken(titles, tongue)


def _titles(capability: Capability | None, channel: str, name: str = "", choice: str | None = None) -> tuple[str, str]:
    if choice is not None:
        return (capability.setting(name).choices if capability else {}).get(choice, (choice, choice))
    if name:
        return capability.setting_title(name) if capability else (name, name)
    return capability.titles if capability else (channel, channel)


def masked(text: str, tongue: int) -> str:
    """A masked value, or the words that stand in its place, in the reader's language."""
    words = not_readable.WORDS.get(not_readable.condition_of(text))
    return text if words is None else spoken(words, tongue)


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
    then: str | Callable[[Any], str | Response],
    again: Callable[[Refusal], Response],
) -> Response:
    """Do something and go on to a page; if it is refused, show the page that `again` makes with the refusal.

    `then` is an address, or a function of what `do` returned that gives an address or a whole answer.
    """
    try:
        with desk(request) as clerk:
            outcome = do(clerk)
    except (SignInFirst, ChangePasswordFirst):
        raise
    except Refusal as refusal:
        return again(refusal)
    # After the block: the transaction is committed before the answer says so.
    answer = then if isinstance(then, str) else then(outcome)
    return back(answer) if isinstance(answer, str) else answer


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A refusal, with article, reason and what would be allowed."""
    # No refusal to be read: the person is sent where it can be put right.
    if isinstance(refusal, SignInFirst):
        return _elsewhere(request, _sign_in_from(request))
    if isinstance(refusal, ChangePasswordFirst):
        return _elsewhere(request, "/password")
    return render(request, "problems/refusal.html", refusal.status, refusal=refusal, came_from=_came_from(request))


def _sign_in_from(request: Request) -> str:
    """The sign-in page's address, with the page to return to; `lost` if a form was not carried out.

    A form is not repeated after signing in, since its page may be another's by then; its page is opened again instead.
    htmx names the page around a part in `hx-current-url`; the part's own address would show a fragment.
    """
    part, reading = request.headers.get("hx-current-url"), request.method in ("GET", "HEAD")
    asked = request.scope["path"] + (f"?{request.url.query}" if request.url.query else "")
    page = address_within(request, part) if part else asked if reading else _came_from(request)
    query = ({"next": page} if page not in ("", "/") else {}) | ({} if reading or part else {"lost": "yes"})
    return "/sign-in" + (f"?{urlencode(query)}" if query else "")


def address_within(request: Request, address: str) -> str:
    """Path and query of an address of this console; empty if it is another site's, or no address at all.

    Only such an address is ever redirected to: a link from outside must not lead through our sign-in to a stranger.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    own = parts.netloc == request.headers.get("host")
    return parts._replace(scheme="", netloc="", fragment="").geturl() if own else ""


def _came_from(request: Request) -> str:
    """The page of this console from which the caller came; empty if there is none, or the header is no address."""
    try:
        referer = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return ""
    return referer.path if referer.netloc == request.headers.get("host") else ""


def _elsewhere(request: Request, path: str) -> Response:
    """Redirect to another page; from a part that refreshes itself, the whole page goes there.

    htmx follows a 303 by itself and would put the sign-in page into the part.
    """
    if request.headers.get("hx-request"):
        return Response(status_code=204, headers={"HX-Redirect": path})
    return RedirectResponse(path, 303)


def error_page(request: Request, which: int, headers: Mapping[str, str] | None = None) -> Response:
    """The page for something missing, too large, or our own fault: with the incident's number, never anything raw."""
    answer = render(request, "problems/error.html", which, which=which, number=str(request.state.request_id))
    answer.headers.update(headers or {})
    return answer


def back(path: str) -> RedirectResponse:
    """Redirect to another page after a change. 303 turns it into a GET, so that reloading does not post again."""
    return RedirectResponse(path, 303)
