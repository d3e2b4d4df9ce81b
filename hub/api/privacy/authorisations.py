"""What lets data leave: customers' authorisations, and confidentiality agreements with partners (G1, G2)."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Id, Made
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.privacy import authorisations

resource = Resource("authorisations")


class NewAuthorisation(Given):
    """A customer's permission: for one partner, for one purpose."""

    channel: Code
    purpose: Code
    text_version: Text
    way: Code
    given_on: Day
    evidence_id: Id | None = None


class Withdrawal(Given):
    """Why the permission ends."""

    why: Text


class NewConfidentiality(Given):
    """A confidentiality agreement with a partner."""

    channel: Code
    agreement_no: Annotated[Text, Field(max_length=64)]
    valid_from: Day
    valid_until: Day


class Ending(Given):
    """The day on which an agreement ends."""

    ended_on: Day


@resource.change("POST", "/customers/{customer_id}/authorisations", authorisations.give_authorisation, status=201)
def give(desk: Desk, customer_id: UUID, given: NewAuthorisation) -> Made:
    """Record an authorisation that the customer gave."""
    return Made(
        id=authorisations.give_authorisation(
            desk,
            customer_id,
            given.channel,
            given.purpose,
            given.text_version,
            given.way,
            given.given_on,
            given.evidence_id,
        )
    )


@resource.change("POST", "/authorisations/{authorisation_id}/withdraw", authorisations.withdraw_authorisation)
def withdraw(desk: Desk, authorisation_id: UUID, given: Withdrawal) -> Done:
    """The customer takes the authorisation back."""
    authorisations.withdraw_authorisation(desk, authorisation_id, given.why)
    return Done()


@resource.change("POST", "/confidentiality-agreements", authorisations.record_confidentiality, status=201)
def record(desk: Desk, given: NewConfidentiality) -> Made:
    """Record a confidentiality agreement."""
    made = authorisations.record_confidentiality(
        desk, given.channel, given.agreement_no, given.valid_from, given.valid_until
    )
    return Made(id=made)


@resource.change("POST", "/confidentiality-agreements/{agreement_id}/end", authorisations.end_confidentiality)
def end(desk: Desk, agreement_id: UUID, given: Ending) -> Done:
    """End a confidentiality agreement."""
    authorisations.end_confidentiality(desk, agreement_id, given.ended_on)
    return Done()
