"""“Cannot be read” and “destroyed” are two things, on every page and way; nothing goes on as if a value were empty (G4)."""

from collections.abc import Callable
from io import BytesIO
from uuid import UUID

import pytest
from python_calamine import CalamineWorkbook

from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.asks import overview
from hub.operations.asks.packages import send_package
from hub.operations.changes import applications, paper_forms
from hub.operations.changes import temporary as temporary_operations
from hub.operations.changes.plan import ChangeRequest
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.phones import permits as phone_permits
from hub.operations.privacy import exports
from hub.operations.reconciliation.comparison import ask_bank
from hub.operations.settlement.account_ending import start_ending
from hub.operations.settlement.accounts import bind_account
from hub.registry.asks import journal
from hub.registry.changes import temporary
from hub.registry.schema import Account, Ask, Customer, Temporary
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from hub.registry.vault import Destroyed, Unreadable
from tests.operations.privacy.test_exports import asked as export_asked
from tests.operations.privacy.test_exports import permit, take
from tests.support import lists, people, sealed
from tests.support.callers import Caller
from tests.support.clocks import Clock
from tests.support.makers.applications import CALL, asked, customer, electronic
from tests.support.scenes import Browse

pytestmark = pytest.mark.article("G4")
Harm = Callable[[Office, UUID], None]
WORDS = {
    sealed.destroy: ("已销毁", "destroyed"),
    sealed.spoil: ("无法读取", "cannot be read"),
    sealed.lose: ("无法读取", "cannot be read"),
}
HARMS = pytest.mark.parametrize("harm", WORDS, ids=lambda harm: harm.__name__)
OTHERS = {"已销毁": "无法读取", "无法读取": "已销毁", "destroyed": "cannot be read", "cannot be read": "destroyed"}


