"""Declares a route together with the operation that it carries out; there is no other way to make one (ADR 0008)."""

import inspect
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import cached_property, partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import TypeAdapter

from hub.operations.desk import Desk, Operation
from hub.operations.office import operation_of
from hub.operations.views import WaitsFor

from . import derived
from .caller import Call, changer, reader
from .idempotency import Answer, content_of, once
from .problems import PROBLEM_JSON, documented, language_of

PROBLEMS = (401, 403, 404, 409, 413, 422, 429, 500, 503)
# Attributes of an answer that are shown once and stored nowhere, so a repeat of the call cannot get them again.
SECRETS = ("password", "token")
Endpoint = Callable[..., Any]
Responses = dict[int | str, dict[str, Any]]


class Resource:
    """The routes of one noun. An endpoint takes the desk as its first argument and returns what goes out."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self._declared: list[Callable[[APIRouter], None]] = []

    @cached_property
    def router(self) -> APIRouter:
        """All routes, made at first use: commands that serve nothing start without them."""
        router = APIRouter(tags=[self.tag])
        for enter in self._declared:
            enter(router)
        return router

    def get(self, path: str, operation: Endpoint) -> Callable[[Endpoint], Endpoint]:
        """A reading route."""
        return self._declare("GET", path, operation, 200, keyed=False)

    def download(
        self, path: str, operation: Endpoint, media_type: str, method: str = "GET"
    ) -> Callable[[Endpoint], Endpoint]:
        """A route whose endpoint returns a Response of its own; POST where each download is recorded."""
        content: Responses = {200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}}
        return self._declare(method, path, operation, 200, keyed=False, extra=content)

    def ask(self, path: str, operation: Endpoint) -> Callable[[Endpoint], Endpoint]:
        """A question too private for a URL: POST, changes nothing, needs no key."""
        return self._declare("POST", path, operation, 200, keyed=False)

    def change(self, method: str, path: str, operation: Endpoint, status: int = 200) -> Callable[[Endpoint], Endpoint]:
        """A changing route: needs an Idempotency-Key."""
        return self._declare(method, path, operation, status, keyed=True)

    def shows(self, path: str, operation: Endpoint, name: str, **face: Any) -> None:
        """A reading route that is made from its operation alone."""
        self.get(path, operation)(derived.endpoint(operation, path, derived.Face(name, **face), posted=False))

    def asks(self, path: str, operation: Endpoint, name: str, **face: Any) -> None:
        """A question that is posted, made from its operation alone."""
        self.ask(path, operation)(derived.endpoint(operation, path, derived.Face(name, **face), posted=True))

    def does(self, method: str, path: str, operation: Endpoint, name: str, *, status: int = 200, **face: Any) -> None:
        """A changing route that is made from its operation alone."""
        self.change(method, path, operation, status)(
            derived.endpoint(operation, path, derived.Face(name, **face), posted=True)
        )

    def _declare(
        self,
        method: str,
        path: str,
        operation: Endpoint,
        status: int,
        *,
        keyed: bool,
        extra: Responses | None = None,
    ) -> Callable[[Endpoint], Endpoint]:
        row = operation_of(operation)

        def enter(router: APIRouter, endpoint: Endpoint) -> None:
            router.add_api_route(
                path,
                _keyed(endpoint, row, status) if keyed else _plain(endpoint, row, status),
                methods=[method],
                status_code=status,
                # `_response` writes the bytes itself, so this model describes only; a file has none.
                response_model=None if extra else inspect.signature(endpoint).return_annotation,
                name=row.name,
                operation_id=f"{row.name}.{endpoint.__name__}",
                summary=row.title[1],
                description=f"{row.title[0]} · {row.article} · " + (inspect.getdoc(endpoint) or row.title[1]),
                responses={
                    **documented(*PROBLEMS, *((400,) if keyed else ())),
                    **(_waiting(endpoint) if keyed else {}),
                    **(extra or {}),
                },
                openapi_extra={"x-operation": row.name, "x-article": row.article, "x-posts": sorted(row.posts)},
            )

        def declare(endpoint: Endpoint) -> Endpoint:
            self._declared.append(partial(enter, endpoint=endpoint))
            return endpoint

        return declare


def _waiting(endpoint: Endpoint) -> Responses:
    """The description of the 202 that an operation gives when another person has to decide first."""
    returned = inspect.signature(endpoint).return_annotation
    if not (
        is_dataclass(returned)
        and any(part.name == "waits_for" and "WaitsFor" in str(part.type) for part in fields(returned))
    ):
        return {}
    return {
        202: {"model": returned, "description": "Nothing is done yet: `waits_for` says who decides, and until when"}
    }


def _writer(endpoint: Endpoint) -> Callable[[Any, Call], bytes]:
    adapter: TypeAdapter[Any] = TypeAdapter(inspect.signature(endpoint).return_annotation)

    def write(answer: Any, call: Call) -> bytes:
        known = adapter.validate_python(answer, from_attributes=True)
        return adapter.dump_json(known, context={"language": language_of(call.request)})

    return write


def _response(answer: Answer) -> Response:
    media_type = PROBLEM_JSON if answer.status >= 400 else "application/json"
    return Response(answer.body, answer.status, media_type=media_type)


def _plain(endpoint: Endpoint, row: Operation, status: int) -> Endpoint:
    raw = inspect.signature(endpoint).return_annotation is Response
    write = None if raw else _writer(endpoint)

    def carry_out(call: Call, **given: Any) -> Response:
        call.allow(row)
        with call.desk() as desk:
            shown = endpoint(desk, **given)
            if write is None:
                response: Response = shown
                return response
            # Written inside the block: the transaction is still open, and an answer that cannot be written undoes it.
            return _response(Answer(status, write(shown, call)))

    return _with_call(carry_out, endpoint, reader)


def _keyed(endpoint: Endpoint, row: Operation, status: int) -> Endpoint:
    write = _writer(endpoint)

    def carry_out(call: Call, content: str, **given: Any) -> Response:
        call.allow(row)

        def act(desk: Desk) -> Answer:
            shown = endpoint(desk, **given)
            waits = isinstance(getattr(shown, "waits_for", None), WaitsFor)
            # By content, not by type: the same view has a token or, while it waits for a second person, none.
            secret = any(getattr(shown, name, None) for name in SECRETS)
            return Answer(202 if waits else status, write(shown, call), secret)

        return _response(once(replace(call, content=content), row, act))

    return _with_call(carry_out, endpoint, changer, content=Annotated[str, Depends(content_of)])


def _with_call(carry_out: Endpoint, endpoint: Endpoint, caller: Endpoint, **more: Any) -> Endpoint:
    """Give FastAPI a signature with the endpoint's own arguments, and the caller in place of the desk."""
    first, *rest = inspect.signature(endpoint).parameters.values()
    if first.annotation is not Desk:
        raise TypeError(f"{endpoint.__name__}: the first argument must be the desk")
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [inspect.Parameter("call", kind, annotation=Annotated[Call, Depends(caller)])]
    parameters += [inspect.Parameter(name, kind, annotation=annotation) for name, annotation in more.items()]
    parameters += [parameter.replace(kind=kind) for parameter in rest]
    carry_out.__signature__ = inspect.Signature(parameters, return_annotation=Response)  # type: ignore[attr-defined]  # FastAPI reads the signature of a function that is made here
    return carry_out
