"""Queries about accounts, agreements, evidence and notices."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.domain.states import (
    ACCOUNT,
    AGREEMENT,
    DEVICE,
    OPEN_ACCOUNTS,
    OPEN_ASKS,
    AccountState,
    AgreementState,
    DeviceState,
)
from hub.registry.schema import Account, Agreement, Ask, Customer, Device, Evidence, Notice
from hub.registry.schema.settlement import OF_CARRIER
from hub.registry.session import Transaction, WrongStep

from .stale_notices import STALE

TABLES: Mapping[type, Mapping[Any, frozenset[Any]]] = {Account: ACCOUNT, Agreement: AGREEMENT, Device: DEVICE}


def become(row: Account | Agreement | Device, to: AccountState | AgreementState | DeviceState) -> None:
    """Move a row to a state that its table allows; raises WrongStep."""
    table: Mapping[Any, frozenset[Any]] = TABLES[type(row)]
    old = type(to)(row.state)
    if to != old and to not in table[old]:
        raise WrongStep(f"{type(row).__name__} {row.id}: {old} -> {to}")
    row.state = to


def accounts_of(tx: Transaction, customer_id: UUID) -> list[Account]:
    """All accounts of a customer, newest first."""
    query = select(Account).where(Account.customer_id == customer_id).order_by(Account.filed_at.desc())
    return list(tx.scalars(query))


def open_accounts(tx: Transaction, customer_id: UUID) -> list[Account]:
    """Accounts filed, live or ending."""
    query = select(Account).where(Account.customer_id == customer_id, Account.state.in_(OPEN_ACCOUNTS))
    return list(tx.scalars(query))


def live_account(tx: Transaction, customer_id: UUID) -> Account | None:
    """The account by which the customer settles."""
    return tx.scalar(select(Account).where(Account.customer_id == customer_id, Account.state == AccountState.LIVE))


def last_lived(tx: Transaction, customer_id: UUID, before: datetime | None = None) -> Account | None:
    """The account by which the customer settles or last settled; with `before`, among those filed before a moment."""
    query = select(Account).where(Account.customer_id == customer_id, Account.live_at.is_not(None))
    query = query if before is None else query.where(Account.filed_at < before)
    return tx.scalar(query.order_by(Account.live_at.desc()).limit(1))


def others_at(tx: Transaction, new: Account) -> list[Account]:
    """The customer's accounts at the same bank that are live or ending."""
    query = select(Account).where(Account.customer_id == new.customer_id, Account.channel == new.channel)
    there = Account.state.in_((AccountState.LIVE, AccountState.ENDING))
    return list(tx.scalars(query.where(Account.id != new.id, there).order_by(Account.filed_at)))


def waiting_at(tx: Transaction, customer_id: UUID, channel: str) -> Account | None:
    """The account that is filed but not yet sent to its bank, because the old one must end first."""
    query = select(Account).where(Account.customer_id == customer_id, Account.channel == channel)
    asked = select(Ask.id).where(Ask.subject_id == Account.id).exists()
    return tx.scalar(query.where(Account.state == AccountState.FILED, ~asked))


def endings_without_ask(tx: Transaction, since: datetime, limit: int) -> list[Account]:
    """Ending accounts without an open ask or a refusal by their bank since a moment; locked, others' are skipped."""
    # A bank's own no holds an account back until `since` has passed it; any other reason may be over by now.
    about = select(Ask.id).where(Ask.subject_id == Account.id)
    open_one = about.where(Ask.state.in_(OPEN_ASKS))
    # "gate:…" is our own refusal to send (G2), not the bank's answer.
    said_no = about.where(Ask.verb == "unbind_card", Ask.ended_at > since, Ask.reason.not_like("gate:%"))
    query = select(Account).where(Account.state == AccountState.ENDING, ~open_one.exists(), ~said_no.exists())
    return list(tx.scalars(query.order_by(Account.customer_id).limit(limit).with_for_update(skip_locked=True)))


def account(tx: Transaction, account_id: UUID) -> Account | None:
    """The account with this id."""
    return tx.get(Account, account_id)


def accounts(tx: Transaction, ids: list[UUID]) -> dict[UUID, Account]:
    """Many accounts by id."""
    return {account.id: account for account in tx.scalars(select(Account).where(Account.id.in_(ids)))}


def preload(tx: Transaction, account_ids: list[UUID]) -> list[object]:
    """Load accounts, their agreements and customers in three queries. Keep the result: the session holds rows weakly."""
    loaded = list(tx.scalars(select(Account).where(Account.id.in_(account_ids))))
    agreed = tx.scalars(select(Agreement).where(Agreement.id.in_([account.agreement_id for account in loaded])))
    owners = tx.scalars(select(Customer).where(Customer.id.in_([account.customer_id for account in loaded])))
    return [*loaded, *agreed, *owners]


def agreement(tx: Transaction, agreement_id: UUID) -> Agreement | None:
    """The agreement with this id."""
    return tx.get(Agreement, agreement_id)


def agreement_numbered(tx: Transaction, channel: str, number: str) -> Agreement | None:
    """The agreement with this number at this bank, unless it was refused."""
    query = select(Agreement).where(Agreement.channel == channel, Agreement.agreement_no == number)
    return tx.scalar(query.where(Agreement.state != "refused"))


