"""Paper forms of applications, as they are printed."""

from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Shown
from hub.operations.changes import paper_forms
from hub.operations.desk import Desk

resource = Resource("applications")


class FormField(Shown):
    """A field on a form, [zh, en] each, sensitive values masked."""

    title: tuple[str, str]
    old: tuple[str, str]
    new: tuple[str, str]


class FormShown(Shown):
    """A paper form; `signed` has who signed by post, null while nobody has."""

    title: tuple[str, str]
    rule: str
    customer_code: str
    lines: list[FormField]
    signed: list[tuple[str, str | None]]


def shown_form(found: paper_forms.Form) -> FormShown:
    """A form as the API shows it."""
    return FormShown(
        title=found.title,
        rule=found.rule.key,
        customer_code=found.customer.code,
        lines=[FormField.model_validate(line) for line in found.lines],
        signed=[(str(post), at.user_name if at else None) for post, at in found.signers],
    )


@resource.get("/applications/{application_id}/form", paper_forms.show_form)
def form(desk: Desk, application_id: UUID) -> FormShown:
    """The paper form of an application, as it is printed."""
    return shown_form(paper_forms.show_form(desk, application_id))


@resource.get("/customers/{customer_id}/forms/{rule}", paper_forms.show_empty_form)
def empty_form(desk: Desk, customer_id: UUID, rule: str) -> FormShown:
    """The form of a rule with the customer's present values, to be signed by hand."""
    return shown_form(paper_forms.show_empty_form(desk, customer_id, rule))
