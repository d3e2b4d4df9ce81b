"""Asks to a bank about an account: to enter it, to end it (R7.9, R10.1)."""

from typing import Any

from hub.domain.capabilities import AT_COUNTER
from hub.domain.states import AccountState
from hub.operations.desk import Desk
from hub.operations.outbox import leave
from hub.registry.schema import Account, Agreement, Ask, Customer
from hub.registry.settlement import accounts


def binding_values(desk: Desk, customer: Customer, account: Account, agreement: Agreement) -> dict[str, Any]:
    """All values of a binding that a plugin may declare; `leave` keeps those that the channel's plugin does declare."""
    number = desk.vault.open_text(customer.id, f"accounts.number_sealed:{account.id}", account.number_sealed)
    values: dict[str, Any] = {
        "customer_code": customer.code,
        "holder_name": account.payer_name,
        "card_number": number,
        "agreement_no": agreement.agreement_no,
        "signed_on": agreement.signed_on.isoformat(),
    }
    for name, field in (("id_number", "id_number"), ("phone", "order_phone")):
        if field in customer.sealed:
            values[name] = desk.vault.open_field(customer.id, field, customer.sealed[field])
    return values


def file_at_bank(
    desk: Desk, customer: Customer, account: Account, agreement: Agreement, *, with_package: bool = False
) -> Ask:
    """Ask the bank to enter a filed account. Raises the gate's refusals (G2)."""
    verb = desk.channels[account.channel].binding
    assert verb is not None
    return leave(
        desk,
        customer,
        account.channel,
        verb,
        subject=("account", account.id),
        article="R7.9",
        values=binding_values(desk, customer, account, agreement),
        # The customer carries the agreement to the counter: there is no package to wait for.
        planned=with_package and verb != AT_COUNTER,
    )


def end_at_bank(desk: Desk, customer: Customer, account: Account, article: str) -> Ask:
    """Mark the account as ending and ask the bank to end it. Raises the gate's refusals (G2)."""
    agreement = accounts.agreement(desk.tx, account.agreement_id)
    assert agreement is not None
    accounts.become(account, AccountState.ENDING)
    desk.tx.flush()
    values = binding_values(desk, customer, account, agreement)
    about = ("account", account.id)
    ask = leave(desk, customer, account.channel, "unbind_card", subject=about, article=article, values=values)
    # The bank's own reference to the binding, by which it finds what to end.
    ask.reference = account.reference
    return ask
