"""Settlement accounts (R7.9): the plan, binding, unbinding, and telling the customer."""

from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import Field

from hub.domain.inputs import Code, Text, Version
from hub.domain.refusals import Refusal
from hub.operations import carriers
from hub.operations.desk import Desk
from hub.operations.settlement import accounts

from .problems import language_of
from .resource import Resource
from .shapes import Day, Done, Given, Id, Made, SecretText, Shown

resource = Resource("accounts")


class Binding(Given):
    """The account, its agreement and its papers."""

    version: Version
    channel: Code
    kind: Code
    number: SecretText
    payer_name: Text
    agreement_no: Annotated[Text, Field(max_length=64)]
    signed_on: Day
    agreement_evidence_id: Id | None = None
    evidence_id: Id | None = None
    exception_evidence_id: Id | None = None
    with_package: bool = False

    def request(self, customer_id: UUID) -> accounts.BindingRequest:
        """As the operation takes it."""
        given = {name: getattr(self, name) for name in type(self).model_fields if name != "plan_digest"}
        return accounts.BindingRequest(customer_id=customer_id, **given)


class PlannedBinding(Binding):
    """The binding, and the digest of the plan that was shown for it."""

    plan_digest: Annotated[str, Field(max_length=128)] | None = None


class Lack(Shown):
    """Something that the plan still needs."""

    code: str
    article: str
    detail: str
    advice: str


class Step(Shown):
    """One thing that will happen, and the article behind it."""

    text: str
    article: str


class Plan(Shown):
    """What binding would do, which fields leave to whom, and what is missing. Nothing is written."""

    lines: list[Step]
    receiver: str
    fields: list[str]
    missing: list[Lack]
    article: str
    digest: str


class Unbinding(Given):
    """Which version of the account ends, and why."""

    version: Version
    why: Text


class Telling(Given):
    """By which way the customer was told."""

    way: Code


@resource.ask("/customers/{customer_id}/accounts/plan", accounts.plan_binding)
def plan(desk: Desk, request: Request, customer_id: UUID, given: Binding) -> Plan:
    """What would happen, and all that is missing for it."""
    found = accounts.plan_binding(desk, given.request(customer_id))
    language = language_of(request)
    return Plan(
        lines=[Step(text=line.zh if language == "zh" else line.en, article=line.article) for line in found.lines],
        receiver=found.channel,
        fields=[names[language != "zh"] for names in found.fields],
        missing=[_lack(refusal, language) for refusal in found.missing],
        article=found.article,
        digest=found.digest,
    )


def _lack(refusal: Refusal, language: str) -> Lack:
    detail, advice = refusal.sentence(language), refusal.advice(language)
    return Lack(code=refusal.code, article=refusal.article, detail=detail, advice=advice)


@resource.change("POST", "/customers/{customer_id}/accounts", accounts.bind_account, status=202)
def bind(desk: Desk, customer_id: UUID, given: PlannedBinding) -> Made:
    """File the account here and ask the bank for it; `id` is the ask's."""
    return Made(id=accounts.bind_account(desk, given.request(customer_id), given.plan_digest))


@resource.change("POST", "/accounts/{account_id}/unbind", accounts.unbind_account, status=202)
def unbind(desk: Desk, account_id: UUID, given: Unbinding) -> Made:
    """End the account here and at the bank; `id` is the ask's."""
    return Made(id=accounts.unbind_account(desk, account_id, given.version, given.why))


@resource.change("POST", "/notices/{notice_id}/told", accounts.tell_customer)
def told(desk: Desk, notice_id: UUID, given: Telling) -> Done:
    """The customer was told (R7.9)."""
    accounts.tell_customer(desk, notice_id, given.way)
    return Done()


class Announcing(Given):
    """Which agreement of the customer's with a carrier."""

    agreement_no: Annotated[Text, Field(max_length=64)]


@resource.change("POST", "/customers/{customer_id}/announcements", carriers.announce_by_hand, status=202)
def announce(desk: Desk, customer_id: UUID, given: Announcing) -> Made:
    """Give the carrier code and order day now, as after a refusal that was mended; `id` is the ask's (R7.7, R7.8)."""
    return Made(id=carriers.announce_by_hand(desk, customer_id, given.agreement_no))
