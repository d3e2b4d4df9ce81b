"""One channel's page: what it serves for which product, health by leg, budgets, figures by day as plots and tables."""

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.channels.limits import gap
from hub.domain.capabilities import Capability, Verb
from hub.domain.refusals import NotFound
from hub.domain.settlement import KIND_TITLES
from hub.operations import channel_desk, figures
from hub.operations.channel_desk import ChannelView
from hub.operations.desk import Desk

from .pages import desk, render

router = APIRouter(prefix="/channels")
DEVICES = {"telecom": ("手机", "Handset"), "mobile": ("烟信通", "Yanxintong")}


def products(capability: Capability) -> list[tuple[str, tuple[str, str]]]:
    """The products that a channel serves: account kinds of a bank, the device of a carrier."""
    if capability.kind == "carrier":
        return [("device", DEVICES.get(capability.key, ("设备", "Device")))]
    return [(kind, KIND_TITLES[kind]) for kind in KIND_TITLES if kind in capability.accounts]


def matrix(capability: Capability) -> list[Verb]:
    """The verbs that the plugin's hooks implement; each serves every product that the plugin declares."""
    return [verb for _, verb in sorted(capability.verbs.items())]


def environment(address: str) -> str:
    """What the address on file looks like: a simulator on this machine, a test environment, or the real thing."""
    host = urlsplit(address).hostname or ""
    if host in ("127.0.0.1", "localhost", "::1"):
        return "simulator"
    marks = ("test", "sandbox", "uat", "sit")
    return "test" if any(mark in part for part in host.split(".") for mark in marks) else "production"


def budgets(request: Request, found: Desk, view: ChannelView) -> dict[str, str]:
    """What the channel may use and what it uses now, for the whole fleet."""
    channel = request.app.state.hub.partners.partners[view.capability.key].channel
    kept = channel_desk.settings_of(found.tx, found.vault, view.capability.key) or {}
    rate = kept.get("hub.rate", channel.rate)
    return {
        "rate": rate,
        "gap_ms": str(round(gap(rate).total_seconds() * 1000)),
        "concurrency": kept.get("hub.concurrency", str(channel.concurrency)),
        "in_flight": str(view.in_flight),
        "deadline": kept.get("hub.deadline", str(channel.deadline)),
        "batch": kept.get("hub.batch", str(channel.batch)),
        "environment": environment(kept.get("base_url", "")) if kept else "",
        "host": urlsplit(kept.get("base_url", "")).hostname or "",
    }


@router.get("/{channel}")
def show(request: Request, channel: str) -> Response:
    """All about a channel."""
    with desk(request) as found:
        view = next((each for each in channel_desk.list_channels(found) if each.capability.key == channel), None)
        if view is None:
            raise NotFound(what="渠道")
        days = figures.channel_figures(found, channel)
        usable = not view.capability.quarantined
        return render(
            request,
            "channels/page.html",
            row=view,
            products=products(view.capability),
            matrix=matrix(view.capability),
            budgets=budgets(request, found, view) if usable else {},
            days=days,
            digests=figures.list_digests(found, channel),
            plots=plotted(days),
        )


def plotted(days: list[figures.DayFigures]) -> dict[str, object]:
    """The figures as the drawing script reads them."""
    reasons = sorted({reason for day in days for reason in day.refused})
    return {
        "days": [f"{each.day:%m-%d}" for each in days],
        "live": [each.live for each in days],
        "refused": {reason: [each.refused.get(reason, 0) for each in days] for reason in reasons},
        "doubts": [each.doubts for each in days],
        "doubt_hours": [each.doubt_hours for each in days],
        "p50": [each.p50_ms for each in days],
        "p95": [each.p95_ms for each in days],
    }
