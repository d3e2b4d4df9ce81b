"""How the matrix judges: who acts, where, and what an operation that is rolled back answers."""

from collections.abc import Callable

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.operation import OPERATIONS
from hub.ports import new_id, now
from hub.registry.schema import User
from tests.support import people

OWN, OTHER, PARENT = "370101", "370102", "3701"
STRANGER_ID = new_id()
BELOW = {OWN: {OWN}, OTHER: {OTHER}, PARENT: {OWN, OTHER, PARENT}}


def holder(post: Post | None, unit: str) -> Actor:
    """Somebody with one post in one unit, or with none."""
    return Actor(people.CLERK_ID, "某人", frozenset({(post, unit)} if post else ()))


def stranger(post: Post, unit: str) -> Actor:
    """Somebody else, to whom nothing belongs, with one post in one unit."""
    return Actor(STRANGER_ID, "另一人", frozenset({(post, unit)}))


def enter_stranger(desk: Desk) -> None:
    """Let the stranger be a user, so that foreign keys hold."""
    user = User(id=STRANGER_ID, login="stranger", name="另一人", unit_code=PARENT, password_hash="x")
    user.password_set_at = user.created_at = now()
    desk.tx.add(user)
    desk.tx.flush()


class Undone(Exception):
    """Ends a try without leaving anything behind."""


def tried(office: Office, actor: Actor, do: Callable[[Desk], object]) -> Refusal | None:
    """The refusal of an operation that is rolled back whatever it did."""
    try:
        with office.desk(actor) as desk:
            do(desk)
            raise Undone
    except Undone:
        return None
    except Refusal as refusal:
        return refusal


def function_of(name: str) -> Callable[..., object]:
    """The function behind a row of the table."""
    return OPERATIONS[name].function
