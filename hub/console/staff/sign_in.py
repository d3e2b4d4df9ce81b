"""Signing in and out, the password, the language, the home page."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.routing import Match

from hub.console.rendering import LANGUAGE, SignInFirst, back, desk, desk_of, may, render
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.operations.channels import control as channel_control
from hub.operations.staff import users
from hub.operations.staff.sign_in.own_password import SessionsEnded
from hub.operations.staff.sign_in.sign_in import ABSOLUTE
from hub.operations.staff.sign_in.turnstile import pass_through
from hub.operations.tasks import home

from .device_cookies import device_in, remember

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/sign-in")
def sign_in_page(request: Request, next: str = "", lost: str = "") -> Response:
    """The form; says if a session has ended, and if a form was `lost` with it. `next`: the page to go on to."""
    # A cookie without a session behind it: there was one.
    ended = request.state.signed is None and request.app.state.session_cookie in request.cookies
    return render(request, "staff/sign_in.html", login="", next=next, ended=ended, lost=bool(lost))


@router.get("/session")
def session(request: Request) -> Response:
    """Whether there is a session, whose it is, and its token for forms; a page asks this before it sends a form."""
    caller = request.state.signed
    # A 401 either way: the form that asks could not be carried out.
    if caller is None or caller.must_change:
        return Response(status_code=401)
    return JSONResponse({"user": str(caller.actor.user_id), "csrf": caller.csrf})


def page_at(request: Request, address: str) -> str:
    """The address if it is a page of this console; else the home page's.

    `next` and `at` come from outside. `//host` and a backslash (which browsers read as a slash) would leave this site.
    """
    path = urlsplit(address).path if address.startswith("/") and not address.startswith("//") else ""
    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    pages = request.app.router.routes if path and "\\" not in address else []
    return address if any(place.matches(scope)[0] is Match.FULL for place in pages) else "/"


@router.post("/sign-in")
async def sign_in(request: Request, login: Text = "", password: Text = "", next: Text = "") -> Response:
    """Open a session; the cookie holds the token, the database its hash. On to the page `next`."""
    office, login = request.app.state.hub.office, login.strip()
    device = device_in(request, office.master, login)
    try:
        opened = await pass_through(office, login, password, request.state.address, device=device)
    except Refusal as refusal:
        typed = {"login": login, "next": next, "ended": False, "lost": False}
        return render(request, "staff/sign_in.html", refusal.status, **typed, refusal=refusal)
    # A new token at each sign-in: one that somebody planted in this browser is worth nothing afterwards.
    answer = back("/password" if opened.must_change else page_at(request, next))
    name = request.app.state.session_cookie
    # The browser's former session ends, whoever's it was: its cookie is overwritten, so nobody could end it later.
    await run_in_threadpool(users.sign_out, office, request.cookies.get(name, ""))
    answer.set_cookie(
        name,
        opened.token,
        max_age=int(ABSOLUTE.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=name.startswith("__Host-"),
        path="/",
    )
    remember(request, answer, office.master, login, opened.device)
    return answer


@router.post("/sign-out")
def sign_out(request: Request) -> Response:
    """End the session."""
    name = request.app.state.session_cookie
    users.sign_out(request.app.state.hub.office, request.cookies.get(name, ""))
    answer = back("/sign-in")
    answer.delete_cookie(name, path="/")
    return answer


@router.get("/password")
def password_page(request: Request) -> Response:
    """The form for a new password."""
    if request.state.signed is None:
        raise SignInFirst()
    return render(request, "staff/password.html")


@router.post("/password")
def password(request: Request, old: Text = "", new: Text = "", again: Text = "") -> Response:
    """Change one's own password."""
    caller = request.state.signed
    if caller is None:
        raise SignInFirst()
    try:
        if new != again:
            raise users.PasswordNotTaken(rule="两次输入的新密码不一致", rule_en="The two new passwords differ")
        with desk_of(request, caller) as own:
            users.change_password(own, Secret(old), Secret(new))
    except SessionsEnded as ended:
        # The page below must not be drawn as that of somebody who is signed in.
        request.state.signed = None
        answer = render(
            request, "staff/sign_in.html", ended.status, login="", next="", ended=False, lost=False, refusal=ended
        )
        answer.delete_cookie(request.app.state.session_cookie, path="/")
        return answer
    except Refusal as refusal:
        return render(request, "staff/password.html", refusal.status, refusal=refusal)
    return back("/?done=password")


@router.post("/language")
def language(request: Request, to: Text = "zh", at: Text = "/") -> Response:
    """Switch between zh-CN and English, and stay on the page."""
    answer = back(page_at(request, at))
    answer.set_cookie(LANGUAGE, "en" if to == "en" else "zh", max_age=31536000, samesite="lax")
    return answer


@router.get("/")
def front(request: Request) -> Response:
    """What is to be done."""
    with desk(request) as reader:
        if not may(reader.actor, "home.work"):
            return render(request, "problems/post.html")
        channels = channel_control.list_channels(reader) if may(reader.actor, "channel_desk.list_channels") else []
        return render(request, "tasks/home.html", work=home.work(reader), channels=channels)
