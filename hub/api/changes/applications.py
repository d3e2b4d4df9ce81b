"""Changes asked for, signed and carried out (I3, I4)."""

from hub.api.resource import Resource
from hub.operations.changes import applications

resource = Resource("applications")
resource.asks("/customers/{customer_id}/changes/plan", applications.plan_change, "plan")
resource.does("POST", "/customers/{customer_id}/changes", applications.send_change, "send", status=202)
resource.shows("/applications", applications.list_applications, "listing")
resource.shows("/applications/{application_id}", applications.show_application, "show")
resource.does("POST", "/applications/{application_id}/decision", applications.decide, "decide")
resource.does("POST", "/applications/{application_id}/withdraw", applications.withdraw, "withdraw")
resource.does(
    "POST", "/applications/{application_id}/again", applications.send_again, "again", queried=("customer_id",)
)
resource.does("POST", "/applications/{application_id}/carry-out", applications.carry_out, "carry_out")
