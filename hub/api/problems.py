"""The API's refusals: problem details (RFC 9457) with article and advice, never with a value that was sent."""

import re
from collections.abc import Sequence
from typing import Any

from fastapi import Request, Response, params
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from hub.domain.refusals import Refusal

from .broken_rules import words_of

PROBLEM_JSON = "application/problem+json"
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# Field names of the caller's own that may be echoed: no digits, so never the number of a card, a phone or a person.
PLAIN_NAME = re.compile(r"[a-z_]{1,40}")


class Flaw(BaseModel):
    """One malformed field, the rule that it breaks, and the same in words, with the rule's limit."""

    field: str
    rule: str
    problem: str = ""


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
    """No bearer token, or an expired one."""

    article, status = "R6.1", 401
    says = ("尚未登录,或登录已失效。", "You are not signed in, or the session has ended.")
    then = ("请先调用 POST /api/v1/sessions 登录。", "Sign in with POST /api/v1/sessions first.")


class PasswordDue(Refusal):
    """A one-time password allows nothing but changing it."""

    article, status = "R6.1", 403
    says = ("一次性密码须先修改。", "The one-time password must be changed first.")
    then = ("请先调用 POST /api/v1/sessions/password。", "Call POST /api/v1/sessions/password first.")


class Malformed(Refusal):
    """The call's shape is wrong: which fields, and by which rules, stands in `errors`."""

    article, status = "G3", 422
    says = ("请求内容不符合接口格式。", "The request does not have the documented form.")
    then = (
        "请按 errors 逐项修改;接口说明见 GET /api/v1/openapi.json。",
        "Correct what `errors` lists; the description is at GET /api/v1/openapi.json.",
    )


class NotJson(Refusal):
    """The body is no JSON object where one is needed."""

    article, status = "G3", 422
    says = ("请求正文不是 JSON 对象。", "The body is not a JSON object.")
    then = (
        "请以 UTF-8 编码发送 JSON 对象,并写明 Content-Type: application/json。",
        "Send a JSON object in UTF-8, with Content-Type: application/json.",
    )


class NotForm(Refusal):
    """The body is no form where files or fields are uploaded."""

    article, status = "G3", 422
    says = ("请求正文不是 multipart/form-data 表单。", "The body is not a form (multipart/form-data).")
    then = (
        "请以 multipart/form-data 发送文件和字段,由程序库生成 boundary。",
        "Send file and fields as multipart/form-data, and let your library write the boundary.",
    )


class NoSuchPath(Refusal):
    """No route has this address."""

    article, status = "G3", 404
    says = ("没有这个接口地址。", "There is no such address.")
    then = ("接口地址见 GET /api/v1/openapi.json。", "The addresses are listed at GET /api/v1/openapi.json.")


class NoSuchMethod(Refusal):
    """The address takes other methods."""

    article, status = "G3", 405
    says = ("此地址不接受这种请求方法。", "This address does not take this method.")
    then = (
        "请改用接口说明(GET /api/v1/openapi.json)中此地址的方法。",
        "Use a method that the description (GET /api/v1/openapi.json) lists for this address.",
    )


class TooLarge(Refusal):
    """The body is larger than the address takes."""

    article, status = "G3", 413
    says = ("请求正文超过 {most} MB。", "The body is larger than {most} MB.")
    then = ("请缩小或拆分后重新发送。", "Make it smaller or divide it, and send it again.")


class StoreUnusable(Refusal):
    """The database cannot be used at the moment."""

    status, retry_after = 503, 5
    says = ("数据库暂时无法使用,没有办理。", "The database cannot be used; nothing was done.")
    then = ("请稍后用同一个键重试。", "Repeat the call in a moment, with the same key.")


class Fault(Refusal):
    """A fault of the hub's own."""

    status = 500
    says = ("系统故障,没有办理完成。", "A fault occurred; this was not carried out.")
    then = (
        "请把 instance 中的编号告诉信息中心。",
        "Give the number in `instance` to the information centre.",
    )


def language_of(request: Request) -> str:
    """zh or en, whichever the caller's Accept-Language names first; zh if neither."""
    named: list[str] = re.findall(r"\b(zh|en)\b", request.headers.get("accept-language", "").lower())
    return named[0] if named else "zh"


def request_id(request: Request) -> str:
    """The number that the server gave this request."""
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


def answer(found: Problem, headers: dict[str, str] | None = None) -> Response:
    """The problem as a response."""
    body = found.model_dump_json(exclude_defaults=True)
    # RFC 9110 §11.6.1: a 401 has to name the scheme.
    extra = {"WWW-Authenticate": "Bearer"} if found.status == 401 else {}
    return Response(body, found.status, {**extra, **(headers or {})}, PROBLEM_JSON)


def respond(request: Request, error: Exception) -> Response:
    """The response to a refusal, malformed input, a wrong path or size, or a lost database."""
    if isinstance(error, RequestValidationError):
        listed = flaws(error.errors(), language_of(request))
        return answer(problem(request, _malformed(request, listed), listed))
    refusal = _refusal_of(request, error)
    # Seconds for which the server holds the answer back after a failed sign-in or a guessed token.
    request.state.hold = refusal.hold
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return answer(problem(request, refusal), headers | refusal.headers())


def _refusal_of(request: Request, error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if not isinstance(error, HTTPException):
        return StoreUnusable()
    by_status = {404: NoSuchPath, 405: NoSuchMethod}
    if error.status_code == 413:
        return TooLarge(most=request.state.most_megabytes)
    # The framework's other errors are about a body that it could not parse.
    return by_status[error.status_code]() if error.status_code in by_status else _malformed(request)


def _malformed(request: Request, listed: Sequence[Flaw] = (Flaw(field="body", rule="unreadable"),)) -> Refusal:
    """NotJson or NotForm if the body as a whole is wrong; Malformed if it is single fields."""
    route = request.scope.get("route")
    takes = route.dependant.body_params if isinstance(route, APIRoute) else []
    whole = listed[0].field == "body"
    if any(isinstance(part.field_info, params.Form) for part in takes):
        # JSON sent where a form is needed shows up as one missing field after another: say what is really wrong.
        whole |= listed[0].field.startswith("body") and not _is_form(request)
        return NotForm() if whole else Malformed()
    return NotJson() if whole else Malformed()


def _is_form(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() in FORMS


def flaws(errors: Sequence[Any], language: str) -> list[Flaw]:
    """Field, rule and words of each validation error; its own message and input are dropped (N2)."""
    tongue = int(language != "zh")
    return [
        Flaw(field=_place(error["loc"]), rule=str(error["type"]), problem=words_of(error, tongue)) for error in errors
    ]


def _place(parts: Sequence[int | str]) -> str:
    """Where the field stands; a mapping's wrong name is the field itself."""
    named = parts[:-1] if parts[-1] == "[key]" else parts
    # For broken JSON pydantic names ("body", offset): a place in the text, not a field.
    return ".".join(map(_name, named[:1] if len(named) == 2 and isinstance(named[1], int) else named))


def _name(part: int | str) -> str:
    if isinstance(part, int):
        # A list has no hundred thousand entries here; a larger number could be part of a card's.
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
