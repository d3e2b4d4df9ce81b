"""Channels: health, breaker, queue, pause and resume, settings, confidentiality agreement."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.channels.host import Partner
from hub.channels.probing import Probe
from hub.channels.settings_form import describe_settings
from hub.domain.brakes import SETTINGS
from hub.domain.capabilities import AT_COUNTER
from hub.domain.facts import ProbeLeg
from hub.domain.refusals import NotFound, Refusal
from hub.engine.works import Ready, read_ready
from hub.operations import channel_desk, packages, rights
from hub.operations.desk import Desk
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.ports import now, today

from .channel_page import known_settings
from .pages import act, desk, render

router = APIRouter(prefix="/channels")
Text = Annotated[str, Form()]


class SettingsUnusable(Refusal):
    """The plugin cannot be configured so (I10)."""

    article, status = "I10", 422
    says = ("设置不能使用:{faults}", "These settings cannot be used: {faults}")
    then = ("请改正后再保存。", "Correct them and save again.")


class SettingsFailed(Refusal):
    """The partner cannot be reached, or does not know us, with these settings (G9)."""

    article, status = "G9", 422
    says = ("连通测试未通过:{failed}。设置没有保存。", "The test failed at: {failed}. Nothing was saved.")
    then = (
        "请改正后再保存(密钥须重新填写);确需先保存的,勾选“测试未通过也保存”。",
        "Correct them and save again (secrets must be given again), or tick that they be kept all the same.",
    )


@router.get("")
def listing(request: Request) -> Response:
    """All channels."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = channel_desk.list_channels(found)
        return render(
            request,
            "channels/list.html",
            refusal.status if refusal else 200,
            rows=rows,
            today=today().isoformat(),
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    own = request.query_params.get("at") == "page"
    then = f"/channels/{request.path_params['channel']}" if own else "/channels"
    return act(request, do, f"{then}?done={done}", lambda refusal: _list(request, refusal))


@router.post("/{channel}/pause")
def pause(request: Request, channel: str, why: Text = "") -> Response:
    """Let nothing more out."""
    return _do(request, lambda found: channel_desk.pause(found, channel, why), "paused")


@router.post("/{channel}/resume")
def resume(request: Request, channel: str) -> Response:
    """Let asks out again."""
    return _do(request, lambda found: channel_desk.resume(found, channel), "resumed")


@router.post("/{channel}/package")
def package(request: Request, channel: str) -> Response:
    """Send what waits for a package (R7.10)."""
    return _do(request, lambda found: packages.send_package(found, channel), "package")


@router.post("/{channel}/confidentiality")
def confidentiality(
    request: Request,
    channel: str,
    valid_from: Annotated[date, Form()],
    valid_until: Annotated[date, Form()],
    agreement_no: Text = "",
) -> Response:
    """Record a confidentiality agreement (G2)."""

    def do(found: Desk) -> None:
        rights.record_confidentiality(found, channel, agreement_no, valid_from, valid_until)

    return _do(request, do, "confidential")


@router.post("/{channel}/confidentiality/{agreement_id}/end")
def end_confidentiality(request: Request, channel: str, agreement_id: UUID) -> Response:
    """End a confidentiality agreement today."""
    return _do(request, lambda found: rights.end_confidentiality(found, agreement_id, today()), "ended")


def _partner(request: Request, channel: str) -> Partner:
    found: Partner | None = request.app.state.hub.partners.partners.get(channel)
    if found is None:
        raise NotFound(what="渠道")
    return found


def _ready(request: Request, channel: str, operation: Callable[..., object], values: dict[str, str]) -> Ready:
    """The channel with these settings over those on file. Raises SettingsUnusable."""
    with desk(request) as found:
        authorise(found, operation_of(operation))
        partner = _partner(request, channel)
        merged = channel_desk.merged(found, channel, values)
    try:
        return read_ready(partner, merged)
    except (ValueError, TypeError) as error:
        raise SettingsUnusable(faults=str(error)) from None


async def _tested(request: Request, ready: Ready) -> tuple[ProbeLeg, ...]:
    return await Probe(ready.partner, ready.settings, ready.base_url, request.app.state.hub.reach, now).run()


def _settings(
    request: Request,
    channel: str,
    given: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    legs: Sequence[ProbeLeg] = (),
) -> Response:
    with desk(request) as found:
        authorise(found, operation_of(channel_desk.save_settings))
        partner = _partner(request, channel)
        fields = describe_settings(partner)
        secret = {each.name for each in fields if each.secret}
        kept, shut = known_settings(found, channel)
        refusal = refusal or shut
        values = {name: value for name, value in {**kept, **(given or {})}.items() if name not in secret}
        return render(
            request,
            "channels/settings.html",
            refusal.status if refusal else 200,
            channel=partner.channel,
            brakes=list(SETTINGS.items()),
            at_counter=partner.capability.can(AT_COUNTER),
            fields=fields,
            values=values,
            on_file=frozenset(kept),
            refusal=refusal,
            legs=legs,
        )


@router.get("/{channel}/settings")
def settings(request: Request, channel: str) -> Response:
    """The settings form, made from the plugin's typed settings; secrets are write-only."""
    return _settings(request, channel)


@router.post("/{channel}/settings")
async def save(request: Request, channel: str) -> Response:
    """Test the settings, then keep them; those that failed the test only when that is wished all the same."""
    form = {name: str(value).strip() for name, value in (await request.form()).items() if name != "csrf"}
    anyway = form.pop("anyway", "") == "yes"
    try:
        ready = await run_in_threadpool(_ready, request, channel, channel_desk.save_settings, form)
        legs = await _tested(request, ready)
        if not anyway and not all(leg.ok for leg in legs):
            raise SettingsFailed(failed=next(leg.leg for leg in legs if not leg.ok))
    except SettingsUnusable as unusable:
        return await run_in_threadpool(_settings, request, channel, form, unusable)
    except SettingsFailed as failed:
        return await run_in_threadpool(_settings, request, channel, form, failed, legs)

    def do(found: Desk) -> None:
        channel_desk.save_settings(found, channel, form)
        channel_desk.record_probe(found, channel, legs)

    def again(refusal: Refusal) -> Response:
        return _settings(request, channel, form, refusal, legs)

    return await run_in_threadpool(act, request, do, "/channels?done=settings", again)


@router.post("/{channel}/probe")
async def probe(request: Request, channel: str) -> Response:
    """Test the settings on file; the legs appear on the channel's card."""
    try:
        ready = await run_in_threadpool(_ready, request, channel, channel_desk.record_probe, {})
    except Refusal as refusal:
        return await run_in_threadpool(_list, request, refusal)
    legs = await _tested(request, ready)
    return await run_in_threadpool(
        _do, request, lambda found: channel_desk.record_probe(found, channel, legs), "probed"
    )
