"""The two addresses of the database, and how it is made ready by its owner and opened by the application."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from hub.logs import logger
from hub.registry import migrate
from hub.registry.database import embedded, roles
from hub.registry.database.put_back import Undone, put_back
from hub.registry.session import Store, StoreUnusable
from hub.settings import HubSettings

from .queue import install

T = TypeVar("T")
log = logger("engine")


@dataclass(frozen=True)
class Addresses:
    """The application's address, and the owner's for migrations; `owner` is None if only the application's is known."""

    application: str
    owner: str | None


def addresses(settings: HubSettings) -> Addresses:
    """The given server's addresses, or those of the embedded one, started if need be. Raises StoreUnusable."""
    owner = settings.owner_database_url.get_secret_value() if settings.owner_database_url else None
    if settings.database_url is not None:
        return Addresses(settings.database_url.get_secret_value(), owner)
    if owner is not None:
        raise StoreUnusable(
            "PARTNERHUB_OWNER_DATABASE_URL is set and PARTNERHUB_DATABASE_URL is not. Set both: the owner migrates, "
            "and the role of PARTNERHUB_DATABASE_URL, which owns nothing, works."
        )
    return of_embedded(settings.data)


def of_embedded(data: Path) -> Addresses:
    """The addresses of the embedded server under `data`, started if need be; makes the application's role."""
    owner = embedded.start(data)
    store = Store(owner, pool=1, setting="PARTNERHUB_DATA")
    try:
        store.check_server()
        roles.make(store, roles.APPLICATION)
        tell(roles.APPLICATION, put_back(store, roles.APPLICATION))
    finally:
        store.close()
    return Addresses(roles.address_as(owner, roles.APPLICATION), owner)


def as_owner(address: str, do: Callable[[Store], T]) -> T:
    """Run something as the owner; its connections end with the call."""
    owner = Store(address, pool=1, setting="PARTNERHUB_OWNER_DATABASE_URL")
    try:
        return do(owner)
    finally:
        owner.close()


def prepare(where: Addresses) -> tuple[str | None, str]:
    """Schema, queue and privileges, as the owner; returns the versions (old, new). Raises StoreUnusable.

    May be repeated at any time, also while the hub runs.
    """
    role = roles.role_of(where.application)
    if where.owner is None:
        return _nothing_to_prepare(where)

    def prepared(owner: Store) -> tuple[str | None, str]:
        # An unfit role is refused before anything is changed; grants come after the tables that they are for.
        roles.require_fit(owner, role)
        versions = migrate.upgrade(owner)
        install(owner)
        roles.give(owner, role)
        _put_back(owner, where.application)
        return versions

    return as_owner(where.owner, prepared)


def tell(role: str, undone: Undone) -> None:
    """Log a warning if the role had stored something for itself: the hub never does, so someone injected SQL."""
    if undone:
        log.warning(
            "role.put_back",
            role=role,
            parameters=list(undone.parameters),
            default_privileges=undone.default_privileges,
            large_objects=undone.large_objects,
        )


def open_store(where: Addresses, *, upgrade: bool = True) -> Store:
    """The application's store; the owner's work is done first, if its address is known.

    Raises StoreUnusable if the schema is not this code's, or if the role may do more than the hub should.
    """
    store = Store(where.application)
    try:
        roles.require_fit(store, roles.own_role(store))
        # Looked at first: on most starts nothing is missing, and nothing is written.
        if upgrade and where.owner is not None and not (migrate.is_newest(store) and roles.has_privileges(store)):
            prepare(where)
        migrate.require_newest(store)
        roles.require_privileges(store)
        roles.require_nothing_of_its_own(store)
    except StoreUnusable:
        store.close()
        raise
    return store


def _put_back(owner: Store, application: str) -> None:
    """Clean up as superuser, or else as the role itself: a mere owner of tables may not change another role."""
    role = roles.role_of(application)
    if roles.is_superuser(owner):
        tell(role, put_back(owner, role))
        return
    itself = Store(application, pool=1)
    try:
        itself.check_server()
        tell(role, put_back(itself, role))
    finally:
        itself.close()


# Without the owner's address nothing can be changed: `open_store` checks, and raises for whatever is missing.
def _nothing_to_prepare(where: Addresses) -> tuple[str, str]:
    open_store(where).close()
    newest = migrate.newest()
    return newest, newest
