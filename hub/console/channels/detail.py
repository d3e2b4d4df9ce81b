"""One channel: what it serves in which environment, health, limits, queue, digests, and figures by day."""

from fastapi import APIRouter, Request

from hub.channels.limits import gap
from hub.channels.settings_form import describe_settings
from hub.console.charts import Plot, plots
from hub.console.pages import page
from hub.console.rendering import teller, title_of
from hub.domain.channels import environments, matrix
from hub.engine.runtime import limits_of
from hub.operations.channels import control as channel_control
from hub.operations.channels.views import DayView
from hub.operations.desk import Desk
from hub.operations.reconciliation import callback_archive
from hub.registry.vault import Unreadable

router = APIRouter(prefix="/channels")
# Kept messages that the page shows.
LATEST = 8


def _channel(reader: Desk, request: Request, channel: str) -> dict[str, object]:
    """One channel."""
    known = channel_control.show_channel(reader, channel)
    partner = request.app.state.hub.partners.partners.get(channel)
    table = limits = shut = None
    if partner is not None:
        values, shut = known_settings(reader, channel)
        # What a setting chooses (an area, say) decides in which environments the channel works.
        choices = {setting.name: setting.choices for setting in describe_settings(partner) if setting.choices}
        table = matrix(partner.capability, environments(choices, values))
        limits = limits_of(partner, values)
    days = channel_control.channel_figures(reader, channel)
    return {
        "page": known,
        "row": known.channel,
        "verbs": {verb.name: verb for verb in known.channel.verbs},
        "table": table,
        "limits": limits,
        # One unit for all channels, whichever the setting uses (5/s, 30/m).
        "per_minute": round(60 / gap(limits.rate).total_seconds()) if limits else None,
        "digests": known.digests,
        "latest": callback_archive.list_messages(reader, channel, limit=LATEST),
        "slowest": days[-1].slowest,
        "refusal": shut,
        "plots": _plots(request, days),
    }


def known_settings(reader: Desk, channel: str) -> tuple[dict[str, str], Unreadable | None]:
    """The settings on file, or why they cannot be read: the page says so and shows the rest."""
    try:
        return channel_control.settings_of(reader.tx, reader.vault, channel) or {}, None
    except Unreadable as unreadable:
        return {}, unreadable


def _plots(request: Request, days: list[DayView]) -> list[Plot]:
    return plots(days, teller(request), lambda kind, key: title_of(request, kind, key))


page(router, "/{channel}", "channels/page.html", _channel)
