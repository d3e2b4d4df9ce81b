"""Units, users and their posts."""

from hub.api.resource import Resource
from hub.operations.staff import users

resource = Resource("users")
resource.shows("/units", users.list_units, "units")
resource.does("POST", "/units", users.create_unit, "add_unit", status=201)
resource.shows("/users", users.list_users, "users")
resource.does("POST", "/users", users.create_user, "add_user", status=201, key="password")
resource.does("POST", "/users/{user_id}/posts", users.grant_post, "grant", status=201)
resource.does("POST", "/users/{user_id}/posts/revoke", users.revoke_post, "revoke")
resource.does("POST", "/users/{user_id}/deactivate", users.deactivate_user, "deactivate")
