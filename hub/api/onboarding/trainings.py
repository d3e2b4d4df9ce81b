"""Trainings agreed with new entrants (R7.7, R7.8)."""

from hub.api.resource import Resource
from hub.operations.onboarding import trainings

resource = Resource("onboardings")
resource.shows("/trainings", trainings.list_trainings, "training")
resource.does("POST", "/customers/{customer_id}/trainings", trainings.agree_training, "agree", status=201)
resource.does("POST", "/trainings/{training_id}/record", trainings.record_training, "record")
