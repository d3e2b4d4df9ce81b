"""A form that is made from an operation: what a browser sends, and what comes back after a refusal."""

from fastapi import Depends, FastAPI
from starlette.testclient import TestClient

from hub.console import forms
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
