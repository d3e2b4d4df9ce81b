"""What a carrier states in its list, and what the hub then does by itself."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from starlette.testclient import TestClient

from hub.channels import host
from hub.domain.facts import AgreementSigned, DeviceBound, Fact
from hub.domain.staff.posts import HUB
from hub.operations import periodic
from hub.operations.office import Office
from hub.operations.reconciliation.full_comparison import compare_all
from hub.operations.reconciliation.intake import take_in
from hub.ports import now

CHANNEL = {"handset": "telecom", "yanxintong": "mobile"}
DEVICE = "860000000000001"
CARRIERS = {key: partner.capability for key, partner in host.load(tuple(CHANNEL.values())).partners.items()}


def stated(office: Office, channel: str, *facts: Fact) -> None:
    """The carrier's list says this; then the hub does what it does every ten seconds."""
    with replace(office, channels=CARRIERS).desk(HUB) as desk:
        take_in(desk, channel, list(facts), now())
    compare_all(replace(office, channels=CARRIERS), channel, "list_devices")
    kept_up(office)


def signed_there(office: Office, code: str, method: str = "handset", until: date | None = None) -> None:
    """The customer signed at the carrier and took a device home."""
    number, at = f"TX-{code[-4:]}-{method}", now() - timedelta(hours=1)
    agreement = AgreementSigned(code, number, valid_until=until, at=at)
    stated(office, CHANNEL[method], agreement, DeviceBound(code, DEVICE, number, at=at))


def kept_up(office: Office) -> None:
    """Every step of the hub's, until nothing is left to be done."""
    for step in periodic.STEPS:
        for _ in range(20):
            if not office.perform(HUB, step):
                break


def field(client: TestClient, customer_id: UUID, key: str) -> Any:
    """A field of a customer as the API shows it."""
    page = client.get(f"/api/v1/customers/{customer_id}").json()
    return next(each["value"] for each in page["fields"] if each["field"] == key)
