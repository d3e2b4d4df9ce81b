"""Whether a value is on the unit's list, or a person holds the post there: checked wherever one is written (R2.2)."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field
from hub.domain.customers.unit_lists import LISTED, PEOPLE, NotListed, in_use, not_listed, not_of_the_post
from hub.operations.desk import Desk
from hub.registry.customers import unit_lists
from hub.registry.schema import User
from hub.registry.staff import leave_cover, users


def values_of(desk: Desk, unit_code: str, key: str) -> list[str]:
    """The values of a list that a customer of the unit may have: the unit's own, and those of the units above it."""
    return in_use(key, unit_lists.standing(desk.tx, users.units_above(desk.tx, unit_code), key))


def people_of(desk: Desk, unit_code: str, key: str) -> list[User]:
    """Who may be named: A holders of the post in the unit and above it, since a post reaches down to units below."""
    return leave_cover.holders(desk.tx, PEOPLE[key], users.units_above(desk.tx, unit_code), "a")


def unlisted(desk: Desk, unit_code: str, key: str, value: str) -> NotListed | None:
    """The refusal of a value that the unit has no list entry for; None for one that it has, and for other fields."""
    if not value:
        return None
    if key in LISTED:
        kept = values_of(desk, unit_code, key)
        return None if value in kept else not_listed(FIELDS[key], kept)
    if key in PEOPLE:
        holders = people_of(desk, unit_code, key)
        known = any(value in (user.name, user.login) for user in holders)
        return None if known else not_of_the_post(FIELDS[key], [user.name for user in holders])
    return None


def keep_to_list(desk: Desk, unit_code: str, key: str, value: str) -> str:
    """The value as the record keeps it: a person by name, also when the login was given. Raises NotListed."""
    refusal = unlisted(desk, unit_code, key, value)
    if refusal is not None:
        raise refusal
    if key in PEOPLE and value:
        return next((user.name for user in people_of(desk, unit_code, key) if user.login == value), value)
    return value


def is_listed(desk: Desk) -> Callable[[str, str, str], bool]:
    """A test whether (unit, field, value) is allowed, for the many lines of a file: it queries only once for each."""

    # For one import only: the cache goes with this call's answers and cannot grow stale.
    @cache
    def known(unit_code: str, key: str, value: str) -> bool:
        return unlisted(desk, unit_code, key, value) is None

    return known


def offered(desk: Desk, unit_code: str, field: Field) -> Field:
    """The field with what a form offers in this unit; any other field as it is."""
    if field.key in PEOPLE:
        return replace(
            field, choices={user.name: (user.name, user.name) for user in people_of(desk, unit_code, field.key)}
        )
    if field.key not in LISTED:
        return desk.known_field(field)
    words = field.choices or {}
    return replace(
        field, choices={value: words.get(value, (value, value)) for value in values_of(desk, unit_code, field.key)}
    )
