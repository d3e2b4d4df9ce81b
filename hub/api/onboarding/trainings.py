"""Trainings that are agreed with new entrants (R7.7, R7.8)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Made, Shown
from hub.domain.inputs import Code
from hub.operations.desk import Desk
from hub.operations.onboarding import trainings

resource = Resource("onboardings")


class Agreed(Given):
    """When and how the customer is trained."""

    day: Day
    way: Code


class TrainingShown(Shown):
    """A training that is agreed."""

    id: UUID
    customer_id: UUID
    by_whom: str
    day: date
    way: str


class Held(Given):
    """Whether it was held."""

    held: bool
    note: Annotated[str, Field(max_length=200)] = ""


@resource.get("/trainings", trainings.list_trainings)
def training(desk: Desk) -> list[TrainingShown]:
    """Trainings that are agreed, by day."""
    return [TrainingShown.model_validate(row) for row, _ in trainings.list_trainings(desk)]


@resource.change("POST", "/customers/{customer_id}/trainings", trainings.agree_training, status=201)
def agree(desk: Desk, customer_id: UUID, given: Agreed) -> Made:
    """Agree on a training."""
    return Made(id=trainings.agree_training(desk, customer_id, given.day, given.way))


@resource.change("POST", "/trainings/{training_id}/record", trainings.record_training)
def record(desk: Desk, training_id: UUID, given: Held) -> Done:
    """What became of it."""
    trainings.record_training(desk, training_id, given.held, given.note)
    return Done()
