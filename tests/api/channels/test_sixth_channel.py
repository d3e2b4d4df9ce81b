"""A bank and a carrier beyond those that came with the hub: every plan, card and binding serves them too (issue 13, 1.2)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.app import Hub
from hub.channels import host
from hub.domain.states import AskState
from hub.operations.changes import applications
from hub.operations.office import Office
from hub.operations.privacy.authorisations import record_confidentiality
from hub.operations.settlement.accounts import bind_account
from hub.plugin import Channel, hookimpl
from hub.ports import now, today
from hub.registry.channels import state as channel_state
from hub.registry.schema import Account, Customer
from hub.registry.settlement import accounts
from hub.settings import HubSettings
from hub.testing import tiny
from tests.support import people
from tests.support.callers import PASSWORD, Caller

PNG = b"\x89PNG\r\n\x1a\n" + b"scan" * 10
TITLE, TITLE_EN = "河畔银行", "Riverside Bank"


def bank(key: str, title: str, title_en: str) -> Any:
    """A tiny bank under a key and titles of its own."""

    @hookimpl
    def channel() -> Channel:
        kinds = frozenset({"debit_card", "credit_card"})
        return replace(tiny.channel(), key=key, title=title, title_en=title_en, accounts=kinds)

    return tiny.plugin(channel=channel)


PARTNERS = host.load((), {"ccb": bank("ccb", TITLE, TITLE_EN), "tiny": bank("tiny", "山脚银行", "Foothill Bank")})


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub whose only partners are two banks that it never heard of."""
    assert PARTNERS.quarantined == {}
    office.channels = host.capabilities(PARTNERS)
    with office.store.transaction() as tx:
        channel_state.ensure(tx, sorted(office.channels))
    people.found(office)
    for key in office.channels:
        with office.desk(people.CENTRE) as desk:
            record_confidentiality(desk, key, f"保密-{key}", today(), today().replace(year=2999))
    return Hub(HubSettings(), office, PARTNERS)


@pytest.fixture
def clerk(hub: Hub, caller: Caller) -> TestClient:
    """A caller with every post."""
    return caller("everyone", unit="3701")


@pytest.fixture
def customer_id(hub: Hub) -> UUID:
    """A customer who settles electronically at the first of the two, and has authorised both."""
    with hub.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1, authorised=False)
        row.values = {"order_day": "3"}
        for key in hub.office.channels:
            people.authorise(desk, row, key)
        bind_account(desk, people.request(desk, row, 1, channel="ccb"))
        account = desk.tx.query(Account).filter_by(customer_id=row.id).one()
        ask = accounts.asks_of(desk.tx, row.id)[0]
        ask.state, ask.ended_at = AskState.DONE, now()
        accounts.become(account, account.state.__class__("live"))
        account.live_at = now()
        row.settlement_method, row.settlement_bank = "electronic", "ccb"
        return row.id


@pytest.fixture
def browser(app: FastAPI, clerk: TestClient) -> Iterator[TestClient]:
    """The same person at the console."""
    with TestClient(app, follow_redirects=True, headers={"Sec-Fetch-Site": "same-origin"}) as client:
        client.post("/sign-in", data={"login": "everyone", "password": PASSWORD})
        yield client


def version(office: Office, customer_id: UUID) -> int:
    with office.store.transaction() as tx:
        row = tx.get(Customer, customer_id)
        assert row is not None
        return row.version


def send(client: TestClient, path: str, **body: Any) -> Any:
    """What the API answers."""
    return client.post(f"/api/v1/customers/{path}", json=body, headers={"Idempotency-Key": uuid4().hex})


def upload(client: TestClient, customer_id: UUID, kind: str) -> str:
    form, files = {"kind": kind, "title": "扫描件", "custodian": "资料员"}, {"file": ("scan.png", PNG, "image/png")}
    made = client.post(
        f"/api/v1/customers/{customer_id}/evidence", data=form, files=files, headers={"Idempotency-Key": uuid4().hex}
    )
    return str(made.json()["id"])


