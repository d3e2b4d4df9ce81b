"""API tokens and the service users that hold them."""

from hub.api.resource import Resource
from hub.operations.staff import api_tokens, users

resource = Resource("tokens")
resource.shows("/tokens", api_tokens.list_tokens, "listed")
resource.does("POST", "/tokens", api_tokens.issue_token, "issue", status=201)
resource.does("POST", "/tokens/{token_id}/revoke", api_tokens.revoke_token, "revoke")
resource.does("POST", "/users/service", users.create_service_user, "add_service_user", status=201)
resource.does("POST", "/users/{user_id}/unlock", users.unlock_user, "unlock")
resource.does("POST", "/users/{user_id}/reset-password", users.reset_password, "reset_password")
