"""Every resource of the API, in the order in which they are served.

The order is the order of the description, and of matching: a fixed path has to come before one with a parameter.
"""

from . import asks, cards, grades, operations, phones, settlement
from .administration import calendar, unit_lists, unit_rules
from .changes import applications, awaited_orders, paper_forms
from .channels import control, schedules
from .customers import customers, timeline
from .documents import custody, evidence
from .onboarding import board, entrant_lists, imports, trainings, web_ordering
from .outages import outages, power_cuts
from .oversight import audit_trail, coverage, spot_checks, timeliness
from .privacy import authorisations, exports
from .reconciliation import callback_archive, differences
from .routes import first_deliveries, meetings, scenarios, stop_order
from .staff import access, api_tokens, leave_cover, sessions, users
from .tasks import daily_mail, notices, tasks

RESOURCES = (
    customers,
    imports,
    board,
    entrant_lists,
    grades,
    trainings,
    web_ordering,
    evidence,
    authorisations,
    settlement,
    applications,
    calendar,
    paper_forms,
    tasks,
    awaited_orders,
    cards,
    outages,
    asks,
    control,
    callback_archive,
    differences,
    users,
    access,
    schedules,
    sessions,
    api_tokens,
    leave_cover,
    notices,
    daily_mail,
    custody,
    timeline,
    timeliness,
    spot_checks,
    coverage,
    unit_rules,
    unit_lists,
    exports,
    phones,
    power_cuts,
    meetings,
    first_deliveries,
    scenarios,
    stop_order,
    audit_trail,
)

# Signing in and out, and the table of operations, which everyone may read: no operation stands behind these routes.
WITHOUT_OPERATION = (sessions.signing, operations.table)
