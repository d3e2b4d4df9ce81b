"""Queues an ask: its key, fields and right to send are fixed in the transaction of the change that needs it."""

import json
from typing import Any
from uuid import UUID

from hub.domain.capabilities import AT_COUNTER, OURS, Capability, Verb
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import VERB_PURPOSE
from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.ports import SHANGHAI, new_digits, new_id, now
from hub.registry.schema import Ask, Customer
from hub.registry.vault import SYSTEM, Vault

from .desk import Desk
from .disclosure import permit

# Sealed as plain JSON; these come back as Secrets, so that they cannot slip into a log or a page.
SECRET_FIELDS = frozenset({"card_number", "id_number", "phone"})


class CannotBeAsked(Refusal):
    """The partner's plugin has no such verb, or is not in use (R10.1): people settle it with the partner."""

    article = "R10.1"
    says = (
        "{channel}不能由本系统办理此项,没有发出。",
        "{channel} cannot be asked for this by the hub; nothing was sent.",
    )
    then = ("请直接与该合作方办理,并登记结果。", "Settle it with the partner, and record the outcome.")


def new_key() -> str:
    """Our serial: 24 digits, 14 of the moment and 10 random ones; made once for each ask (ADR 0004)."""
    return now().astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S") + new_digits(10)


def leaving_fields(capability: Capability, verb: str) -> frozenset[str]:
    """All fields that the verb and its follow-up question send to the partner."""
    known = capability.verbs[verb]
    question = capability.verbs.get(known.question or "", Verb("", frozenset()))
    return known.fields | question.fields


def sealed_place(ask_id: UUID) -> str:
    """The place to which an ask's sealed fields are bound: copied to another ask they do not open."""
    return f"asks.fields_sealed:{ask_id}"


def leave(
    desk: Desk,
    customer: Customer,
    channel: str,
    verb: str,
    *,
    subject: tuple[str, UUID],
    article: str,
    values: dict[str, Any],
    planned: bool = False,
    extra_fields: frozenset[str] = frozenset(),
) -> Ask:
    """Queue an ask for the channel and nudge the engine. Raises the gate's refusals (G2).

    `values` may hold more than the plugin names; only what it names is kept for sending. A `planned` ask waits for
    its package. For a verb of the hub's own nothing is sent: the partner already has it and is only queried.
    """
    capability = desk.channels.get(channel)
    if capability is None or not capability.can(verb):
        raise CannotBeAsked(channel=desk.titles_of(channel))
    # Those of the question too: it may be put long after the record has changed, and needs what was sent then.
    fields = leaving_fields(capability, verb) | extra_fields
    purpose = VERB_PURPOSE[verb]
    right = permit(desk.tx, customer, channel, capability.titles, purpose, fields)
    state = AskState.PLANNED if planned else AskState.ACCEPTED if verb in OURS else AskState.QUEUED
    ask = new_ask(desk, channel, verb, state, subject=subject, article=article, field_names=sorted(fields))
    ask.customer_id, ask.customer_code = customer.id, customer.code
    leaving = {name: field for name, field in values.items() if name in fields}
    ask.fields_sealed = seal_fields(desk.vault, customer.id, ask.id, leaving)
    ask.authorisation_id = right.authorisation_id
    ask.waits_for = "package" if planned else "counter" if verb == AT_COUNTER else "worker"
    desk.tx.add(ask)
    # Written now: a second open ask about the subject breaks the unique index here, not at the commit.
    desk.tx.flush()
    if not planned:
        # In the same transaction: ask and job are committed together or not at all.
        desk.nudge(desk.tx, ask.id)
    return ask


def new_ask(
    desk: Desk,
    channel: str,
    verb: str,
    state: AskState,
    *,
    subject: tuple[str, UUID],
    article: str,
    field_names: list[str],
) -> Ask:
    """An ask by the desk's actor that waits for a worker, with a key of its own; not yet in the transaction."""
    moment = now()
    return Ask(
        id=new_id(),
        key=new_key(),
        channel=channel,
        verb=verb,
        subject_kind=subject[0],
        subject_id=subject[1],
        state=state,
        purpose=VERB_PURPOSE[verb],
        article=article,
        field_names=field_names,
        waits_for="worker",
        waits_until=moment,
        attempts=0,
        questions=0,
        absences=0,
        asked_by=desk.actor.user_id,
        asked_by_name=desk.actor.name,
        asked_at=moment,
        changed_at=moment,
    )


def seal_fields(vault: Vault, owner: UUID, ask_id: UUID, values: dict[str, Any]) -> bytes:
    """The fields as one sealed value, which never changes: a resend under the same key says the same."""
    plain = {name: content.reveal() if isinstance(content, Secret) else content for name, content in values.items()}
    return vault.seal(owner, sealed_place(ask_id), json.dumps(plain, ensure_ascii=False))


def seal_input(vault: Vault, ask: Ask, code: Secret) -> bytes:
    """A person's input, such as an SMS code, sealed until it is sent."""
    return vault.seal(ask.customer_id or SYSTEM, f"asks.input_sealed:{ask.id}", code)


def open_input(vault: Vault, ask: Ask) -> Secret:
    """The input that waits to be sent; empty if there is none."""
    if ask.input_sealed is None:
        return Secret("")
    return vault.open_text(ask.customer_id or SYSTEM, f"asks.input_sealed:{ask.id}", ask.input_sealed)


def open_fields(vault: Vault, ask: Ask) -> dict[str, Any]:
    """The fields of an ask, sensitive ones as Secrets. Raises Destroyed once the customer is erased, or Unreadable."""
    if ask.fields_sealed is None:
        return {}
    plain = json.loads(vault.open(ask.customer_id or SYSTEM, sealed_place(ask.id), ask.fields_sealed))
    return {name: Secret(content) if name in SECRET_FIELDS else content for name, content in plain.items()}
