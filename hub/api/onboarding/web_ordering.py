"""A customer's way onto web ordering: password issued, reset, delivered (R7.6)."""

from hub.api.resource import Resource
from hub.operations.onboarding import web_ordering

resource = Resource("onboardings")
resource.shows("/web-orderings", web_ordering.list_web_orderings, "web")
resource.does("POST", "/web-orderings/{web_id}/password", web_ordering.issue_password, "issue")
resource.does("POST", "/web-orderings/{web_id}/reset", web_ordering.reset_password, "reset")
resource.does("POST", "/web-orderings/{web_id}/delivery", web_ordering.deliver_password, "deliver")
