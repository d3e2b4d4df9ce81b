"""本单位规定: what a unit has set within the regulation, and the form for it (I8, R9.3)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.changes import MAY_SIGN
from hub.domain.refusals import Refusal
from hub.operations.administration import unit_rules
from hub.operations.staff import users

router = APIRouter(prefix="/unit-rules")


@router.get("")
def show(request: Request, unit: str = "") -> Response:
    """The rules of a unit; of the caller's own when none is named."""
    return _page(request, unit_code=unit)


def _page(request: Request, refusal: Refusal | None = None, unit_code: str = "", **path: object) -> Response:
    with desk(request) as reader:
        own = unit_rules.list_rules(reader)
        covered = reader.covered_units(frozenset(unit_rules.LOOKS))
        units = [unit for unit in users.list_units(reader) if unit.code in covered]
        chosen = unit_code or (units[0].code if units else "")
        rules = unit_rules.list_rules(reader, chosen) if chosen else []
    elsewhere = [known for known in own if known.unit_code != chosen]
    words = {"units": units, "unit": chosen, "signers": sorted(MAY_SIGN), "refusal": refusal}
    status = refusal.status if refusal else 200
    return render(request, "administration/unit_rules.html", status, rules=rules, set_elsewhere=elsewhere, **words)


SET = "/unit-rules?unit={unit_code}&done=unit_rule_set"
post(router, "/{unit_code}/{rule}", unit_rules.set_rule, SET, _page)
