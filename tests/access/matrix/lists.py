"""What each list is read with, and how what it shows is looked through."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from uuid import UUID

from hub.domain.staff.posts import Post
from hub.operations import cards
from hub.operations.administration import unit_rules
from hub.operations.asks import overview, packages
from hub.operations.changes import applications, awaited_orders, first_delivery
from hub.operations.customers import search
from hub.operations.desk import Desk
from hub.operations.documents import custody
from hub.operations.grades import evaluations, revisits
from hub.operations.onboarding import board, entrant_lists, trainings, web_ordering
from hub.operations.outages import outages, power_cuts, web_help
from hub.operations.oversight import coverage, timeliness
from hub.operations.phones import call_stops, calls, checks, watch_list
from hub.operations.phones import permits as phone_permits
from hub.operations.privacy import exports
from hub.operations.reconciliation import differences
from hub.operations.routes import implementation, meetings, scenarios, stop_order
from hub.operations.staff import access_requests, api_tokens, leave_cover, users
from hub.operations.tasks import daily_mail, handed_requests, home

CODE = "370101000001"
LISTS: dict[str, Callable[[Desk], object]] = {
    "access_requests.list_requests": access_requests.list_requests,
    "applications.list_applications": applications.list_applications,
    "asks.doubts": overview.doubts,
    "asks.list_asks": overview.list_asks,
    "calling.list_calls": calls.list_calls,
    "calling.list_stops": call_stops.list_stops,
    "cards.list_cases": cards.list_cases,
    "cover.list_holders": leave_cover.list_holders,
    "cover.list_leaves": leave_cover.list_leaves,
    "coverage.list_exceptions": lambda desk: coverage.list_exceptions(desk, "R9.2"),
    "custody.list_custody": custody.list_custody,
    "customers.find_customers": lambda desk: search.find_customers(desk, CODE),
    "customers.list_customers": search.list_customers,
    "differences.list_differences": differences.list_differences,
    "driving.list_address_reports": stop_order.list_address_reports,
    "driving.list_drivers": stop_order.list_drivers,
    "entrant_lists.show_lists": entrant_lists.show_lists,
    "exports.list_exports": exports.list_exports,
    "grade_revisits.list_revisits": revisits.list_revisits,
    "grading.list_evaluations": evaluations.list_evaluations,
    "grading.list_graded_units": evaluations.list_graded_units,
    "handed_requests.list_hands": handed_requests.list_hands,
    "help_records.list_help": web_help.list_help,
    "home.work": home.work,
    "mails.list_mails": daily_mail.list_mails,
    "onboarding_board.board": board.show_board,
    "orders.list_awaited": awaited_orders.list_awaited,
    "outages.list_outages": outages.list_outages,
    "packages.send_package": lambda desk: packages.send_package(desk, "icbc"),
    "phone_permits.list_permits": phone_permits.list_permits,
    "power_cuts.list_cuts": power_cuts.list_cuts,
    "route_carrying.list_to_carry": implementation.list_to_carry,
    "route_meetings.list_meetings": meetings.list_meetings,
    "route_scenarios.list_scenarios": scenarios.list_scenarios,
    "route_views.list_first_deliveries": first_delivery.list_first_deliveries,
    "staff.list_users": users.list_users,
    "timeliness.show_timeliness": timeliness.show_timeliness,
    "tokens.list_tokens": api_tokens.list_tokens,
    "trainings.list_trainings": trainings.list_trainings,
    "unit_rules.list_rules": unit_rules.list_rules,
    "watching.list_terms": checks.list_terms,
    "watching.list_watched": watch_list.list_watched,
    "web_ordering.list_web_orderings": web_ordering.list_web_orderings,
}
"""Each shows, or takes up, what lies in the caller's units."""
READ_AS = {
    "handed_requests.list_hands": Post.ORDER_DESK,
    "cover.list_leaves": Post.SECTION_CHIEF,
    "home.work": Post.STATISTICS_CLERK,
}
"""By whom a list is read whose content depends on the post."""
COUNTED = {"entrant_lists.show_lists", "timeliness.show_timeliness", "packages.send_package"}
"""Lists of figures, or of things made anew: proved by differing from another county's."""


def shown(thing: object) -> Iterator[str]:
    """Every text, number and id in what a list returned, however deep."""
    if isinstance(thing, str | int | float | UUID | bytes):
        yield str(thing)
    elif isinstance(thing, Mapping):
        for key, content in thing.items():
            yield from shown(key)
            yield from shown(content)
    elif isinstance(thing, list | tuple | set | frozenset):
        for content in thing:
            yield from shown(content)
    elif hasattr(thing, "__table__"):
        yield from shown([getattr(thing, column.key) for column in thing.__table__.columns])
    elif is_dataclass(thing):
        yield from shown([getattr(thing, field.name) for field in fields(thing)])


def marks(texts: list[str], ids: set[str]) -> set[str]:
    """What betrays the county 370101: its code, a customer's code, the id of a thing of its."""
    return {text for text in texts if text in ids or re.fullmatch(r"370101(\d{6})?", text)}
