"""The daily list of new entrants: looked at, "none today", and by when (R7.15)."""

from hub.api.resource import Resource
from hub.operations.onboarding import entrant_lists

ONE = "/entrant-lists/{unit_code}"
resource = Resource("onboardings")
resource.shows("/entrant-lists", entrant_lists.show_lists, "lists")
resource.does("POST", ONE + "/none", entrant_lists.say_none, "say_none")
resource.does("POST", ONE + "/look", entrant_lists.confirm_look, "look")
resource.shows(ONE + "/hour", entrant_lists.show_hour, "list_hour")
resource.does("PUT", ONE + "/hour", entrant_lists.set_hour, "set_list_hour")
