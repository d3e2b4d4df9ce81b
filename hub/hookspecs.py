"""The hooks that the hub may call in a plugin: the whole contract on one screen.

A plugin names only the arguments that it needs; customer fields among them are all that it receives (G2).
Every verb may also name `key` (our serial, one per ask, for ever), `asked_at` and `now` (UTC) and `settings`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.domain.privacy.masking import Secret
from hub.plugin import Channel, Conversation, Heard, Listing, Reply, Request, hookspec

QUESTIONS: Mapping[str, str] = {
    "bind_card": "query_binding",
    "unbind_card": "query_unbinding",
    "deliver_agreements": "query_delivery",
    "confirm_binding": "query_binding",
    "announce_customer": "query_announcement",
    "announce_customers": "query_announcements",
}
"""Each changing verb with the verb that asks how it ended (ADR 0004)."""
READS = frozenset(
    {"probe", "check_card", "list_bindings", "list_devices", "query_device", "query_binding_in_force"}
    | set(QUESTIONS.values())
)
"""Verbs that change nothing at the partner: safe to repeat."""
ROWS = ("agreements", "customers")
"""The arguments of batch verbs that hold the rows."""


# `firstresult`: each plugin has a manager of its own, with the hub's defaults beside it. The first answer other than
# None counts, so that a plugin's own envelope goes before the default.
@hookspec(firstresult=True)
def channel() -> Channel:
    """Declare the partner. Called once, at start."""


@hookspec(firstresult=True)
def seal(request: Request, settings: Any, key: str, exchange: str, now: datetime) -> Request:
    """Sign, encrypt and frame. Called for every sending; `exchange` is new each time, `key` never."""


@hookspec(firstresult=True)
def unseal(reply: Reply, settings: Any) -> Any:
    """Verify the raw bytes, decode, return the content, or raise Refused, Busy, Unknown or Forged."""


@hookspec(firstresult=True)
def probe(settings: Any, now: datetime) -> Conversation:
    """Are address, keys and rights in order? Changes nothing; returns ProbeLegs."""


@hookspec(firstresult=True)
def check_card(key: str, holder_name: str, card_number: Secret, id_number: Secret, settings: Any) -> Conversation:
    """Is the card usable, and is it the holder's? Returns a CardChecked (R7.12)."""


@hookspec(firstresult=True)
def bind_card(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    id_number: Secret,
    phone: Secret,
    agreement_no: str,
    signed_on: str,
    settings: Any,
    now: datetime,
) -> Conversation:
    """File one settlement account (R7.9). Returns Accepted, BindingLive or Declined."""


@hookspec(firstresult=True)
def query_binding(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    reference: str,
    settings: Any,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """How did `bind_card` end, and what is in force? Safe to repeat; one fact."""


@hookspec(firstresult=True)
def query_binding_in_force(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    reference: str,
    settings: Any,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """What do you hold for this customer now? Asked when an end was reported, before it is believed.

    BindingLive (with its agreement_no and card_ending), BindingEnded (the partner holds none, or it ended), or Pending
    when it cannot say now. `key` is this question's own and new: the partner never saw it, so it is not looked up
    there; never Absent.
    """


@hookspec(firstresult=True)
def unbind_card(
    key: str, customer_code: str, holder_name: str, card_number: Secret, reference: str, settings: Any, now: datetime
) -> Conversation:
    """End the account at the bank (R10.1). Returns Accepted or BindingEnded."""


@hookspec(firstresult=True)
def query_unbinding(
    key: str,
    customer_code: str,
    card_number: Secret,
    reference: str,
    settings: Any,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """How did `unbind_card` end? BindingEnded, Pending, BindingLive (still in force) or Declined.

    About our own request alone: what is in force, whoever brought it about, is asked by query_binding_in_force.
    """


@hookspec(firstresult=True)
def deliver_agreements(key: str, agreements: Sequence[Any], settings: Any, now: datetime) -> Conversation:
    """A package of agreements (R7.10); rows are of the plugin's own row type, which names their fields.

    One fact a row, with its `row_no`; a row without a fact is unknown.
    """


@hookspec(firstresult=True)
def query_delivery(
    key: str, agreements: Sequence[Any], reference: str, settings: Any, asked_at: datetime, now: datetime
) -> Conversation:
    """How did each row of the package end? A row without a fact stays unknown. Safe to repeat."""


@hookspec(firstresult=True)
def confirm_binding(
    key: str, customer_code: str, code: Secret, reference: str, settings: Any, now: datetime
) -> Conversation:
    """Hand in what `bind_card` asked for (NeedsInput): the code that the customer received by SMS.

    Returns BindingLive, Accepted, Declined, or NeedsInput again (a wrong code with tries left).
    """


@hookspec(firstresult=True)
def list_bindings(key: str, since: datetime | None, cursor: str, settings: Any, now: datetime) -> Listing:
    """All bindings in force at the partner (`since` None), or those changed since a moment, in Pages after `cursor`.

    A record that is not understood goes into `Page.unread`, as `page_of` puts it, and the list goes on.
    """


@hookspec(firstresult=True)
def announce_customer(
    key: str,
    customer_code: str,
    licence_no: str,
    holder_name: str,
    shop_name: str,
    order_day: str,
    phone: Secret,
    agreement_no: str,
    settings: Any,
    now: datetime,
) -> Conversation:
    """Give a carrier the customer's code and order day (R7.7, R7.8).

    Returns Accepted (taken, not done), CustomerKnown or Declined.
    """


@hookspec(firstresult=True)
def query_announcement(
    key: str,
    customer_code: str,
    phone: Secret,
    agreement_no: str,
    reference: str,
    settings: Any,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """How did `announce_customer` end? CustomerKnown, Pending, Declined or Absent."""


@hookspec(firstresult=True)
def announce_customers(key: str, customers: Sequence[Any], settings: Any, now: datetime) -> Conversation:
    """Announce a package of customers; rows are of the plugin's own row type. One fact a row, as announce_customer."""


@hookspec(firstresult=True)
def query_announcements(
    key: str, customers: Sequence[Any], reference: str, settings: Any, asked_at: datetime, now: datetime
) -> Conversation:
    """How did each row of the package end? A row without a fact stays unknown. Safe to repeat."""


@hookspec(firstresult=True)
def list_devices(key: str, since: datetime | None, cursor: str, settings: Any, now: datetime) -> Listing:
    """Agreements and devices at a carrier, all (`since` None) or changed since a moment, in Pages after `cursor`.

    Facts: AgreementSigned, AgreementEnded, DeviceBound, DeviceFailed, DeviceEnded. A record that is not understood goes
    into `Page.unread`, as `page_of` puts it, and the list goes on.
    """


@hookspec(firstresult=True)
def query_device(key: str, agreement_no: str, device_no: str, settings: Any, now: datetime) -> Conversation:
    """What does the carrier hold under this agreement or device, which its lists did not show?

    Facts as of list_devices, those under the number; Absent when it knows no such number. Safe to repeat.
    """


@hookspec(firstresult=True)
def receive(body: bytes, headers: Mapping[str, str], settings: Any, now: datetime) -> Heard:
    """A callback: verify over the raw bytes and its freshness, then facts and the answer to give.

    Header names are in lower case. Raises Forged for anything that is not surely the partner's, Unknown for a message
    that is the partner's but cannot be understood (it is kept for a person).
    """
