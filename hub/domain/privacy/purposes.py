"""Purposes for which partners may receive a customer's fields (G2), and the most fields that a verb may name."""

from hub.domain.capabilities import AT_COUNTER, RECHECK

SETTLEMENT = "settlement"
ORDERING = "ordering"

PURPOSES: dict[str, tuple[str, str]] = {
    SETTLEMENT: ("电子结算", "Electronic settlement"),
    ORDERING: ("订货", "Ordering"),
}
# The most for each purpose: what names another field is refused before anything leaves (`disclosure.TooMuch`).
FIELDS: dict[str, frozenset[str]] = {
    SETTLEMENT: frozenset(
        {"customer_code", "holder_name", "card_number", "id_number", "phone", "agreement_no", "signed_on"}
    ),
    ORDERING: frozenset(
        {"customer_code", "licence_no", "holder_name", "shop_name", "order_day", "phone", "agreement_no", "device_no"}
    ),
}
VERB_PURPOSE: dict[str, str] = {
    "bind_card": SETTLEMENT,
    AT_COUNTER: SETTLEMENT,
    RECHECK: SETTLEMENT,
    "unbind_card": SETTLEMENT,
    "deliver_agreements": SETTLEMENT,
    "check_card": SETTLEMENT,
    "confirm_binding": SETTLEMENT,
    "announce_customer": ORDERING,
    "announce_customers": ORDERING,
}
# Version of the authorisation's wording that customers sign today.
AUTHORISATION_TEXT = "2026-1"
FIELD_TITLES: dict[str, tuple[str, str]] = {
    "customer_code": ("客户代码", "Customer code"),
    "holder_name": ("结算人姓名", "Payer's name"),
    "card_number": ("卡(折)号", "Card or passbook number"),
    "id_number": ("身份证号", "ID number"),
    "phone": ("订货电话", "Order phone"),
    "agreement_no": ("协议编号", "Agreement number"),
    "signed_on": ("签订日期", "Signing date"),
    "order_day": ("订货日", "Order day"),
    "device_no": ("设备号", "Device number"),
    "licence_no": ("烟草证号", "Licence number"),
    "shop_name": ("店名", "Shop name"),
}
