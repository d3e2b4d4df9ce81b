"""A channel's settings: the form with its test, and what waits for a second person, old beside new."""

import hashlib
from collections.abc import Sequence
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from hub.channels.host import Partner
from hub.channels.probing import Probe
from hub.channels.settings_form import describe_settings
from hub.console.forms import post
from hub.console.labels.channels import LEG
from hub.console.pages import page
from hub.console.rendering import back, desk, render
from hub.domain.capabilities import AT_COUNTER
from hub.domain.facts import ProbeLeg
from hub.domain.reconciliation.brakes import SETTINGS
from hub.domain.refusals import NotFound, Refusal
from hub.engine.runtime import Ready, read_ready
from hub.operations.channels import control as channel_control
from hub.operations.channels import settings_proposals, settings_views
from hub.operations.channels import values as value_operations
from hub.operations.desk import Desk
from hub.operations.office import operation_of
from hub.operations.operation import authorise
from hub.ports import now

router = APIRouter()
# Legs of a test that was not allowed to log in.
REACHED = frozenset({"dns", "connect", "tls"})


# Characters. Longer values (a key in PEM, a certificate) are shown by fingerprint, since nobody compares 1,700
# characters by eye.
LONG = 100


def fingerprint(text: str) -> str:
    """The first half of a long value's SHA-256 in groups of four, to compare with the partner's letter."""
    digest = hashlib.sha256(value_operations.folded(text).encode()).hexdigest()
    return " ".join(digest[at : at + 4] for at in range(0, 32, 4))


class SettingsFailed(Refusal):
    """The partner cannot be reached, or does not know us, with these settings (G9)."""

    article, status = "G9", 422
    says = ("连通测试未通过:{failed}。设置没有保存。", "The test failed at: {failed}. Nothing was saved.")
    then = (
        "请改正后再提交(密钥须重新填写);确需先提交的,勾选“测试未通过也提交”。",
        "Correct them and submit again (enter secrets again), or tick the box to use them anyway.",
    )


def partner_of(request: Request, channel: str) -> Partner:
    """The plugin behind a channel. Raises NotFound."""
    partner: Partner | None = request.app.state.hub.partners.partners.get(channel)
    if partner is None:
        raise NotFound(what="渠道")
    return partner


async def tested(request: Request, ready: Ready, *, login: bool = True) -> tuple[ProbeLeg, ...]:
    """The legs of a test with these settings."""
    return await Probe(ready.partner, ready.settings, ready.base_url, request.app.state.hub.reach, now).run(login=login)


@router.get("/channels/{channel}/settings")
def settings(request: Request, channel: str) -> Response:
    """The settings form, made from the plugin's typed settings; secrets are write-only."""
    return _form(request, channel)


def _form(
    request: Request,
    channel: str,
    given: dict[str, str] | None = None,
    refusal: Refusal | None = None,
    legs: Sequence[ProbeLeg] = (),
    why: str = "",
) -> Response:
    with desk(request) as here:
        authorise(here, operation_of(channel_control.save_settings))
        partner = partner_of(request, channel)
        fields = describe_settings(partner)
        secret = {known.name for known in fields if known.secret}
        kept = settings_views.show_settings(here, channel)
        # What was just typed goes before what is on file; secrets never come back, not even after a refusal.
        values = {name: value for name, value in {**kept.values, **(given or {})}.items() if name not in secret}
        return render(
            request,
            "channels/settings.html",
            refusal.status if refusal else 200,
            channel=partner.channel,
            brakes=list(SETTINGS.items()),
            at_counter=partner.capability.can(AT_COUNTER),
            fields=fields,
            declared=partner.capability,
            values=values,
            on_file=kept.on_file,
            unknown=kept.unknown,
            proposals=settings_views.list_proposals(here, channel),
            problems=refusal.fields.get("problems", {}) if refusal else {},
            refusal=refusal,
            legs=legs,
            why=why,
        )


@router.post("/channels/{channel}/settings")
async def save(request: Request, channel: str) -> Response:
    """Test the settings, then save or propose them; if the test failed, only when the form insists.

    No transaction is open during the test, which waits for the partner; `_keep` therefore checks everything again.
    """
    form = {name: str(value).strip() for name, value in (await request.form()).items() if name != "csrf"}
    anyway, why = form.pop("_anyway", "") == "yes", form.pop("_why", "")
    try:
        ready, login = await run_in_threadpool(_checked, request, channel, form)
    except (value_operations.SettingsUnusable, value_operations.SentAsksOpen) as refusal:
        return await run_in_threadpool(_form, request, channel, form, refusal, (), why)
    legs = await tested(request, ready, login=login)
    if not anyway and not all(leg.ok for leg in legs):
        leg = next(leg.leg for leg in legs if not leg.ok)
        failed = SettingsFailed(failed=LEG.get(leg, (leg, leg)))
        return await run_in_threadpool(_form, request, channel, form, failed, legs, why)
    return await run_in_threadpool(_keep, request, channel, form, why, legs)


def _checked(request: Request, channel: str, form: dict[str, str]) -> tuple[Ready, bool]:
    """The channel with these settings in place of those on file, and whether a test of them may log in."""
    with desk(request) as here:
        authorise(here, operation_of(channel_control.save_settings))
        partner = partner_of(request, channel)
        want = value_operations.wanted(here, channel, form)
        value_operations.check(here, want)
        return read_ready(partner, want.values), value_operations.may_log_in(want, form)


def _keep(request: Request, channel: str, form: dict[str, str], why: str, legs: Sequence[ProbeLeg]) -> Response:
    try:
        with desk(request) as here:
            saved = channel_control.save_settings(here, channel, form, why, legs)
            if saved.proposal is None:
                channel_control.record_probe(here, channel, legs)
    except Refusal as refusal:
        return _form(request, channel, form, refusal, legs, why)
    if saved.proposal is None:
        return back("/channels?done=settings")
    return back(f"/settings-proposals/{saved.proposal}?done=settings_proposed")


def _shown(reader: Desk, proposal_id: UUID) -> dict[str, object]:
    """What one person proposed, old beside new."""
    view = settings_views.show_proposal(reader, proposal_id)
    logged_in = any(leg.leg not in REACHED for leg in view.legs)
    return {"row": view, "own": reader.actor.user_id == view.proposed_by, "logged_in": logged_in}


_PROPOSAL = "/settings-proposals/{proposal_id}"
_show = page(router, _PROPOSAL, "channels/proposal.html", _shown, long=LONG, fingerprint=fingerprint)
post(router, f"{_PROPOSAL}/confirm", settings_proposals.confirm_settings, f"{_PROPOSAL}?done=settings", _show)
post(router, f"{_PROPOSAL}/reject", settings_proposals.reject_settings, f"{_PROPOSAL}?done=settings_rejected", _show)
