"""Everything that happened to a customer, from all tables that record it, as one list."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, cast, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute

from hub.registry.schema import (
    Application,
    Ask,
    Authorisation,
    CardCase,
    Change,
    Disclosure,
    Evidence,
    HandIn,
    KeptOrder,
    Notice,
    Order,
    PowerCutWarning,
    RequestHand,
    RouteProposal,
    Signature,
    StaffNotice,
    Task,
    Temporary,
    Training,
    WatchCheck,
    WatchEntry,
    WebOrdering,
)
from hub.registry.session import Transaction

Column = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Event:
    """One thing: when, of which kind, about which row, what in code words, by whom, under which article, why."""

    at: datetime
    kind: str
    id: UUID
    event: str
    what: str
    who: str
    article: str
    why: str


def _part(
    customer_id: UUID,
    kind: str,
    row: Any,
    at: Column,
    event: str | Column,
    what: str | Column,
    who: str | Column = "",
    article: str | Column = "",
    why: str | Column = "",
) -> Select[Any]:
    """One table's events; what has not happened yet (NULL) is left out."""
    words = zip(("event", "what", "who", "article", "why"), (event, what, who, article, why), strict=True)
    # UNION ALL needs the same type in every part; tables hold codes as text, enums or nothing.
    texts = [cast(literal(word) if isinstance(word, str) else word, Text).label(name) for name, word in words]
    return select(at.label("at"), literal(kind).label("kind"), row.id.label("id"), *texts).where(
        at.is_not(None), row.customer_id == customer_id
    )


# A row may give several events, each with a moment of its own column; a moment that is NULL has not come yet.
def _parts(customer_id: UUID) -> dict[str, list[Select[Any]]]:
    """The queries of each kind of event."""
    a, c, g, k, t, s = Application, CardCase, Signature, KeptOrder, Temporary, Task
    e, n, p, w, h = Evidence, StaffNotice, Authorisation, PowerCutWarning, RequestHand
    part = partial(_part, customer_id)
    return _visiting(part) | {
        "change": [part("change", Change, Change.at, "done", "", Change.by_name, Change.article, Change.why)],
        "application": [
            part("application", a, a.sent_at, "sent", a.rule, a.asked_by_name, a.article, a.why),
            part("application", a, a.done_at, "carried_out", a.rule, a.done_by_name, a.article),
            part("application", a, g.at, g.decision, a.rule, g.user_name, a.article, g.why).join_from(
                a, g, g.application_id == a.id
            ),
        ],
        "ask": [
            part("ask", Ask, Ask.asked_at, "queued", Ask.verb, Ask.asked_by_name, Ask.article),
            part("ask", Ask, Ask.ended_at, Ask.state, Ask.verb, "", Ask.article),
        ],
        "card": [
            part("card", c, c.opened_at, "opened", c.event, c.opened_by_name, c.article, c.why),
            part("card", c, c.closed_at, "closed", c.event, c.closed_by_name, c.article),
        ],
        "temporary": [
            part("temporary", t, t.begun_at, "begun", t.rule),
            part("temporary", t, t.ended_at, t.ended_how, t.rule),
        ],
        "task": [
            part("task", s, s.made_at, "made", s.kind, "", s.article),
            part("task", s, s.done_at, "done", s.kind, s.done_by_name, s.article),
            part("task", h, h.at, "handed_on", "matter", h.by_name, "R15.2", h.why),
            part("task", h, h.answered_at, h.answer, "matter", h.answered_by_name, "R15.2", h.answer_why),
        ],
        "notice": [
            part("notice", Notice, Notice.made_at, "made", Notice.kind, "", Notice.article),
            part("notice", Notice, Notice.told_at, "told", Notice.kind, Notice.told_by, Notice.article),
        ],
        "staff_notice": [part("staff_notice", n, n.at, "made", n.kind, n.by_name, n.article)],
        "paper": [
            part("paper", e, e.taken_at, "taken", e.kind, e.taken_by),
            part("paper", e, HandIn.at, "handed_in", e.kind, HandIn.by_name, "R16.1", HandIn.holder_name).join_from(
                e, HandIn, HandIn.evidence_id == e.id
            ),
        ],
        "order": [
            part("order", Order, Order.at, "ordered", Order.way, Order.by_name, "", Order.help),
            part("order", k, k.kept_at, "kept", "", k.kept_by_name, "R8.1", k.why),
            part("order", k, k.released_at, "released", "", "", "R8.1"),
        ],
        "authorisation": [
            part("authorisation", p, p.at, "given", p.channel, p.by_name),
            part("authorisation", Disclosure, Disclosure.at, "passed_on", Disclosure.channel),
        ],
        "power_cut": [part("power_cut", w, w.warned_at, "warned", w.arranged, w.warned_by_name, "R11.5", w.note)],
    }


def _visiting(part: Callable[..., Select[Any]]) -> dict[str, list[Select[Any]]]:
    """Events about visits, trainings and the watch list."""
    o, r, tr, wo, wc = WatchEntry, RouteProposal, Training, WebOrdering, WatchCheck
    return {
        "route": [
            part("route", r, r.proposed_at, "proposed", "", r.proposed_by_name, "R13.1", r.why),
            part("route", r, r.carried_at, "carried_out", "", r.carried_by_name, "R13.1", r.decided_why),
        ],
        "training": [
            part("training", tr, tr.agreed_at, "agreed", "", tr.agreed_by_name, tr.article),
            part("training", tr, tr.recorded_at, "recorded", "", tr.recorded_by_name, tr.article, tr.note),
        ],
        "web": [
            part("web", wo, wo.set_up_at, "set_up", "", "", "R7.6"),
            part("web", wo, wo.issued_at, "issued", "", wo.issued_by_name, "R7.6"),
            part("web", wo, wo.delivered_at, "delivered", "", wo.delivered_by_name, "R7.6"),
        ],
        "watch": [
            part("watch", o, o.entered_at, "entered", "", "", "R12.6"),
            part("watch", wc, wc.at, "checked", wc.way, wc.by_name, "R12.9", wc.finding),
            part("watch", o, o.cleared_at, "cleared", "", o.cleared_by_name, "R12.6", o.cleared_why),
        ],
    }


def events(
    tx: Transaction,
    customer_id: UUID,
    kind: str,
    since: datetime | None,
    until: datetime | None,
    before: tuple[datetime, UUID, str] | None,
    limit: int,
) -> list[Event]:
    """Newest first; optionally of one kind, within a period, or older than a place in the list."""
    parts = _parts(customer_id)
    chosen = [part for name, shares in parts.items() if not kind or name == kind for part in shares]
    # One statement: the newest of all tables are found, sorted and cut to a page by the database.
    joined = union_all(*chosen).subquery()
    query = select(joined)
    if since is not None:
        query = query.where(joined.c.at >= since)
    if until is not None:
        query = query.where(joined.c.at < until)
    if before is not None:
        # All three: events may share a moment, and one row has several events.
        query = query.where(tuple_(joined.c.at, joined.c.id, joined.c.event) < before)
    query = query.order_by(joined.c.at.desc(), joined.c.id.desc(), joined.c.event.desc()).limit(limit)
    return [
        Event(
            event.at,
            event.kind,
            event.id,
            *((getattr(event, name) or "") for name in ("event", "what", "who", "article", "why")),
        )
        for event in tx.execute(query)
    ]


def changes(tx: Transaction, ids: list[UUID]) -> dict[UUID, Change]:
    """These changes, by id."""
    return {change.id: change for change in tx.scalars(select(Change).where(Change.id.in_(ids)))}