def agreements_of(tx: Transaction, customer_id: UUID) -> list[Agreement]:
    """All agreements of a customer, newest first."""
    query = select(Agreement).where(Agreement.customer_id == customer_id).order_by(Agreement.signed_on.desc())
    return list(tx.scalars(query))


def carriers_agreements(tx: Transaction, customer_id: UUID) -> list[Agreement]:
    """Agreements of a customer with carriers, newest first."""
    query = select(Agreement).where(Agreement.customer_id == customer_id, OF_CARRIER)
    return list(tx.scalars(query.order_by(Agreement.signed_on.desc())))


def evidence(tx: Transaction, customer_id: UUID, evidence_id: UUID | None) -> Evidence | None:
    """The paper, if it is this customer's."""
    paper = tx.get(Evidence, evidence_id) if evidence_id else None
    return paper if paper and paper.customer_id == customer_id else None


def hold_papers(tx: Transaction, customer_id: UUID, ids: Collection[UUID]) -> None:
    """A customer's papers, locked in the order of their ids, so that two applications that want them never deadlock."""
    # Ids alone: the rows hold whole scans.
    query = select(Evidence.id).where(Evidence.customer_id == customer_id, Evidence.id.in_(ids))
    tx.execute(query.order_by(Evidence.id).with_for_update())


def evidence_of_kind(tx: Transaction, customer_id: UUID, kind: str) -> Evidence | None:
    """The customer's newest paper of a kind."""
    query = select(Evidence).where(Evidence.customer_id == customer_id, Evidence.kind == kind)
    return tx.scalar(query.order_by(Evidence.taken_at.desc()).limit(1))


def unused_papers(tx: Transaction, customer_id: UUID, kinds: frozenset[str]) -> set[str]:
    """Those of these kinds of which the customer has a paper that no account and no agreement uses."""
    query = select(Evidence.kind).where(Evidence.customer_id == customer_id, Evidence.kind.in_(kinds))
    used = select(Account.id).where(Account.evidence_id == Evidence.id).exists()
    signed = select(Agreement.id).where(Agreement.evidence_id == Evidence.id).exists()
    return set(tx.scalars(query.where(~used, ~signed).distinct()))


def notice(tx: Transaction, notice_id: UUID) -> Notice | None:
    """The notice with this id."""
    return tx.get(Notice, notice_id)


def notices_of(tx: Transaction, customer_id: UUID) -> list[Notice]:
    """All notices for a customer, newest first."""
    return list(tx.scalars(select(Notice).where(Notice.customer_id == customer_id).order_by(Notice.made_at.desc())))


def evidence_by_id(tx: Transaction, evidence_id: UUID) -> Evidence | None:
    """The paper with this id."""
    return tx.get(Evidence, evidence_id)


def papers_of(tx: Transaction, customer_id: UUID) -> list[Evidence]:
    """A customer's papers, newest first."""
    query = select(Evidence).where(Evidence.customer_id == customer_id).order_by(Evidence.taken_at.desc())
    return list(tx.scalars(query))


def papers_of_kind(tx: Transaction, customer_ids: list[UUID], kind: str) -> list[Evidence]:
    """The papers of a kind of some customers, newest first."""
    query = select(Evidence).where(Evidence.customer_id.in_(customer_ids), Evidence.kind == kind)
    return list(tx.scalars(query.order_by(Evidence.taken_at.desc())))


def devices_of(tx: Transaction, customer_id: UUID) -> list[Device]:
    """A customer's devices."""
    return list(tx.scalars(select(Device).where(Device.customer_id == customer_id).order_by(Device.bound_at.desc())))


def asks_of(tx: Transaction, customer_id: UUID) -> list[Ask]:
    """A customer's asks, newest first."""
    return list(tx.scalars(select(Ask).where(Ask.customer_id == customer_id).order_by(Ask.id.desc())))


def untold(tx: Transaction, units: frozenset[str] | None, limit: int = 100) -> list[tuple[Notice, Customer]]:
    """Notices not passed on yet, oldest first."""
    query = select(Notice, Customer).join(Customer, Customer.id == Notice.customer_id).where(Notice.told_at.is_(None))
    query = query.where(~STALE)
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    return [(notice, customer) for notice, customer in tx.execute(query.order_by(Notice.made_at).limit(limit))]


def held(tx: Transaction, channels: list[str]) -> dict[str, set[tuple[str, str, str]]]:
    """What we hold at each channel: live accounts as (customer code, ending, state), devices that are not ended as
    (device number, customer code, state).
    """
    numbers: dict[str, set[tuple[str, str, str]]] = {channel: set() for channel in channels}
    bound = select(Account.channel, Customer.code, Account.ending, Account.state).join(
        Customer, Customer.id == Account.customer_id
    )
    for channel, *account in tx.execute(bound.where(Account.state == AccountState.LIVE)):
        numbers[channel].add((account[0], account[1], account[2]))
    devices = select(Device.channel, Device.device_no, Customer.code, Device.state).join(
        Customer, Customer.id == Device.customer_id
    )
    for channel, *device in tx.execute(devices.where(Device.state != DeviceState.ENDED)):
        numbers[channel].add((device[0], device[1], device[2]))
    return numbers