def bound(office: Office) -> tuple[Customer, UUID]:
    """A customer with an account and its ask."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1, name="王示例")
        return row, bind_account(desk, people.request(desk, row, 1))


@HARMS
@pytest.mark.parametrize("tongue", ["zh", "en"])
def test_a_customers_page_says_which_of_the_two_and_what_to_do(
    office: Office, browse: Browse, harm: Harm, tongue: str
) -> None:
    row, _ = bound(office)
    harm(office, row.id)
    browser = browse("clerk9", [Post.STATISTICS_CLERK])
    browser.client.cookies.set("ph_language", tongue)
    page = browser.client.get(f"/customers/{row.id}")
    word = WORDS[harm][tongue == "en"]
    left, right = ("(", ")") if tongue == "en" else ("（", "）")
    assert page.status_code == 200
    assert page.text.count(f"{left}{word}{right}") >= 3, "ID number, phone, account"
    assert f"{left}{OTHERS[word]}{right}" not in page.text
    told = {"zh": "立即告知信息中心", "en": "tell the information centre at once"}[tongue]
    assert (told in page.text) is (harm is not sealed.destroy)


@HARMS
def test_the_api_says_it_by_a_code_and_refuses_to_reveal_in_a_sentence(
    office: Office, caller: Caller, harm: Harm, capfd: pytest.CaptureFixture[str]
) -> None:
    row, _ = bound(office)
    harm(office, row.id)
    client = caller("anna", unit="3701")
    code = "destroyed" if harm is sealed.destroy else "unreadable"
    view = client.get(f"/api/v1/customers/{row.id}").json()
    conditions = {entry["field"]: entry["condition"] for entry in view["fields"]}
    assert conditions["order_phone"] == conditions["id_number"] == view["accounts"][0]["condition"] == code
    assert conditions["shop_name"] == "readable"
    given = {"field": "order_phone", "reason": "核对电话号码"}
    answer = client.post(f"/api/v1/customers/{row.id}/reveal", json=given)
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert "advice" in answer.json() and answer.json()["article"] == "G4"
    logged = capfd.readouterr()
    assert ("vault.unreadable" in logged.out + logged.err) is (code == "unreadable")
    assert "13900000001" not in logged.out + logged.err


@HARMS
def test_a_value_that_cannot_be_read_is_not_written_over(office: Office, harm: Harm) -> None:
    row, _ = bound(office)
    before = row.sealed["id_number"]
    owner = Actor(people.CLERK_ID, "证件员", frozenset({(Post(FIELDS["id_number"].owner), "3701")}))
    harm(office, row.id)
    with pytest.raises((Unreadable, Destroyed)):
        office.perform(
            owner, customer_fields.change_fields, row.id, row.version, {"id_number": people.id_number(9)}, "改"
        )
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).sealed["id_number"] == before


@HARMS
def test_exports_and_forms_say_which_of_the_two(office: Office, harm: Harm) -> None:
    row, _ = bound(office)
    harm(office, row.id)
    export_id = export_asked(office)
    permit(office, export_id)
    cells = CalamineWorkbook.from_filelike(BytesIO(take(office, export_id).content)).get_sheet_by_index(0).to_python()
    assert f"({WORDS[harm][0]})" in cells[2] and f"({OTHERS[WORDS[harm][0]]})" not in cells[2]
    form = office.perform(people.CLERK, paper_forms.show_empty_form, row.id, "phone_told")
    assert ("(" + WORDS[harm][0] + ")", "(" + WORDS[harm][1] + ")") in [line.old for line in form.lines]


def test_a_form_of_before_says_which_of_the_two(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web")
        application = asked(desk, row, "phone_told", order_phone="13900000077")
        if application.state == "approved":
            applications.carry_out(desk, application.id)
    sealed.owner(
        office,
        "UPDATE changes SET changes = jsonb_set(changes, '{order_phone,0}', '\"bm90aGluZw==\"') WHERE changes ? 'order_phone'",
    )
    [line] = office.perform(people.CLERK, paper_forms.show_form, application.id).lines
    assert line.old == ("(无法读取)", "(cannot be read)") and line.new[0].endswith("0077")


@HARMS
def test_an_export_that_holds_unreadable_cells_says_so_in_the_audit(office: Office, harm: Harm) -> None:
    row, _ = bound(office)
    harm(office, row.id)
    export_id = export_asked(office)
    permit(office, export_id)
    with office.desk(people.CLERK) as desk:
        exports.take_export(desk, export_id)
        assert desk.audit_detail.get("unreadable") == (None if harm is sealed.destroy else 1)


@HARMS
def test_shared_phones_are_listed_although_one_of_them_cannot_be_read(office: Office, harm: Harm) -> None:
    with office.desk(people.CLERK) as desk:
        rows = [people.customer(desk, number) for number in (1, 2)]
        for row in rows:
            row.sealed = {**row.sealed, "backup_phone": desk.vault.seal_field(row.id, "backup_phone", "13911112222")}
            customer_fields.customers.index(
                desk.tx, row.id, "backup_phone", desk.vault.digest("backup_phone", "13911112222")
            )
    harm(office, rows[0].id)
    [line] = office.perform(people.CLERK, phone_permits.list_permits).unpermitted
    assert line.masked.endswith("2222") and len(line.customers) == 2
    harm(office, rows[1].id)
    [line] = office.perform(people.CLERK, phone_permits.list_permits).unpermitted
    assert line.masked == f"({WORDS[harm][0]})" and len(line.customers) == 2


def test_a_list_that_names_a_customer_whose_values_cannot_be_read_is_returned_for_that(office: Office) -> None:
    lists.bring(office, lists.as_csv([lists.line(number) for number in (1, 2)]))
    with office.desk(HUB) as desk:
        first = desk.tx.query(Customer).order_by(Customer.code).first()
    assert first is not None
    sealed.spoil(office, first.id)
    run = lists.bring(office, lists.as_csv([lists.line(number) for number in (1, 2, 3)]))
    problems = run.problems["cells"]
    assert {cell["line"] for cell in problems} == {2} and run.good >= 1, problems
    assert all("无法读取" in cell["problem"][0] for cell in problems)


@HARMS
def test_a_talk_that_cannot_be_masked_or_read_is_not_shown_empty(office: Office, harm: Harm) -> None:
    row, ask_id = bound(office)
    with office.desk(people.CLERK) as desk:
        other = people.customer(desk, 2, name="李示范")
        bind_account(desk, people.request(desk, other, 2, with_package=True))
        bind_account(desk, people.request(desk, third := people.customer(desk, 3), 3, with_package=True))
        [package_id] = send_package(desk, "icbc")
    for about in (ask_id, package_id):
        journal_line(office, about, f"{row.licence_holder} {other.licence_holder} {third.licence_holder}")
    harm(office, row.id)
    harm(office, other.id)
    for about in (ask_id, package_id):
        [talk] = office.perform(people.CLERK, overview.show_ask, about).attempts
        [exchange] = talk.exchanges
        assert exchange.request_text == exchange.reply_text == f"({WORDS[harm][0]})"


def journal_line(office: Office, ask_id: UUID, said: str) -> None:
    """One exchange of an ask, answered."""
    with office.desk(HUB) as desk:
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        attempt = journal.open_attempt(desk.tx, ask, ask.verb, ask.key)
        no = journal.mark_exchange(desk.tx, desk.vault, ask, attempt.id, 1, "/x", said.encode())
        more = {"sent": "answered", "tries": 1, "status": 200, "reply": said.encode(), "elapsed_ms": 1}
        journal.record_answer(desk.tx, desk.vault, ask, no, **more)  # type: ignore[arg-type]


@pytest.mark.article("I2", "R12.2")
def test_one_temporary_change_that_cannot_be_taken_back_stops_no_other(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        rows = [customer(desk, number, order_method="phone", order_day="3") for number in (1, 2)]
        for number, row in enumerate(rows):
            asked(desk, row, "phone_for_now", order_phone=f"1390000055{number}")
    for row in rows:
        office.perform(CALL, temporary_operations.record_order, row.id, "phone")
    sealed.spoil(office, rows[0].id)
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        ends = {row.customer_id: row.ended_how for row in desk.tx.query(Temporary)}
        assert ends == {rows[0].id: "unreadable", rows[1].id: "returned"}
        assert [task.kind for task in tasks.open_tasks_of(desk.tx, rows[0].id)] == ["unreadable_before"]
        kept = desk.tx.query(Temporary).filter_by(customer_id=rows[0].id).one()
        assert kept.before_sealed, "what was to be put back is still there when the key is"
        assert temporary.open_of(desk.tx, rows[1].id) == []
    assert office.perform(HUB, temporary_operations.return_all) == 0


@HARMS
def test_what_is_to_be_asked_of_a_bank_stands_on_the_desk_instead(office: Office, harm: Harm) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
    harm(office, row.id)
    with office.desk(people.CLERK) as desk:
        account = desk.tx.query(Account).one()
        assert ask_bank(desk, desk.customer(row.id), account) is False
        ending = begins_to_end(desk, row, account)
        assert ending is None and account.state == "ending"
        [task] = [task for task in tasks.open_tasks_of(desk.tx, row.id) if task.kind == "end_account"]
        assert task.details["why"] == f"gate:{'destroyed' if harm is sealed.destroy else 'unreadable'}"
        assert [ask.verb for ask in accounts.asks_of(desk.tx, row.id)] == ["bind_card"], "nothing was left for the bank"


def begins_to_end(desk: Desk, row: Customer, account: Account) -> Ask | None:
    """The account begins to end, as when another bank's became live."""
    return start_ending(desk, row, account, "R10.1")


