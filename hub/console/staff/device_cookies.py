"""The browser's device cookies: one for each login that has signed in there (R6.1)."""

from fastapi import Request
from fastapi.responses import Response

from hub.operations.staff.sign_in.known_devices import PREFIX, VALID, cookie_name, made_on
from hub.registry.vault import MasterKey

# Logins that one browser remembers; the oldest is dropped first. All of them are sent with each request, whose headers
# servers and proxies limit.
MOST = 12


# A browser takes a __Host- cookie only over https, for all paths and no other host: no neighbour can plant one. Plain
# http (a demo) cannot have it, so the session's cookie name decides.
def _prefix(request: Request) -> str:
    return "__Host-" if _secure(request) else ""


def _secure(request: Request) -> bool:
    return str(request.app.state.session_cookie).startswith("__Host-")


def device_in(request: Request, master: MasterKey, login: str) -> str:
    """The browser's device token for a login; empty when that login has not signed in there."""
    return request.cookies.get(_prefix(request) + cookie_name(master, login), "")


def remember(request: Request, answer: Response, master: MasterKey, login: str, device: str) -> None:
    """Remember the browser for a login from now on."""
    name, beginning = _prefix(request) + cookie_name(master, login), _prefix(request) + PREFIX
    others = {each: made_on(value) for each, value in request.cookies.items() if each.startswith(beginning)}
    others.pop(name, None)
    for oldest in sorted(others, key=lambda each: others[each], reverse=True)[MOST - 1 :]:
        answer.delete_cookie(oldest, path="/", secure=_secure(request), httponly=True, samesite="lax")
    answer.set_cookie(
        name,
        device,
        max_age=int(VALID.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=_secure(request),
        path="/",
    )
