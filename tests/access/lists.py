"""What each list is read with, and how what it shows is looked through."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from uuid import UUID

from hub.domain.staff.posts import Post
from hub.operations import (
    access_requests,
    applications,
    asks,
    calling,
    cards,
    cover,
    coverage,
    custody,
    differences,
    driving,
    exports,
    grade_revisits,
    grading,
    help_records,
    home,
    mails,
    onboarding_board,
    orders,
    outages,
    packages,
    phone_permits,
    power_cuts,
    route_carrying,
    route_meetings,
    route_scenarios,
    route_views,
    search,
    staff,
    timeliness,
    tokens,
    trainings,
    unit_rules,
    watching,
    web_ordering,
)
from hub.operations.desk import Desk

CODE = "370101000001"
LISTS: dict[str, Callable[[Desk], object]] = {
    "access_requests.list_requests": access_requests.list_requests,
    "applications.list_applications": applications.list_applications,
    "asks.doubts": asks.doubts,
    "asks.list_asks": asks.list_asks,
    "calling.list_stops": calling.list_stops,
    "cards.list_cases": cards.list_cases,
    "cover.list_holders": cover.list_holders,
    "cover.list_leaves": cover.list_leaves,
    "coverage.list_exceptions": lambda desk: coverage.list_exceptions(desk, "R9.2"),
    "custody.list_custody": custody.list_custody,
    "customers.find_customers": lambda desk: search.find_customers(desk, CODE),
    "customers.list_customers": search.list_customers,
    "differences.list_differences": differences.list_differences,
    "driving.list_address_reports": driving.list_address_reports,
    "driving.list_drivers": driving.list_drivers,
    "exports.list_exports": exports.list_exports,
    "grade_revisits.list_revisits": grade_revisits.list_revisits,
    "grading.list_evaluations": grading.list_evaluations,
    "grading.list_graded_units": grading.list_graded_units,
    "help_records.list_help": help_records.list_help,
    "home.work": home.work,
    "mails.list_mails": mails.list_mails,
    "onboarding_board.board": onboarding_board.board,
    "orders.list_awaited": orders.list_awaited,
    "outages.list_outages": outages.list_outages,
    "packages.send_package": lambda desk: packages.send_package(desk, "icbc"),
    "phone_permits.list_permits": phone_permits.list_permits,
    "power_cuts.list_cuts": power_cuts.list_cuts,
    "route_carrying.list_to_carry": route_carrying.list_to_carry,
    "route_meetings.list_meetings": route_meetings.list_meetings,
    "route_scenarios.list_scenarios": route_scenarios.list_scenarios,
    "route_views.list_first_deliveries": route_views.list_first_deliveries,
    "staff.list_users": staff.list_users,
    "timeliness.show_timeliness": timeliness.show_timeliness,
    "tokens.list_tokens": tokens.list_tokens,
    "trainings.list_trainings": trainings.list_trainings,
    "unit_rules.list_rules": unit_rules.list_rules,
    "watching.list_watched": watching.list_watched,
    "web_ordering.list_web_orderings": web_ordering.list_web_orderings,
}
"""Each shows, or takes up, what lies in the caller's units."""
READ_AS = {"cover.list_leaves": Post.SECTION_CHIEF, "home.work": Post.STATISTICS_CLERK}
"""By whom a list is read whose content depends on the post."""
COUNTED = {"timeliness.show_timeliness", "packages.send_package"}
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