def test_an_answer_kept_for_a_repeat_that_cannot_be_read_is_refused_and_not_written_over(
    office: Office, caller: Caller
) -> None:
    client = caller("anna", unit="3701")
    key = {"Idempotency-Key": "the-first-of-two"}
    body = {"code": "370199", "name": "新", "parent_code": "3701"}
    assert client.post("/api/v1/units", json=body, headers=key).status_code == 201
    sealed.owner(office, "UPDATE idempotency_keys SET body = body || '\\x00' WHERE key = %s", key["Idempotency-Key"])
    answer = client.post("/api/v1/units", json=body, headers=key)
    assert (answer.status_code, answer.json()["code"]) == (409, "unreadable")
    cut = "UPDATE idempotency_keys SET body = substr(body, 1, length(body) - 1) WHERE key = %s"
    sealed.owner(office, cut, key["Idempotency-Key"])
    assert client.post("/api/v1/units", json=body, headers=key).status_code == 201, "the first answer was kept"


@HARMS
def test_an_application_for_a_customer_who_cannot_be_read_is_refused_in_a_sentence(office: Office, harm: Harm) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web")
    harm(office, row.id)
    wanted = ChangeRequest(
        customer_id=row.id, version=row.version, rule="phone_told", values={"order_phone": "13900000077"}, why="改"
    )
    with pytest.raises((Unreadable, Destroyed)) as no:
        office.perform(people.CLERK, applications.send_change, wanted)
    assert isinstance(no.value, Destroyed) is (harm is sealed.destroy)
    assert no.value.sentence("zh") and no.value.advice("zh") and no.value.advice("en")
