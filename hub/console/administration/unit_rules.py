"""本单位规定: what a unit has set within the regulation, and the form for it (I8, R9.3)."""

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page
from hub.console.units import chosen as chosen_unit
from hub.domain.changes import MAY_SIGN
from hub.operations.administration import unit_rules
from hub.operations.desk import Desk
from hub.operations.onboarding import entrant_lists

router = APIRouter(prefix="/unit-rules")


def _rules(reader: Desk, unit: str = "", unit_code: str = "") -> dict[str, object]:
    """The rules of a unit; of the caller's own when none is named."""
    own = unit_rules.list_rules(reader)
    units, chosen = chosen_unit(reader, unit_rules.LOOKS, unit or unit_code)
    rules = unit_rules.list_rules(reader, chosen) if chosen else []
    return {
        "rules": rules,
        "set_elsewhere": [known for known in own if known.unit_code != chosen],
        "units": units,
        "unit": chosen,
        "hour": entrant_lists.show_hour(reader, chosen) if chosen else None,
    }


_page = page(router, "", "administration/unit_rules.html", _rules, signers=sorted(MAY_SIGN))
SET = "/unit-rules?unit={unit_code}&done=unit_rule_set"
HOUR = "/unit-rules?unit={unit_code}&done=list_hour"
post(router, "/{unit_code}/entrant-list/hour", entrant_lists.set_hour, HOUR, _page)
post(router, "/{unit_code}/{rule}", unit_rules.set_rule, SET, _page)
