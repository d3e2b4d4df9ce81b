"""Article 7 (5): on the binding's page the clerk ticks what the customer showed; who saw it stands with the account."""

import re

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account
from tests.support import people
from tests.support.scenes import Browse


@pytest.mark.article("R7.22")
def test_the_form_asks_for_it_at_the_field_and_the_customers_page_shows_it(office: Office, browse: Browse) -> None:
    clerk = browse("clerk", {Post.STATISTICS_CLERK}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        made = people.request(desk, row, 1)
    fields = {"version": row.version, "channel": "icbc", "kind": "debit_card", "number": people.card(1), "way": "now"}
    fields |= {"payer_name": row.licence_holder, "agreement_no": "XY1", "signed_on": made.signed_on.isoformat()}
    fields |= {"evidence_id": made.evidence_id, "agreement_evidence_id": made.agreement_evidence_id}
    no = clerk.post(f"/customers/{row.id}/bind/plan", **fields).text
    assert "请勾选看到的证件种类" in no and "不要填写证件号码" in no
    again = clerk.post(f"/customers/{row.id}/bind/plan", **fields, documents=["licence"], seen_by="nobody9").text
    assert 'value="licence" checked' in again and "没有这位工作人员" in again and 'value="nobody9"' in again
    planned = clerk.post(f"/customers/{row.id}/bind/plan", **fields, documents=["licence", "id_card"]).text
    assert "确认后将依次进行" in planned
    office.perform(people.CLERK, bind_account, made)
    page = clerk.client.get(f"/customers/{row.id}").text
    assert "烟草专卖许可证" in page and "核验人 统计员甲" in page


@pytest.mark.article("R7.21")
def test_the_clerk_issues_and_prints_a_grade_certificate_on_the_customers_page(office: Office, browse: Browse) -> None:
    """Article 7 (5): the proof of the grade is fetched at the clerk's, and taken to the bank."""
    clerk = browse("clerk", {Post.STATISTICS_CLERK}, people.UNIT)
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        row.values = {"customer_grade": "A"}
    made = clerk.post(f"/customers/{row.id}/grade-certificates")
    assert made.status_code == 303, made.text
    page = clerk.client.get(f"/customers/{row.id}").text
    [printed] = set(re.findall(rf'href="(/customers/{row.id}/grade-certificates/[^"]+/print)"', page))
    sheet = clerk.client.get(printed).text
    assert "烟草客户等级证明" in sheet and row.licence_holder in sheet and "失效" not in sheet
    with office.desk(people.CLERK) as desk:
        desk.customer(row.id).values = {"customer_grade": "B"}
    assert "本证明失效" in clerk.client.get(printed).text
