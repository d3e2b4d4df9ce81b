"""A planned binding waits where every server process finds it, sealed, for whoever entered it, once, and not for long."""

import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import text
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.periodic import STEPS
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.conftest import MASTER
from tests.support import people
from tests.support.clocks import Clock
from tests.support.scenes import CAPABILITIES, ORIGIN, Browse, Browser

CLERK = {Post.STATISTICS_CLERK}


def planned(office: Office, browser: Browser) -> tuple[UUID, dict[str, str]]:
    """A customer whose account is planned on the page, and what the plan's page holds."""
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 1)
        people.authorise(desk, customer)
        request = people.request(desk, customer, 1)
        desk.tx.flush()
        customer_id, version = customer.id, customer.version
    fields = {
        "csrf": browser.csrf,
        "version": str(version),
        "channel": "icbc",
        "kind": "debit_card",
        "number": people.card(1),
        "payer_name": request.payer_name,
        "agreement_no": request.agreement_no,
        "signed_on": request.signed_on.isoformat(),
        "evidence_id": str(request.evidence_id),
        "agreement_evidence_id": str(request.agreement_evidence_id),
        "documents": ["licence", "id_card"],
        "way": "now",
    }
    page = browser.client.post(f"/customers/{customer_id}/bind/plan", data=fields, headers=ORIGIN)
    assert page.status_code == 200 and people.card(1) not in page.text
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page.text) for name in ("ticket", "digest")}
    assert all(found.values()), page.text
    return customer_id, {name: match[1] for name, match in found.items() if match} | {"csrf": browser.csrf}


def confirm(browser: Browser, customer_id: UUID, plan: dict[str, str]) -> Response:
    return browser.client.post(
        f"/customers/{customer_id}/bind/confirm", data=plan, headers=ORIGIN, follow_redirects=False
    )


def confirm_elsewhere(database: str, session: str, customer_id: UUID, plan: dict[str, str]) -> tuple[int, str]:
    """In another process: a second server on the same database."""
    store = Store(database)
    office = Office(store, MASTER, nudge=lambda tx, ask_id, at=None: None, channels=CAPABILITIES)
    client = TestClient(server.build(Hub(HubSettings(), office, Partners())), cookies={"ph_session": session})
    answer = client.post(f"/customers/{customer_id}/bind/confirm", data=plan, headers=ORIGIN, follow_redirects=False)
    store.close()
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.usefixtures("machine_clock")
@pytest.mark.article("R7.9")
def test_another_server_process_confirms_what_this_one_planned(office: Office, database: str, browse: Browse) -> None:
    browser = browse("clerk21", CLERK)
    customer_id, plan = planned(office, browser)
    session = browser.client.cookies["ph_session"]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as processes:
        status, location = processes.submit(confirm_elsewhere, database, session, customer_id, plan).result()
    assert (status, location[:6]) == (303, "/asks/")
    assert confirm(browser, customer_id, plan).status_code == 409


@pytest.mark.article("R4.1")
def test_a_plan_is_its_clerks_alone_and_is_confirmed_once(office: Office, browse: Browse) -> None:
    browser, other = browse("clerk21", CLERK), browse("clerk22", CLERK)
    customer_id, plan = planned(office, browser)
    theirs = confirm(other, customer_id, plan | {"csrf": other.csrf})
    assert theirs.status_code == 409 and "办理方案已过期或已提交" in theirs.text
    ok = confirm(browser, customer_id, plan)
    assert ok.status_code == 303, re.sub(r"<[^>]+>|\s+", " ", ok.text)[:3000]
    assert confirm(browser, customer_id, plan).status_code == 409


@pytest.mark.article("G2")
def test_the_number_lies_sealed_and_is_deleted_after_a_quarter_of_an_hour(
    office: Office, store: Store, browse: Browse, clock: Clock
) -> None:
    browser = browse("clerk21", CLERK)
    customer_id, plan = planned(office, browser)
    with store.transaction() as tx:
        rows = tx.execute(text("SELECT * FROM pending_bindings")).all()
        assert len(rows) == 1 and people.card(1) not in str(rows) and plan["ticket"] not in str(rows)
    clock.on(minutes=16)
    for step in STEPS:
        if step.__module__.endswith("pending_bindings"):
            with office.desk(HUB) as desk:
                assert step(desk) == 1
    with store.transaction() as tx:
        assert tx.scalar(text("SELECT count(*) FROM pending_bindings")) == 0
    gone = confirm(browser, customer_id, plan)
    assert gone.status_code in (401, 409, 303)
    assert "/asks/" not in gone.headers.get("location", "")


@pytest.mark.article("R7.9")
def test_after_a_refusal_the_form_comes_back_without_the_number(office: Office, browse: Browse) -> None:
    browser = browse("clerk21", CLERK)
    customer_id, plan = planned(office, browser)
    moved = confirm(browser, customer_id, plan | {"digest": "0" * 64})
    assert moved.status_code == 409 and "办理方案在您查看之后有变化" in moved.text
    assert 'value="XY00000001"' in moved.text and people.card(1) not in moved.text
