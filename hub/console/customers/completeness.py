"""信息完整情况: which fields registered customers lack, whose they are and how late (R3.1, R3.3)."""

from fastapi import APIRouter

from hub.console.pages import page
from hub.console.units import chosen as chosen_unit
from hub.domain.customers.catalogue import FIELDS
from hub.operations.customers import completeness
from hub.operations.desk import Desk

router = APIRouter(prefix="/completeness")


def _shown(reader: Desk, unit: str = "", field: str = "") -> dict[str, object]:
    """The fields that a unit's customers lack; for one field, the customers who lack it."""
    units, chosen = chosen_unit(reader, completeness.LOOKS, unit)
    known = FIELDS.get(field)
    return {
        "lacks": completeness.show_completeness(reader, chosen),
        "customers": completeness.list_lacking(reader, chosen, field) if known and chosen else [],
        "field": known,
        "units": units,
        "unit": chosen,
    }


page(router, "", "customers/completeness.html", _shown)
