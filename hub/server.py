"""The web server: API and console behind one gate (sizes, headers, sessions, CSRF, faults), health, and its runner."""

import asyncio
import hmac
import os
import socket
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub import __version__, api, console
from hub.api.plain_input import known_questions, plain_input
from hub.api.problems import Fault, answer, problem, respond
from hub.api.reconciliation import callbacks
from hub.app import Hub
from hub.domain.refusals import Refusal, Unusable
from hub.domain.staff import client_address
from hub.logs import logger
from hub.operations.operation import OPERATIONS
from hub.operations.staff import users
from hub.ports import new_id
from hub.registry.session import LostDatabase, StoreUnusable
from hub.settings import HubSettings

log = logger("server")
API = "/api/"
DESCRIPTION = "/api/v1/openapi.json"
# Methods that change nothing (RFC 9110 9.2.1), so that they need no token.
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
MEGABYTE = 1024 * 1024
# Largest body of a path with one of these words as its last part or the one before (a list of 100,000 lines; scans of
# 10 MB, three at once); 1 MB elsewhere.
LARGEST = {"imports": 64 * MEGABYTE, "evidence": 11 * MEGABYTE, "bind": 32 * MEGABYTE}
# Answers delayed at the same time; further ones go out at once, so that failing calls cannot block the server.
MOST_WAITING = 200
# Seconds that open requests have to end after SIGTERM.
GRACE = 8
# Nothing inline and nothing from elsewhere: a script that was injected into a page does not run.
CSP = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"
HEADERS = {
    "Content-Security-Policy": f"{CSP}; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
Pause = Callable[[float], Awaitable[None]]
Lifespan = Callable[[Any], AbstractAsyncContextManager[None]]


class NotFromOurPage(Refusal):
    """A form that was not sent from a page of this console in this session (S8)."""

    article, status = "G3", 403
    says = ("提交内容不是来自本系统的页面,未办理。", "This was not sent from a page of this console; nothing was done.")
    then = (
        "请刷新页面后重新提交;刷新无效的,请信息中心检查代理是否转发浏览器的主机名,或设置 PARTNERHUB_PUBLIC_URL。",
        "Reload the page and submit again. If that does not help, the information centre should look whether the proxy "
        "passes on the browser's Host, or set PARTNERHUB_PUBLIC_URL.",
    )


class Gate:
    """Outermost middleware: request number, caller, size cap, security headers, delayed answers, and handling of bugs."""

    def __init__(self, app: ASGIApp, secure: bool, settings: HubSettings, pause: Pause) -> None:
        self.app, self.pause = app, pause
        self.trusted, self.proxy_header = settings.trusted_networks, settings.proxy_header
        self.waiting = 0
        # A year, in seconds.
        self.headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000"} if secure else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number = str(new_id())
        state = scope.setdefault("state", {})
        state.update(request_id=number, signed=None, address=self.caller(scope), hold=0.0)
        cap = next((size for end, size in LARGEST.items() if end in scope["path"].split("/")[-2:]), MEGABYTE)
        state["most_megabytes"] = cap // MEGABYTE
        started = False

        async def with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                await self.keep_back(state["hold"])
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = number
                for name, header in self.headers.items():
                    headers.setdefault(name, header)
            await send(message)

        try:
            await self.app(scope, _capped(scope, receive, cap), with_headers)
        except Exception as fault:  # noqa: BLE001 - the last net: nothing raw reaches a caller
            _record(fault, number)
            if not started:
                await _fault(Request(scope))(scope, receive, with_headers)

    def caller(self, scope: Scope) -> str:
        """The caller's network address: the one place that looks at the socket and at what proxies say."""
        peer = str(scope["client"][0]) if scope.get("client") else "-"
        lines = Headers(scope=scope).getlist(self.proxy_header) if self.trusted else []
        hops = client_address.chain(lines, self.proxy_header == "forwarded") if lines else []
        return client_address.caller_address(peer, hops, self.trusted)

    async def keep_back(self, seconds: float) -> None:
        """Delay an answer, holding neither a thread nor a transaction; not if too many wait already."""
        if seconds <= 0 or self.waiting >= MOST_WAITING:
            return
        self.waiting += 1
        try:
            await self.pause(seconds)
        finally:
            self.waiting -= 1


def _capped(scope: Scope, receive: Receive, cap: int) -> Receive:
    """The body, until it exceeds its announced or allowed size."""
    length = Headers(scope=scope).get("content-length", "0")
    # Twenty digits hold any size; a longer number only costs time.
    left = cap - (int(length[:20]) if length.isdecimal() else 0)
    total = 0

    async def read() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        # What was announced counts at the first read; what has come counts too, in case it is more.
        if left < 0 or total > cap:
            raise HTTPException(413)
        return message

    return read


def _is_api(request: Request) -> bool:
    """By the path alone: the whole address may be one that cannot be read."""
    return str(request.scope["path"]).startswith(API)


def _record(fault: Exception, number: str) -> None:
    """Log where it happened, without message and values (N2)."""
    frames = [f"{Path(frame.filename).name}:{frame.lineno}" for frame in traceback.extract_tb(fault.__traceback__)[-8:]]
    log.error("fault.raised", incident=number, kind=type(fault).__name__, frames=frames)


def _fault(request: Request) -> Response:
    """A 500 with the incident number and nothing else."""
    if _is_api(request):
        return answer(problem(request, Fault()))
    return console.error_page(request, 500)


def signed_in(request: Request) -> None:
    """Put the session of the console's cookie, if there is a live one, into `request.state.signed`."""
    token = request.cookies.get(request.app.state.session_cookie)
    request.state.signed = users.session_of(request.app.state.hub.office, token) if token else None


def same_place(origin: str, host: str) -> bool:
    """Whether a page's origin is this host: the case of a name means nothing, nor does the scheme's own port."""
    scheme, _, place = origin.lower().partition("://")
    port = {"http": ":80", "https": ":443"}.get(scheme)
    return port is not None and place.removesuffix(port) == host.lower().removesuffix(port) != ""


async def from_our_page(request: Request) -> None:
    """Raise NotFromOurPage unless a changing form has our origin and, in a session, its token (S8)."""
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin", "")
    public = urlsplit(request.app.state.hub.settings.public_url)
    same_host = same_place(origin, request.headers.get("host", "")) or (
        origin.lower().startswith(f"{public.scheme}://") and same_place(origin, public.netloc)
    )
    # No page can set Sec-Fetch-Site; a browser too old to send it is judged by its Origin.
    if not (site == "same-origin" if site else same_host):
        raise NotFromOurPage
    # Without a session, as when signing in, there is no token to compare.
    signed = request.state.signed
    if signed is None:
        return
    token = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(token.encode(), signed.csrf.encode()):
        raise NotFromOurPage


def _say_no(request: Request, error: Exception) -> Response:
    """A refusal, malformed input, no such path or no database, in the form of the face that was called."""
    if _is_api(request) or isinstance(error, LostDatabase):
        return respond(request, error)
    if isinstance(error, HTTPException):
        return console.error_page(request, error.status_code, error.headers)
    if isinstance(error, RequestValidationError) and request.method in SAFE and error.errors()[0]["loc"][0] == "path":
        return console.error_page(request, 404)  # no address of ours: /customers/123 is no customer's
    return console.refusal_page(request, error if isinstance(error, Refusal) else console.not_understood(error))


def live() -> dict[str, str]:
    """The process runs."""
    return {"status": "ok"}


async def ready(request: Request) -> JSONResponse:
    """The database can be used."""
    try:
        await run_in_threadpool(request.app.state.hub.office.store.check_server)
    except StoreUnusable:
        return JSONResponse({"status": "database unusable"}, 503)
    return JSONResponse({"status": "ok"})


def build(hub: Hub, *, secure: bool = False, lifespan: Lifespan | None = None, pause: Pause = asyncio.sleep) -> FastAPI:
    """The application for a hub; `secure` when served over TLS; `lifespan` runs beside it (a worker).

    `pause` waits for so many seconds, before an answer that is kept back.
    """
    app = FastAPI(
        title="partnerhub",
        version=__version__,
        lifespan=lifespan,
        openapi_url=DESCRIPTION,
        # A redirect would be written with whatever Host and scheme the caller named, and repeat a body and a token there.
        redirect_slashes=False,
        docs_url=None,
        redoc_url=None,
    )
    app.openapi = partial(api.description, app)  # type: ignore[method-assign]  # the way that FastAPI documents
    app.state.hub, app.state.session_cookie = hub, "__Host-ph_session" if secure else "ph_session"
    app.add_middleware(Gate, secure=secure, settings=hub.settings, pause=pause)
    for kind in (Refusal, RequestValidationError, HTTPException, LostDatabase):
        app.add_exception_handler(kind, _say_no)
    app.add_api_route("/health/live", live, include_in_schema=False)
    app.add_api_route("/health/ready", ready, include_in_schema=False, response_model=None)
    # Partners call the web server, which verifies their messages with the plugins' settings.
    app.state.runtime = hub.runtime()
    app.router.routes.extend(_routes(frozenset(OPERATIONS)))
    return app


@lru_cache(maxsize=1)
def _routes(operations: frozenset[str]) -> tuple[BaseRoute, ...]:
    """All routes for this table of operations. They find their hub through the request's application.

    Kept, because making some 450 of them takes a second, and a process may build many applications.
    """
    faces = APIRouter()
    # Without the faces' dependencies: partners have no session, and their plugins read the body themselves.
    faces.include_router(callbacks.router)
    faces.include_router(api.router(), dependencies=[Depends(plain_input), Depends(known_questions)])
    ours = [Depends(signed_in), Depends(plain_input), Depends(from_our_page)]
    faces.include_router(console.router(), dependencies=ours, include_in_schema=False)
    return tuple(faces.routes)


class CannotListen(Unusable):
    """The address is taken, not this machine's, or not this user's to listen on."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened before anything else is started. Raises CannotListen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise CannotListen(
            f"partnerhub cannot listen on {host}:{port}: {os.strerror(error.errno or 0)}. Nothing was started. "
            "Stop the programme that listens there, or choose another port with --port or PARTNERHUB_PORT."
        ) from None


def address_of(listener: socket.socket) -> str:
    """Where a browser finds it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(hub: Hub, listener: socket.socket, told: Callable[[], bool], **how: Any) -> None:
    """Serve on the socket until SIGTERM or SIGINT, or until the process was `told` to end; `how` as for `build`."""
    _web_server(build(hub, **how), told).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Also ends if the process was told to stop before this server handled signals itself."""

    def __init__(self, config: uvicorn.Config, told: Callable[[], bool]) -> None:
        super().__init__(config)
        self.told = told

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to end."""
        self.should_exit = self.should_exit or self.told()
        return await super().on_tick(counter)


def _web_server(app: FastAPI, told: Callable[[], bool]) -> uvicorn.Server:
    """The uvicorn server. The gate finds the caller's address: uvicorn would believe every proxy on this machine."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    return _Server(config, told)


@contextmanager
def aside(hub: Hub, listener: socket.socket) -> Iterator[str]:
    """Serve on the socket in a thread, for the length of a block; gives the address."""
    served = _web_server(build(hub), lambda: False)
    thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield address_of(listener)
    finally:
        served.should_exit = True
        # A second more than open requests have.
        thread.join(GRACE + 1)
