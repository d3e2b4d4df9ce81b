"""Channels: health, pause and resume, settings."""

from typing import Annotated

from fastapi import Path, Request

from hub.api.resource import Resource
from hub.api.shapes import Shown
from hub.channels.settings_form import describe_settings
from hub.domain.refusals import NotFound
from hub.operations.asks import packages
from hub.operations.channels import control, schedules, settings_proposals, settings_views
from hub.operations.desk import Desk

resource = Resource("channels")


class SettingShown(Shown):
    """One setting of the plugin."""

    name: str
    kind: str
    secret: bool
    required: bool
    default: str
    choices: list[str]


resource.shows("/channels", control.list_channels, "list_them")
resource.shows("/channels/{channel}/figures", control.channel_figures, "figures")
resource.shows("/channels/{channel}", control.show_channel, "show")
resource.does("POST", "/channels/{channel}/probe", schedules.probe_soon, "probe")
resource.does("POST", "/channels/{channel}/packages", packages.send_package, "send_package", status=201)
resource.does("POST", "/channels/{channel}/pause", control.pause, "pause")
resource.does("POST", "/channels/{channel}/resume", control.resume, "resume")


@resource.get("/channels/{channel}/settings", control.list_channels)
def describe(desk: Desk, request: Request, channel: Annotated[str, Path(max_length=64)]) -> list[SettingShown]:
    """The settings that the plugin takes; never their values."""
    # Called for its permission check alone: what a plugin takes is no data, but only these posts may see it.
    control.list_channels(desk)
    partner = request.app.state.hub.partners.partners.get(channel)
    if partner is None:
        raise NotFound(what="渠道")
    return [SettingShown.model_validate(setting) for setting in describe_settings(partner)]


resource.does("PUT", "/channels/{channel}/settings", control.save_settings, "save_settings")
resource.shows("/channels/{channel}/settings/on-file", settings_views.show_settings, "show_settings")
resource.shows("/channels/{channel}/settings/proposals", settings_views.list_proposals, "list_proposals")
resource.shows("/settings-proposals/{proposal_id}", settings_views.show_proposal, "show_proposal")
resource.does(
    "POST", "/settings-proposals/{proposal_id}/confirm", settings_proposals.confirm_settings, "confirm_settings"
)
resource.does("POST", "/settings-proposals/{proposal_id}/reject", settings_proposals.reject_settings, "reject_settings")
