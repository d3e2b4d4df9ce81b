"""Batches against Mobile's own process: taken whole or not at all, one job, each row with an end of its own."""

from collections.abc import Sequence
from typing import Any

import pytest

from hub.domain.facts import Setback
from hub.plugin import BindingAbsent, BindingAccepted, BindingPending, BindingRefused, Busy, CustomerKnown, Unknown
from plugins.mobile.tests.carrier import Carrier, key, wait


def people(carrier: Carrier, count: int) -> list[dict[str, str]]:
    """So many who signed, as rows of a batch."""
    rows = []
    for number in range(1, count + 1):
        phone = f"188000{number:05d}"
        agreement = carrier.sign(licence=f"3701001{number:05d}", phone=phone, device=f"8600000000{number:05d}")
        rows.append({"customer_code": f"3701000{number:05d}", "phone": phone, "agreement_no": agreement})
    return [{"row_no": str(place), "order_day": "2", **row} for place, row in enumerate(rows, start=1)]


def decided(carrier: Carrier, serial: str, rows: Sequence[Any]) -> dict[str, Any]:
    """How the rows ended, by their number, once all that is shown is decided."""
    wait(lambda: not any(row["state"] == "1" for row in carrier.ledger()["announcements"]))
    return {fact.row_no: fact for fact in carrier.ask("query_announcements", serial, customers=rows)}


@pytest.mark.article("R7.8")
def test_each_row_of_a_batch_ends_for_itself_and_a_repeat_is_the_same_batch(carrier: Carrier) -> None:
    rows, serial = people(carrier, 4), key()
    carrier.post("/_sim/scenario", scenario="accepted_then_refused", customer_code=rows[1]["customer_code"])
    rows[2]["agreement_no"] = "YX9999999999"
    taken = carrier.ask("announce_customers", serial, customers=rows)
    assert [type(fact) for fact in taken] == [BindingAccepted] * 4
    assert carrier.ask("announce_customers", serial, customers=rows) == taken
    facts = decided(carrier, serial, rows)
    assert [type(facts[number]) for number in "1234"] == [CustomerKnown, BindingRefused, BindingRefused, CustomerKnown]
    assert (facts["2"].code, facts["3"].reason) == ("12103", "no_agreement")
    books = carrier.ledger()
    assert [(job["received"], job["batch"]) for job in books["jobs"]] == [(2, 1)]
    assert {row["cust"] for row in books["agreements"]} == {rows[0]["customer_code"], rows[3]["customer_code"], ""}
    assert all(row["executed"] == 1 for row in books["announcements"])


@pytest.mark.article("R7.8")
def test_one_number_inside_its_half_hour_refuses_the_whole_batch(carrier: Carrier) -> None:
    rows = people(carrier, 2)
    carrier.ask("announce_customers", key(), customers=rows[:1])
    serial = key()
    with pytest.raises(Busy) as busy:
        carrier.ask("announce_customers", serial, customers=rows)
    assert busy.value.code == "12100" and busy.value.retry_after is not None
    assert busy.value.retry_after.total_seconds() == 1800
    assert [row["cust"] for row in carrier.ledger()["announcements"]] == [rows[0]["customer_code"]]
    absent = carrier.ask("query_announcements", serial, customers=rows)
    assert {(fact.row_no, type(fact)) for fact in absent} == {("1", BindingAbsent), ("2", BindingAbsent)}


@pytest.mark.parametrize("scenario", ["row_missing_in_job", "row_contradicted_in_job", "row_of_another_in_job"])
def test_a_row_that_the_job_does_not_show_rightly_is_no_success(carrier: Carrier, scenario: str) -> None:
    rows, serial = people(carrier, 2), key()
    carrier.post("/_sim/scenario", scenario=scenario, customer_code=rows[0]["customer_code"])
    carrier.ask("announce_customers", serial, customers=rows)
    assert decided(carrier, serial, rows) == {"2": CustomerKnown(rows[1]["customer_code"], row_no="2")}


def test_an_open_row_is_pending_beside_one_that_is_done(carrier: Carrier) -> None:
    rows, serial = people(carrier, 2), key()
    carrier.post("/_sim/scenario", scenario="never_decided", customer_code=rows[0]["customer_code"])
    carrier.ask("announce_customers", serial, customers=rows)
    wait(lambda: any(row["state"] == "2" for row in carrier.ledger()["announcements"]))
    kinds = {fact.row_no: type(fact) for fact in carrier.ask("query_announcements", serial, customers=rows)}
    assert kinds == {"1": BindingPending, "2": CustomerKnown}
    assert carrier.press("/clerk/confirm", serial=serial, row="1") == 200
    assert isinstance(decided(carrier, serial, rows)["1"], CustomerKnown)


@pytest.mark.parametrize(
    ("fault", "setback", "done"),
    [
        ("drop_after_work", OSError, True),
        ("drop_before_work", OSError, False),
        ("no_job", Unknown, True),
        ("cut_body", Unknown, True),
        ("system_code", Unknown, True),
        ("rate_limit", Busy, False),
        ("too_many_calls", Busy, False),
    ],
)
def test_each_fault_of_a_batch_is_what_it_proves(
    carrier: Carrier, fault: str, setback: type[Exception], done: bool
) -> None:
    rows, serial = people(carrier, 2), key()
    carrier.post("/_sim/scenario", scenario=fault, path="customer-batch")
    with pytest.raises((Setback, OSError)) as raised:
        carrier.ask("announce_customers", serial, customers=rows)
    assert isinstance(raised.value, setback)
    ends = set(map(type, decided(carrier, serial, rows).values()))
    assert ends == ({CustomerKnown} if done else {BindingAbsent})
    if fault == "drop_after_work":
        assert isinstance(carrier.ask("announce_customers", serial, customers=rows)[0], BindingAccepted)
        assert len(carrier.ledger()["announcements"]) == 2, "sent again it is the same batch"


def test_a_hundred_rows_are_the_most(carrier: Carrier) -> None:
    one = people(carrier, 1)[0]
    rows = [
        {**one, "row_no": str(number), "customer_code": f"3702000{number:05d}", "phone": f"188100{number:05d}"}
        for number in range(1, 102)
    ]
    assert {type(fact) for fact in carrier.ask("announce_customers", key(), customers=rows[:100])} == {BindingAccepted}
    refused = carrier.ask("announce_customers", key(), customers=[*rows[1:], {**one, "row_no": "200"}])
    assert {fact.code for fact in refused} == {"12108"}
