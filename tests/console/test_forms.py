"""A form that is made from an operation: what a browser sends, and what comes back after a refusal."""

import pytest
from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from hub.console import forms
from hub.console.outages.power_cuts import _named
from hub.console.routes.scenarios import _lists, managers_of
from hub.console.typed import names
from hub.domain.privacy.masking import Secret
from hub.operations.cards import urge
from hub.operations.settlement.accounts import plan_binding
from hub.operations.texts import read


def test_lines_that_a_browser_ends_with_two_characters_are_text() -> None:
    """A text area sends CR LF; a carriage return alone is a control character and refused."""
    app = FastAPI()

    @app.post("/")
    async def take(texts: forms.Posted = Depends(forms.posted)) -> str:
        return str(read(urge, texts | {"case_id": "00000000-0000-0000-0000-000000000001"})["why"])

    answer = TestClient(app).post("/", data={"why": "第一行\r\n第二行"})
    assert answer.json() == "第一行\n第二行"


def test_a_secret_is_wrapped_and_never_repeated() -> None:
    assert forms._repeatable(plan_binding, {"number": "6212140000000000019", "payer_name": "王示例"}) == {
        "payer_name": "王示例"
    }
    values = {"customer_id": "00000000-0000-0000-0000-000000000001", "version": "1", "channel": "icbc"}
    values |= {"kind": "debit_card", "number": "6212140000000000019", "payer_name": "王示例", "agreement_no": "XY1"}
    request = read(plan_binding, values | {"signed_on": "2026-11-02"})["request"]
    assert isinstance(request.number, Secret) and request.evidence_id is None


# What is typed as a list is taken apart at the signs of both keyboards (office day, F9: full-width like half-width).
SIGNS = [",", "\uff0c", "\u3001", ";", "\uff1b", "\n", "\r\n", " \uff0c "]


@pytest.mark.parametrize("sign", SIGNS)
def test_names_stand_between_commas_and_semicolons_of_both_keyboards(sign: str) -> None:
    typed = f"一线{sign}二线{sign}"
    assert names(typed) == ["一线", "二线"]
    assert _named({"named": typed})["named"] == ["一线", "二线"]
    assert _lists({"sources": typed, "targets": typed})["targets"] == ["一线", "二线"]


@pytest.mark.parametrize("sign", ["=", "\uff1d", ":", "\uff1a"])
def test_a_route_and_its_manager_stand_on_both_sides_of_any_of_these(sign: str) -> None:
    assert managers_of(f"东片{sign}张三\n西片 {sign} 李四") == {"东片": "张三", "西片": "李四"}
