"""A carrier's new agreement answered with the customer's code and order day, within a working day (R7.7, R7.8)."""

from typing import Any

from hub.domain.capabilities import Capability
from hub.domain.privacy import Secret
from hub.domain.refusals import Refusal
from hub.ports import now
from hub.registry import asks, differences
from hub.registry.differences import Found
from hub.registry.schema import Agreement, Customer

from .ask_desk import leave, leaving_fields
from .desk import Desk

VERB, BATCH = "announce_customer", "announce_customers"


def announce(desk: Desk, capability: Capability, agreement: Agreement) -> None:
    """Leave the announcement, for the next package where the carrier takes batches.

    What is missing for it (order day, authorisation) stands on the desk of differences.
    """
    customer = desk.tx.get(Customer, agreement.customer_id)
    if customer is None or not capability.can(VERB) or asks.open_ask(desk.tx, agreement.id):
        return
    missing = "" if customer.values.get("order_day") else "order_day"
    if not missing:
        try:
            leave(
                desk,
                customer,
                agreement.channel,
                VERB,
                subject=("agreement", agreement.id),
                article="R7.8" if agreement.kind == "two_party" else "R7.7",
                values=announced(desk, customer, agreement),
                planned=capability.can(BATCH),
                extra_fields=leaving_fields(capability, BATCH) if capability.can(BATCH) else frozenset(),
            )
            return
        except Refusal as refusal:
            missing = refusal.code
    found = Found(
        "agreement",
        agreement.agreement_no,
        "not_announced",
        customer.id,
        customer.code,
        None,
        {"missing": missing},
        {"state": "live", "agreement_no": agreement.agreement_no},
    )
    differences.opened(desk.tx, agreement.channel, found, "mend_and_announce", now())


def announced(desk: Desk, customer: Customer, agreement: Agreement) -> dict[str, Any]:
    """All that a plugin may name about a customer who orders through it."""
    token = customer.sealed.get("order_phone")
    phone = desk.vault.open_field(customer.id, "order_phone", token) if token else ""
    return {
        "customer_code": customer.code,
        "licence_no": customer.licence_no,
        "holder_name": customer.licence_holder,
        "shop_name": customer.shop_name,
        "order_day": str(customer.values.get("order_day", "")),
        "phone": Secret(phone) if isinstance(phone, str) else phone,
        "agreement_no": agreement.agreement_no,
    }
