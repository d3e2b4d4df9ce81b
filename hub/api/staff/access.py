"""Requests that need a second person, and passwords and tokens that wait to be collected."""

from hub.api.resource import Resource
from hub.operations.staff import access_requests

resource = Resource("access")
resource.shows("/access-requests", access_requests.list_requests, "requests")
resource.does("POST", "/access-requests/{request_id}/confirm", access_requests.confirm, "confirm")
resource.does("POST", "/access-requests/{request_id}/reject", access_requests.reject, "reject")
resource.does("POST", "/access-requests/{request_id}/withdraw", access_requests.withdraw, "withdraw")
# Both without an Idempotency-Key, so that no copy of a secret is kept for a repeat of the call.
resource.asks("/access-requests/{request_id}/password", access_requests.take_password, "take_password", key="password")
resource.asks("/access-requests/{request_id}/token", access_requests.take_token, "take_token")
