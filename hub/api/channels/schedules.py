"""Schedules, their runs, lists read again, readings, daily digests."""

from hub.api.resource import Resource
from hub.operations.channels import schedules
from hub.operations.reconciliation import list_runs

resource = Resource("schedules")
resource.shows("/schedules", schedules.list_schedules, "list_them")
resource.shows("/schedules/history", schedules.list_history, "history")
resource.shows("/digests", schedules.list_digests, "digests")
resource.shows("/readings", list_runs.list_runs, "readings")
resource.does("POST", "/schedules/{name}/run", schedules.run_now, "run")
resource.does("POST", "/schedules/{name}/pause", schedules.pause_schedule, "pause")
resource.does("POST", "/schedules/{name}/resume", schedules.resume_schedule, "resume")
resource.does("POST", "/channels/{channel}/read-again", schedules.read_again, "read_again")
resource.does("POST", "/readings/{no}/release", list_runs.release, "release")
