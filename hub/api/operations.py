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
"""The regulation's own table: the same for everyone who is signed in, so it is no operation itself."""


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


@table.get("/operations", responses=documented(401, 500))
def list_them(call: Annotated[Call, Depends(reader)]) -> list[OperationShown]:
    """All operations, and whether the caller's posts allow them."""
    return [
        OperationShown(
            name=row.name,
            article=row.article,
            title_zh=row.title[0],
            title_en=row.title[1],
            posts={str(post): POST_TITLES[post][0] for post in sorted(row.posts)},
            changes=row.changes,
            own=row.own,
            company=row.company,
            allowed=permits(call.actor, row),
        )
        for row in sorted(OPERATIONS.values(), key=lambda row: row.name)
    ]


def plain_routes() -> APIRouter:
    """`/operations/<name>` for what has no address of its own: GET to ask, POST to change or to ask in private."""
    resource = Resource("operations")
    for row in left_over_by("hub.api"):
        path, asked = f"/operations/{row.name}", resource.shows if derived.in_query(row.function) else resource.asks
        if row.changes:
            resource.does("POST", path, row.function, "plain", loose=True)
        else:
            asked(path, row.function, "plain", loose=True)
    return resource.router
