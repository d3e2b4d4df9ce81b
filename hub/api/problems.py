"""How the API says no: problem details (RFC 9457) with article and advice, never with a value that came in."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from hub.domain.refusals import Refusal

PROBLEM_JSON = "application/problem+json"
CODES = {404: "no_such_path", 405: "no_such_method", 413: "too_large"}
# What may be repeated of a caller's own names: no digits, so no number of a card, a phone or a person.
PLAIN_NAME = re.compile(r"[a-z_]{1,40}")


class Flaw(BaseModel):
    """One malformed field, and the rule that it breaks."""

    field: str
    rule: str


class Problem(BaseModel):
    """Why a call was not carried out (RFC 9457)."""

    type: str = Field(description="urn:partnerhub:problem:<code>")
    title: str
    status: int
    detail: str
    instance: str = Field(description="The request's number, also in the log and the header X-Request-Id")
    code: str
    article: str = ""
    advice: str = ""
    errors: list[Flaw] = []


class NoToken(Refusal):
    """No bearer token, or one that has ended."""

    article, status = "R6.1", 401
    says = ("尚未登录,或登录已失效。", "You are not signed in, or the session has ended.")
    then = ("请先调用 POST /api/v1/sessions 登录。", "Sign in with POST /api/v1/sessions first.")


class PasswordDue(Refusal):
    """A one-time password opens nothing but its own change."""

    article, status = "R6.1", 403
    says = ("一次性密码须先修改。", "The one-time password must be changed first.")
    then = ("请先调用 POST /api/v1/sessions/password。", "Call POST /api/v1/sessions/password first.")


class Malformed(Refusal):
    """The call's shape is wrong: which fields, and by which rules, stands in `errors`."""

    article, status = "G3", 422
    says = ("请求内容不符合接口格式。", "The request does not have the documented form.")
    then = ("请按接口说明修改所列字段。", "Mend the fields listed, as the API's description says.")


def language_of(request: Request) -> str:
    """zh or en, whichever the caller's Accept-Language names first; zh otherwise."""
    named: list[str] = re.findall(r"\b(zh|en)\b", request.headers.get("accept-language", "").lower())
    return named[0] if named else "zh"


def request_id(request: Request) -> str:
    """The number that the server gave to this request."""
    return str(getattr(request.state, "request_id", "-"))


def problem(request: Request, refusal: Refusal, flaws: Sequence[Flaw] = ()) -> Problem:
    """The problem details of a refusal, in the caller's language."""
    language = language_of(request)
    return Problem(
        type=f"urn:partnerhub:problem:{refusal.code}",
        title=refusal.code.replace("_", " ").capitalize(),
        status=refusal.status,
        detail=refusal.sentence(language),
        instance=request_id(request),
        code=refusal.code,
        article=refusal.article,
        advice=refusal.advice(language),
        errors=list(flaws),
    )


def plain_problem(request: Request, status: int, code: str, detail: str) -> Problem:
    """The problem details of something that is no refusal: no such path, a fault."""
    title = code.replace("_", " ").capitalize()
    number = request_id(request)
    return Problem(
        type=f"urn:partnerhub:problem:{code}", title=title, status=status, detail=detail, instance=number, code=code
    )


def answer(found: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as a response."""
    body = found.model_dump_json(exclude_defaults=True)
    extra = {"WWW-Authenticate": "Bearer"} if found.status == 401 else {}
    return Response(body, found.status, {**extra, **(headers or {})}, PROBLEM_JSON)


def respond(request: Request, error: Exception) -> Response:
    """The problem of a refusal, of malformed input, of a wrong path or size, or of a lost database."""
    if isinstance(error, Refusal):
        request.state.hold = error.hold
        return answer(problem(request, error), error.headers())
    if isinstance(error, RequestValidationError):
        return answer(problem(request, Malformed(), flaws(error.errors())))
    if isinstance(error, HTTPException):
        code = CODES.get(error.status_code, "bad_request")
        return answer(plain_problem(request, error.status_code, code, error.detail), dict(error.headers or {}))
    return answer(plain_problem(request, 503, "store_unusable", "The database cannot be used."), {"Retry-After": "5"})


def flaws(errors: Sequence[Any]) -> list[Flaw]:
    """Field and rule of each validation error; its message, input and context are dropped (N2)."""
    return [Flaw(field=".".join(_name(part) for part in error["loc"]), rule=str(error["type"])) for error in errors]


def _name(part: int | str) -> str:
    if isinstance(part, int):
        return str(part) if part < 100_000 else "?"
    return part if PLAIN_NAME.fullmatch(part.lower().replace("-", "_")) else "?"


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's entries for the problems that a route may answer with."""
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    titles = {400: "No or unusable Idempotency-Key", 401: "Not signed in", 403: "Not this post or unit"}
    titles |= {404: "No such thing in the caller's units", 409: "The rules or another change say no"}
    titles |= {413: "Too large", 422: "Malformed, or the key was used for another body", 428: "If-Match is missing"}
    titles |= {429: "Too often"}
    titles |= {500: "A fault; quote the incident number", 503: "The database cannot be used"}
    return {status: {"description": titles[status], "content": {PROBLEM_JSON: schema}} for status in statuses}
