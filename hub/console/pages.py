"""Pages made from operations: an address and what it shows, shown again with a refusal or with additional values."""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.operations.desk import Desk

from .rendering import desk, refusal_page, render

View = Callable[..., Any]
REQUEST = inspect.Parameter("request", inspect.Parameter.KEYWORD_ONLY, annotation=Request)


def page(
    router: APIRouter,
    path: str,
    template: str,
    shown: View | Mapping[str, View],
    *,
    over: Callable[[Mapping[str, Any]], bool] | None = None,
    **words: Any,
) -> Callable[..., Response]:
    """Add a page at an address; returns the function that shows it again, with a refusal, `also` and parts of the path.

    `shown`: a function of the caller's desk that returns the template's values, its other parameters being parts of the
    path and of the query; or operations by the name under which the template finds their result, called with parts of
    the path alone. A parameter `request` is the request. `words`: values that need no desk.
    `over`: tells from the values whether a part that refreshes itself has ended, so that the whole page is loaded.
    """
    taken = _taken(path, shown)

    def again(
        request: Request, refusal: Refusal | None = None, also: Mapping[str, Any] | None = None, **asked: Any
    ) -> Response:
        try:
            with desk(request) as reader:
                values = words | _values(reader, shown, taken, {**asked, "request": request}) | dict(also or {})
        except Refusal:
            # The page itself is refused too (its reader may not see it): the first refusal answers what was just tried.
            if refusal is None:
                raise
            return refusal_page(request, refusal)
        if refusal is not None:
            values["refusal"] = refusal
        answer = render(request, template, refusal.status if refusal else 200, **values)
        if over is not None and over(values):
            # The rest of the page shows the old state and stands outside of the part that htmx would replace.
            answer.headers["HX-Refresh"] = "true"
        return answer

    def show(request: Request, **asked: Any) -> Response:
        return again(request, **asked)

    signature = [part.replace(kind=inspect.Parameter.KEYWORD_ONLY) for part in (taken | {"request": REQUEST}).values()]
    show.__signature__ = inspect.Signature(signature)  # type: ignore[attr-defined]  # FastAPI reads the signature of a function that is made here
    router.add_api_route(path, show, name=template)
    return again


def _taken(path: str, shown: View | Mapping[str, View]) -> dict[str, inspect.Parameter]:
    """The parts of an address that a page takes, by name."""
    if not isinstance(shown, Mapping):
        # The first parameter is the desk.
        return dict([*inspect.signature(shown).parameters.items()][1:])
    in_path = re.findall(r"\{(\w+)\}", path)
    parameters = [part for view in shown.values() for part in inspect.signature(view).parameters.items()]
    return {name: part for name, part in parameters if name in in_path}


def _values(
    reader: Desk, shown: View | Mapping[str, View], taken: Mapping[str, inspect.Parameter], asked: Mapping[str, Any]
) -> dict[str, Any]:
    def of(view: View) -> Any:
        own = inspect.signature(view).parameters
        return view(reader, **{name: asked[name] for name in taken if name in own and name in asked})

    return {name: of(view) for name, view in shown.items()} if isinstance(shown, Mapping) else of(shown)


def refused(request: Request, refusal: Refusal, **path: object) -> Response:
    """The refusal alone, for a form on a page that is not shown again."""
    return refusal_page(request, refusal)
