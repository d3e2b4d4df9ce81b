"""The staff console: pages, forms, templates."""

from fastapi import APIRouter, Request, Response
from starlette.responses import PlainTextResponse

from hub.app import Hub
from hub.domain.refusals import Refusal


def refusal_page(request: Request, refusal: Refusal) -> Response:
    """A refusal for a person at a browser: what happened, the article, what can be done."""
    lines = (refusal.sentence("zh"), refusal.article, refusal.advice("zh"))
    return PlainTextResponse("\n".join(filter(None, lines)), refusal.status)


def router(hub: Hub) -> APIRouter:
    """All pages."""
    return APIRouter()
