"""Binding requests between plan and confirmation: the number waits in this process's memory, never in a page."""

from dataclasses import dataclass, field

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import Actor
from hub.operations.settlement.binding_rules import BindingRequest
from hub.ports import new_token, now

SECONDS = 900
"""How long a request waits for its confirmation."""
MOST = 2_000
"""Requests that wait at once; the oldest give way."""


class PlanGone(Refusal):
    """The plan was confirmed already, or it waited too long (ADR 0007)."""

    article = "R4.1"
    says = ("办理方案已过期或已提交。", "The plan was submitted already or has expired.")
    then = (
        "请查看客户页面;如未办理,请重新填写。",
        "Look at the customer's page; if nothing was done, fill it in again.",
    )


@dataclass
class Held:
    """Requests that wait, by ticket."""

    waiting: dict[str, tuple[float, Actor, BindingRequest]] = field(default_factory=dict)

    def put(self, actor: Actor, request: BindingRequest) -> str:
        """Keep a request; returns the ticket that the plan page carries."""
        moment = now().timestamp()
        fresh = {ticket: each for ticket, each in self.waiting.items() if moment - each[0] < SECONDS}
        self.waiting = dict(list(fresh.items())[-MOST:])
        ticket = new_token(16)
        self.waiting[ticket] = (moment, actor, request)
        return ticket

    def take(self, ticket: str, actor: Actor) -> BindingRequest:
        """Give the request back to whom it belongs, once. Raises PlanGone."""
        found = self.waiting.pop(ticket, None)
        if found is None or found[1].user_id != actor.user_id or now().timestamp() - found[0] >= SECONDS:
            raise PlanGone()
        return found[2]


held = Held()
