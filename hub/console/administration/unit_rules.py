"""本单位规定: what a unit has set within the regulation, and the form for it (I8, R9.3)."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.changes import MAY_SIGN
from hub.domain.refusals import BadInput, Refusal
from hub.operations.administration import unit_rules
from hub.operations.desk import Desk
from hub.operations.staff import users

router = APIRouter(prefix="/unit-rules")
Text = Annotated[str, Form()]


@router.get("")
def show(request: Request, unit: str = "") -> Response:
    """The rules of a unit; of the caller's own when none is named."""
    return _show(request, unit)


def _show(request: Request, unit: str, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        mine = unit_rules.list_rules(found)
        covered = found.covered_units(frozenset(unit_rules.LOOKS))
        units = [each for each in users.list_units(found) if each.code in covered]
        chosen = unit or (units[0].code if units else "")
        rows = unit_rules.list_rules(found, chosen) if chosen else []
        return render(
            request,
            "administration/unit_rules.html",
            refusal.status if refusal else 200,
            rows=rows,
            units=units,
            unit=chosen,
            signers=sorted(MAY_SIGN),
            set_elsewhere=[view for view in mine if view.unit.code != chosen],
            refusal=refusal,
        )


@router.post("/{unit_code}/{rule}")
def set_rule(
    request: Request,
    unit_code: str,
    rule: str,
    due: Text = "",
    choice: Text = "",
    more: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Set what the form says."""

    def do(found: Desk) -> None:
        if due.strip() and not (due.strip().isdecimal() and len(due.strip()) <= 4):
            raise BadInput(field="期限", problem="不是数字", mend="请填写工作日数,当日办理填 0。")
        unit_rules.set_rule(
            found,
            unit_code,
            rule,
            due=int(due) if due.strip() else None,
            more_approvals=more or [],
            choice=choice or None,
        )

    return act(
        request, do, f"/unit-rules?unit={unit_code}&done=unit_rule_set", lambda no: _show(request, unit_code, no)
    )
