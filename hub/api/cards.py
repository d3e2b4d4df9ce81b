"""Cards lost, damaged or pending, and kept orders (article 8)."""

from hub.operations import cards
from hub.operations.settlement import kept_orders

from .resource import Resource

resource = Resource("cards")
resource.shows("/cards", cards.list_cases, "listing")
resource.shows("/customers/{customer_id}/cards", cards.card_page, "of_customer", pick="cases")
resource.does("POST", "/customers/{customer_id}/cards", cards.report_card, "report", status=201)
resource.does("POST", "/cards/{case_id}/urged", cards.urge, "urged")
resource.does("POST", "/cards/{case_id}/booking", cards.book_replacement, "book")
resource.does("POST", "/cards/{case_id}/close", cards.close_case, "close")
resource.does("POST", "/customers/{customer_id}/kept-orders", kept_orders.keep_order, "keep", status=201)
resource.does("POST", "/kept-orders/{kept_id}/release", kept_orders.release_order, "release")
