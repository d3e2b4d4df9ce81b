"""Every page of the console, in the order in which addresses are matched."""

from . import cards, grades, operations, phones, privacy, unit_lists
from .administration import calendar, unit_rules
from .asks import pages
from .changes import applications, awaited_orders, request
from .channels import detail, overview, schedules, settings
from .customers import completeness, customers, timeline
from .documents import custody, papers
from .onboarding import board, imports
from .outages import outages, power_cuts
from .oversight import coverage, timeliness
from .reconciliation import callback_archive, differences
from .routes import meetings, scenarios, stop_order
from .settlement import binding
from .staff import access, api_tokens, leave_cover, sign_in, users
from .tasks import daily_mail, notices, tasks

DESKS = (
    sign_in,
    customers,
    timeline,
    completeness,
    papers,
    imports,
    grades,
    board,
    binding,
    request,
    cards,
    outages,
    awaited_orders,
    applications,
    pages,
    callback_archive,
    detail,
    overview,
    settings,
    differences,
    schedules,
    calendar,
    power_cuts,
    tasks,
    notices,
    leave_cover,
    custody,
    daily_mail,
    timeliness,
    coverage,
    unit_rules,
    unit_lists,
    privacy,
    phones,
    meetings,
    scenarios,
    stop_order,
    users,
    api_tokens,
    access,
    operations,
)
