"""asks: list, show, replay, cancel."""

from typing import Annotated
from uuid import UUID

import typer

from hub.domain.states import AskState
from hub.operations.asks import overview, steering

from .acting import As, desk_of
from .screen import as_json, say, table

app = typer.Typer(help="What partners were asked for.", no_args_is_help=True)
ForAudit = Annotated[str, typer.Option(help="The reason, for the audit trail.")]
COLUMNS = ("id", "customer", "channel", "verb", "state", "reason", "waits for", "until")


@app.command("list")
def list_them(
    login: As,
    state: Annotated[AskState | None, typer.Option(help="Only this state.")] = None,
    channel: Annotated[str | None, typer.Option(help="Only this channel.")] = None,
    after: Annotated[UUID | None, typer.Option(help="The last id of the page before.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 50,
    json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Asks about the customers of your units, newest first."""
    with desk_of(login) as desk:
        asks = overview.list_asks(desk, state, channel, after, limit)
    rows = [(a.id, a.customer_code, a.channel, a.verb, a.state, a.reason, a.waits_for, a.waits_until) for a in asks]
    if json:
        as_json([dict(zip(COLUMNS, line, strict=True)) for line in rows])
        return
    table(COLUMNS, rows)


@app.command()
def show(ask_id: UUID, login: As) -> None:
    """One ask with its talks, redacted."""
    with desk_of(login) as desk:
        view = overview.show_ask(desk, ask_id)
    ask = view.ask
    say(f"{ask.key} {ask.channel} {ask.verb} {ask.state} {ask.reason or ''} {ask.partner_code or ''}".rstrip())
    for attempt in view.attempts:
        # Shown only where a partner needed another serial than the ask's own key.
        serial = f" serial={attempt.sent_key}" if attempt.sent_key and attempt.sent_key != ask.key else ""
        say(
            f"\nattempt {attempt.no} {attempt.verb} {attempt.started_at:%F %T} {attempt.outcome or 'under way'}{serial}"
        )
        for exchange in attempt.exchanges:
            say(f"  {exchange.path} sent={exchange.sent} status={exchange.status} {exchange.elapsed_ms} ms")
            say(f"  > {exchange.request_text}")
            say(f"  < {exchange.reply_text or ''}")


@app.command()
def replay(ask_id: UUID, login: As, why: ForAudit) -> None:
    """Try again under the same key."""
    with desk_of(login) as desk:
        steering.replay(desk, ask_id, why)
    say(f"replayed {ask_id}")


@app.command()
def cancel(ask_id: UUID, login: As, why: ForAudit) -> None:
    """Give an ask up before it was sent."""
    with desk_of(login) as desk:
        steering.cancel(desk, ask_id, why)
    say(f"cancelled {ask_id}")
