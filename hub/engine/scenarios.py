"""Computes scenarios, one after the other; no transaction is open while the optimiser runs (R13.3)."""

from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.operations.routes import scenario_runs

log = logger("engine")


def compute_next(office: Office) -> bool:
    """Compute the scenario that has waited longest; False if none waits. A bug marks it as failed and is logged."""
    job = office.perform(HUB, scenario_runs.claim)
    if job is None:
        return False
    try:
        outcome = scenario_runs.compute(job)
    except Exception as fault:
        log.error("scenario.failed", scenario=str(job.scenario_id), fault=type(fault).__name__)
        office.perform(HUB, scenario_runs.settle, job, None)
        raise
    office.perform(HUB, scenario_runs.settle, job, outcome)
    return True
