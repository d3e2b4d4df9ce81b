"""Paper forms of applications, as they are printed."""

from hub.api.resource import Resource
from hub.operations.changes import paper_forms

resource = Resource("applications")
resource.shows("/applications/{application_id}/form", paper_forms.show_form, "form")
resource.shows("/customers/{customer_id}/forms/{rule}", paper_forms.show_empty_form, "empty_form")
