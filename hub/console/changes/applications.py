"""Applications: the list, one with its plan and signatures, and the decisions (I3, ADR 0007)."""

from uuid import UUID

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page
from hub.console.typed import chosen
from hub.domain.states import ApplicationState
from hub.operations.changes import applications, paper_forms
from hub.operations.desk import Desk

router = APIRouter()


def _state(text: str) -> ApplicationState | None:
    return ApplicationState(text) if chosen(text, list(ApplicationState), "state") else None


def _listing(reader: Desk, state: str = "") -> dict[str, object]:
    """Applications of the caller's units, newest first."""
    return {"rows": applications.list_applications(reader, _state(state), 100), "state": state}


def _form(reader: Desk, application_id: UUID) -> dict[str, object]:
    """The form on paper."""
    return {"form": paper_forms.show_form(reader, application_id), "back": f"/applications/{application_id}"}


def _empty_form(reader: Desk, customer_id: UUID, rule: str = "") -> dict[str, object]:
    """An empty form for the customer to sign."""
    form = paper_forms.show_empty_form(reader, customer_id, rule)
    return {"form": form, "back": f"/customers/{customer_id}/changes?rule={form.rule}"}


_ONE = "/applications/{application_id}"
page(router, "/applications", "changes/applications.html", _listing)
_show = page(router, _ONE, "changes/application.html", {"view": applications.show_application})
page(router, f"{_ONE}/print", "print/application.html", _form)
page(router, "/customers/{customer_id}/changes/print", "print/application.html", _empty_form)
post(router, f"{_ONE}/decide", applications.decide, f"{_ONE}?done=decided", _show)
post(router, f"{_ONE}/withdraw", applications.withdraw, f"{_ONE}?done=withdrawn_it", _show)
post(router, f"{_ONE}/carry-out", applications.carry_out, f"{_ONE}?done=carried_out", _show)
