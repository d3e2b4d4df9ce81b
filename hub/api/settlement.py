"""Settlement accounts (R7.9): the plan, binding, unbinding, and telling the customer."""

from hub.operations import carriers
from hub.operations.settlement import accounts

from .resource import Resource

ACCOUNTS = "/customers/{customer_id}/accounts"
resource = Resource("accounts")
resource.asks(ACCOUNTS + "/plan", accounts.plan_binding, "plan")
resource.does("POST", ACCOUNTS, accounts.bind_account, "bind", status=202)
resource.does("POST", "/accounts/{account_id}/unbind", accounts.unbind_account, "unbind", status=202)
resource.does("POST", "/notices/{notice_id}/told", accounts.tell_customer, "told")
resource.does("POST", "/customers/{customer_id}/announcements", carriers.announce_by_hand, "announce", status=202)
