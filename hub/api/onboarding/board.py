"""New entrants: the board, and what is recorded by hand (article 7)."""

from hub.api.resource import Resource
from hub.operations.onboarding import board

ONE = "/onboardings/{onboarding_id}"
resource = Resource("onboardings")
resource.shows("/onboardings", board.show_board, "board")
resource.shows(ONE, board.show_onboarding, "show")
resource.does("POST", ONE + "/settled", board.settle_entry, "settle")
resource.does("POST", ONE + "/approval", board.approve_quantity, "approve")
resource.does("POST", ONE + "/end", board.end_onboarding, "end")