def planned(client: TestClient, path: str, tongue: str, **body: Any) -> Any:
    """A plan in one language."""
    plan = client.post(f"/api/v1/customers/{path}/plan", json=body, headers={"Accept-Language": tongue})
    assert plan.status_code == 200, plan.text
    return plan.json()


def lines(plan: Any) -> str:
    """The lines of a plan."""
    return "\n".join(line["text"] for line in plan["lines"])


CHANGES = [
    ("cash_for_good", {"settlement_method": "cash"}, ""),
    ("cash_card_reported", {"settlement_method": "cash"}, "reported_lost"),
    ("bank_change", {"settlement_bank": "tiny"}, ""),
]


@pytest.mark.article("R9.2", "R8.1", "R10.1")
@pytest.mark.parametrize(("rule", "values", "reason"), CHANGES)
def test_every_change_of_settlement_is_planned(
    hub: Hub, clerk: TestClient, customer_id: UUID, rule: str, values: dict[str, str], reason: str
) -> None:
    asked = {"version": version(hub.office, customer_id), "rule": rule, "values": values, "why": "客户来电"}
    zh, en = (lines(planned(clerk, f"{customer_id}/changes", each, **asked, reason=reason)) for each in ("zh", "en"))
    named = ("山脚银行", "Foothill Bank") if rule == "bank_change" else (TITLE, TITLE_EN)
    assert named[0] in zh and named[1] in en
    assert "ccb" not in zh + en and "tiny" not in zh + en


@pytest.mark.article("R8.1", "R8.5")
@pytest.mark.parametrize(("event", "choice"), [("lost_reported", "cash"), ("damaged", "transfer")])
def test_a_card_is_reported(hub: Hub, clerk: TestClient, customer_id: UUID, event: str, choice: str) -> None:
    made = send(
        clerk, f"{customer_id}/cards", version=version(hub.office, customer_id), event=event, choice=choice, why="来电"
    )
    assert made.status_code == 201, made.text


@pytest.mark.article("R7.9", "R10.1")
def test_a_binding_there_and_elsewhere_is_planned(hub: Hub, clerk: TestClient, customer_id: UUID) -> None:
    body = {
        "version": version(hub.office, customer_id),
        "channel": "tiny",
        "kind": "debit_card",
        "number": people.card(7),
        "payer_name": "测试1",
        "agreement_no": "XY00000007",
        "signed_on": today().isoformat(),
        "evidence_id": upload(clerk, customer_id, "deposit_slip"),
        "agreement_evidence_id": upload(clerk, customer_id, "tri_party_agreement"),
        "documents": ["licence", "id_card"],
    }
    zh, plan = (planned(clerk, f"{customer_id}/accounts", each, **body) for each in ("zh", "en"))
    zh, en = lines(zh), lines(plan)
    assert {"山脚银行" in zh, TITLE in zh, "Foothill Bank" in en, TITLE_EN in en} == {True}, (zh, en)
    refused = next(lack for lack in plan["missing"] if lack["article"] == "R10.1")
    assert TITLE_EN in refused["detail"], refused


@pytest.mark.article("R10.1")
def test_pages_show_its_own_title_in_both_languages(
    hub: Hub, browser: TestClient, clerk: TestClient, customer_id: UUID
) -> None:
    with hub.office.desk(people.CLERK) as desk:
        seen = applications.list_changes(desk, customer_id)
    assert seen
    for path in ("", "/changes?rule=bank_change", "/bind"):
        for tongue, title in (("zh", TITLE), ("en", TITLE_EN)):
            browser.cookies.set("ph_language", tongue)
            shown = browser.get(f"/customers/{customer_id}{path}")
            assert shown.status_code == 200, shown.text[:300]
            assert ("山脚银行", "Foothill Bank")[tongue == "en"] in shown.text or title in shown.text, (path, tongue)
            assert "Other</" not in shown.text and ">其他<" not in shown.text
    change = browser.get(f"/customers/{customer_id}/changes?rule=bank_change").text
    assert 'value="tiny"' in change and 'value="ccb"' in change and 'value="icbc"' not in change
