"""Queries about applications, their signatures, and tasks."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from hub.domain.states import APPLICATION, OPEN_APPLICATIONS, ApplicationState
from hub.registry.schema import Application, Customer, Signature, Unit, UnitRule
from hub.registry.session import Transaction, WrongStep


def step(row: Application, to: ApplicationState) -> None:
    """Move an application to a state that its table allows; raises WrongStep."""
    old = ApplicationState(row.state)
    if to != old and to not in APPLICATION[old]:
        raise WrongStep(f"Application {row.id}: {old} -> {to}")
    row.state = to


def application(tx: Transaction, application_id: UUID, *, lock: bool = False) -> Application | None:
    """The application with this id."""
    query = select(Application).where(Application.id == application_id)
    return tx.scalar(query.with_for_update() if lock else query)


def open_application(tx: Transaction, customer_id: UUID, rule: str) -> Application | None:
    """The customer's open application under a rule, locked."""
    query = select(Application).where(
        Application.customer_id == customer_id, Application.rule == rule, Application.state.in_(OPEN_APPLICATIONS)
    )
    return tx.scalar(query.with_for_update())


def bound_by(tx: Transaction, customer_id: UUID, evidence_id: UUID) -> Application | None:
    """The application that a paper belongs to: an open one, or one that was carried out."""
    query = select(Application).where(
        Application.customer_id == customer_id,
        Application.evidence.contains([str(evidence_id)]),
        Application.state.in_((*OPEN_APPLICATIONS, ApplicationState.CARRIED_OUT)),
    )
    return tx.scalars(query.order_by(Application.sent_at).limit(1)).first()


def open_under(tx: Transaction, unit_code: str, rule: str) -> list[Application]:
    """A unit's applications under a rule that are being signed or carried out, locked."""
    query = select(Application).where(Application.unit_code == unit_code, Application.rule == rule)
    query = query.where(Application.state.in_((ApplicationState.SENT, ApplicationState.APPROVED)))
    # In the order of ids, so that two of these never deadlock.
    return list(tx.scalars(query.order_by(Application.id).with_for_update()))


def under_other_versions(tx: Transaction, versions: Mapping[str, str], limit: int) -> list[Application]:
    """Open applications whose rule has another version by now or is gone; locked, others' are skipped.

    What a unit set for itself stands after the version's dash and is not compared here.
    """
    query = select(Application).where(Application.state.in_((ApplicationState.SENT, ApplicationState.APPROVED)))
    known = [f"{rule} {version}" for rule, version in versions.items()]
    named = func.concat(Application.rule, " ", func.split_part(Application.rule_version, "-", 1))
    query = query.where(named.not_in(known)).order_by(Application.sent_at, Application.id)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def last_done(tx: Transaction, customer_id: UUID, rule: str) -> datetime | None:
    """When a change under a rule was last carried out for the customer."""
    query = select(func.max(Application.done_at)).where(Application.customer_id == customer_id)
    return tx.scalar(query.where(Application.rule == rule, Application.state == ApplicationState.CARRIED_OUT))


def applications_of(tx: Transaction, customer_id: UUID) -> list[Application]:
    """A customer's applications, newest first."""
    query = select(Application).where(Application.customer_id == customer_id)
    return list(tx.scalars(query.order_by(Application.sent_at.desc())))


def recent(tx: Transaction, units: frozenset[str] | None, state: str | None, limit: int) -> list[Application]:
    """Applications of some units, newest first."""
    query = select(Application).order_by(Application.sent_at.desc(), Application.id)
    if units is not None:
        query = query.where(Application.unit_code.in_(units))
    return list(tx.scalars((query.where(Application.state == state) if state else query).limit(limit)))


def signatures(tx: Transaction, application_id: UUID) -> list[Signature]:
    """Decisions about an application, in order."""
    query = select(Signature).where(Signature.application_id == application_id)
    return list(tx.scalars(query.order_by(Signature.at, Signature.step)))


def waiting(tx: Transaction, units: frozenset[str] | None) -> int:
    """How many applications wait for a signature or to be carried out."""
    query = select(func.count()).select_from(Application).where(Application.state.in_(("sent", "approved")))
    return int(tx.scalar(query if units is None else query.where(Application.unit_code.in_(units))) or 0)


def unit_refuses(tx: Transaction, unit_code: str) -> frozenset[str]:
    """The interim ways of settling that the unit does not allow; what it has not decided is left open (R9.4)."""
    own = tx.get(UnitRule, (unit_code, "cash_unit_choice"))
    decided = {"cash": own.cash, "company_account": own.company_account} if own else {}
    return frozenset(way for way, allowed in decided.items() if allowed is False)


def unit_rule(tx: Transaction, unit_code: str, rule: str) -> UnitRule | None:
    """What the unit has set for a rule."""
    return tx.get(UnitRule, (unit_code, rule))


def unit_rules(tx: Transaction, units: frozenset[str] | None) -> list[UnitRule]:
    """What some units have set, by unit and rule."""
    query = select(UnitRule).order_by(UnitRule.unit_code, UnitRule.rule)
    return list(tx.scalars(query if units is None else query.where(UnitRule.unit_code.in_(units))))


def hold_unit_rule(tx: Transaction, unit_code: str, rule: str) -> None:
    """Lock a unit's rule, whether it has a row or not, until the transaction ends: two people who set it take turns."""
    # PostgreSQL keeps two-part keys apart from the single ones that the other advisory locks use.
    tx.execute(select(func.pg_advisory_xact_lock(5102, func.hashtext(f"{unit_code} {rule}"))))


def units_with_customers(tx: Transaction) -> list[str]:
    """Codes of the units with customers of their own."""
    some = select(Customer.id).where(Customer.unit_code == Unit.code).exists()
    return list(tx.scalars(select(Unit.code).where(some).order_by(Unit.code)))
