"""The desk, which every operation receives first: who acts, from where, in which open transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from hub.domain.capabilities import Capability
from hub.domain.customers.fields import Field
from hub.domain.refusals import NotFound
from hub.domain.staff.posts import Actor, Post
from hub.registry.customers import customers
from hub.registry.schema import Customer, Unit
from hub.registry.session import Transaction
from hub.registry.staff import users
from hub.registry.vault import Vault


class Nudge(Protocol):
    """Puts a job for an ask on the queue, inside the transaction."""

    def __call__(self, tx: Transaction, ask_id: UUID, *, at: datetime | None = None) -> None: ...


@dataclass(frozen=True)
class Operation:
    """One thing that can be done, by whom, under which article. `changes` is false for reading."""

    name: str
    function: Callable[..., Any]
    article: str
    posts: frozenset[Post]
    title: tuple[str, str]
    changes: bool
    own: bool
    """Open to anyone signed in, for what is their own."""
    people_only: bool = False
    """Never by an API token, whatever its scopes."""
    company: bool = False
    """It affects every unit, so the post must be held at the company itself (R4.1)."""


@dataclass
class Desk:
    """The context of one action. `units` are those in which the actor may carry the operation out; None: all."""

    tx: Transaction
    vault: Vault
    actor: Actor
    nudge: Nudge
    channels: Mapping[str, Capability] = field(default_factory=dict)
    units: frozenset[str] | None = None
    request_id: str | None = None
    address: str | None = None
    doing: Operation | None = None
    depth: int = 0
    """How many operations are under way, each called by the one before."""
    audit_detail: dict[str, object] = field(default_factory=dict)
    at_unit: str | None = None
    """The unit of the customer or user whom the action is about."""
    audit_object: tuple[str, str] | None = None
    anchor: Path | None = None
    """The file outside the database that holds the audit chain's newest link."""

    def covered_units(self, posts: frozenset[Post]) -> frozenset[str]:
        """The units where the actor holds one of the posts, with those below; an API token narrows them to its own."""
        # A post reaches all units below the one where it is held.
        roots = {unit for post, unit in self.actor.grants if post in posts}
        units = users.units_below(self.tx, roots)
        limits = self.actor.token
        return units & users.units_below(self.tx, {limits.unit_code}) if limits else units

    def customer(self, customer_id: UUID, what: str = "客户") -> Customer:
        """The customer, if it exists and lies in a unit that this operation covers. Raises NotFound.

        `what` is what the caller named, so that the answer does not reveal whether another unit has it.
        """
        customer = customers.get(self.tx, customer_id)
        if customer is None or (self.units is not None and customer.unit_code not in self.units):
            raise NotFound(what=what)
        self.about("customer", customer.code)
        self.at_unit = customer.unit_code
        return customer

    def unit(self, code: str, what: str = "单位") -> Unit:
        """The unit, if it exists and this operation covers it. Raises the same NotFound in both cases."""
        unit = users.unit(self.tx, code)
        if unit is None or (self.units is not None and code not in self.units):
            raise NotFound(what=what)
        self.at_unit = code
        return unit

    def titles_of(self, channel: str) -> tuple[str, str]:
        """A partner's name, zh-CN and English; its key if its plugin is no longer there."""
        capability = self.channels.get(channel)
        return capability.titles if capability else (channel, channel)

    def known_field(self, known: Field) -> Field:
        """A field of the catalogue with the choices that hold here: a bank is one of the channels (R10.1)."""
        banks = {key: capability.titles for key, capability in self.channels.items() if capability.kind == "bank"}
        return replace(known, choices=banks) if known.kind == "bank" else known

    def about(self, kind: str, number: str) -> None:
        """Name the object of the audit line."""
        self.audit_object = (kind, number)
