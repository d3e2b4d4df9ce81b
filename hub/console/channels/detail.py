"""One channel: what it serves where, health, budgets, queue, digests, and figures by day."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.channels.limits import gap
from hub.channels.settings_form import describe_settings
from hub.console.charts import Plot, plots
from hub.console.rendering import desk, language, render, words_of
from hub.console.typography import typeset
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


@router.get("/{channel}")
def show(request: Request, channel: str) -> Response:
    """One channel."""
    with desk(request) as reader:
        page = channel_control.show_channel(reader, channel)
        partner = request.app.state.hub.partners.partners.get(channel)
        table = limits = shut = None
        if partner is not None:
            values, shut = known_settings(reader, channel)
            choices = {known.name: known.choices for known in describe_settings(partner) if known.choices}
            table = matrix(partner.capability, environments(choices, values))
            limits = limits_of(partner, values)
        days = channel_control.channel_figures(reader, channel)
        return render(
            request,
            "channels/page.html",
            page=page,
            row=page.channel,
            verbs={verb.name: verb for verb in page.channel.verbs},
            table=table,
            limits=limits,
            per_minute=round(60 / gap(limits.rate).total_seconds()) if limits else None,
            digests=page.digests,
            latest=callback_archive.list_messages(reader, channel, limit=LATEST),
            slowest=days[-1].slowest,
            refusal=shut,
            plots=_plots(request, days),
        )


def known_settings(reader: Desk, channel: str) -> tuple[dict[str, str], Unreadable | None]:
    """The settings on file; that they cannot be read is said on the page, which shows the rest."""
    try:
        return channel_control.settings_of(reader.tx, reader.vault, channel) or {}, None
    except Unreadable as unreadable:
        return {}, unreadable


def _plots(request: Request, days: list[DayView]) -> list[Plot]:
    tongue = language(request)
    return plots(days, lambda zh, en: en if tongue else typeset(zh), lambda kind, key: words_of(kind, key, tongue))
