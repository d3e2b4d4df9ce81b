"""The table of operations: who may do what, under which article; and a route for each row that no resource serves."""

from typing import Annotated

from fastapi import APIRouter, Depends

from hub.domain.staff.posts import POST_TITLES
from hub.operations.operation import OPERATIONS, permits
from hub.operations.table import left_over_by

from . import derived
from .caller import Call, reader
from .problems import documented
from .resource import Resource
from .shapes import Shown

table = APIRouter(tags=["operations"])
"""The table of operations is the same for everyone who is signed in, so reading it is not itself an operation."""


class OperationShown(Shown):
    """One row of the table."""

    name: str
    article: str
    title_zh: str
    title_en: str
    posts: dict[str, str]
    changes: bool
    own: bool
    company: bool
    allowed: bool
    by_token: bool


@table.get("/operations", responses=documented(401, 500))
def list_them(call: Annotated[Call, Depends(reader)]) -> list[OperationShown]:
    """All operations, and whether the caller's posts allow them."""
    return [
        OperationShown(
            name=operation.name,
            article=operation.article,
            title_zh=operation.title[0],
            title_en=operation.title[1],
            posts={str(post): POST_TITLES[post][0] for post in sorted(operation.posts)},
            changes=operation.changes,
            own=operation.own,
            company=operation.company,
            allowed=permits(call.actor, operation),
            by_token=not operation.people_only,
        )
        for operation in sorted(OPERATIONS.values(), key=lambda operation: operation.name)
    ]


def plain_routes() -> APIRouter:
    """`/operations/<name>` for what has no address of its own: GET to ask, POST to change or to ask in private.

    An operation that a page of the console uses but no route here is a step of that page, and stays there.
    """
    resource = Resource("operations")
    for operation in left_over_by("hub.api", "hub.console"):
        path, asked = (
            f"/operations/{operation.name}",
            resource.shows if derived.in_query(operation.function) else resource.asks,
        )
        if operation.changes:
            resource.does("POST", path, operation.function, "plain", loose=True)
        else:
            asked(path, operation.function, "plain", loose=True)
    return resource.router
