"""A changing call is carried out once (R5)."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB
from hub.operations.administration import kept_answers
from hub.operations.office import Office
from hub.registry.schema import IdempotencyKey
from hub.registry.session import Store, Transaction
from hub.registry.vault import SYSTEM
from tests.support.callers import Caller


def rows(store: Store, question: str) -> list[tuple[object, ...]]:
    with psycopg.connect(store.url) as connection:
        return connection.execute(question).fetchall()


def add_unit(client: TestClient, key: str | None, code: str = "north") -> tuple[int, bytes, str]:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.post("/api/v1/units", json={"code": code, "name": code, "parent_code": "city"}, headers=headers)
    return answer.status_code, answer.content, answer.headers["content-type"]


def test_a_repeat_gets_the_first_answer_byte_for_byte(clerk: TestClient, store: Store) -> None:
    assert add_unit(clerk, "k1")[0] == 201
    assert add_unit(clerk, "k1") == add_unit(clerk, "k1")
    assert rows(store, "SELECT count(*) FROM units WHERE code = 'north'") == [(1,)]
    assert rows(store, "SELECT count(*) FROM audit WHERE operation = 'staff.create_unit' AND object_id = 'north'") <= [
        (1,)
    ]


def test_a_refusal_is_repeated_too(clerk: TestClient) -> None:
    assert add_unit(clerk, "k1")[0] == 201
    first = add_unit(clerk, "k2")
    assert first[0] in (409, 422) and first[2] == "application/problem+json"
    assert add_unit(clerk, "k2") == first


def test_fifty_at_once_have_one_effect(clerk: TestClient, store: Store) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: add_unit(clerk, "same"), range(50)))
    statuses = Counter(status for status, _, _ in answers)
    assert set(statuses) <= {201, 409} and statuses[201] >= 1
    assert len({body for status, body, _ in answers if status == 201}) == 1
    assert rows(store, "SELECT count(*) FROM audit WHERE operation = 'staff.create_unit' AND user_id IS NOT NULL") == [
        (1,)
    ]


def test_another_body_under_the_same_key_is_refused(clerk: TestClient, store: Store) -> None:
    add_unit(clerk, "k1")
    status, body, _ = add_unit(clerk, "k1", code="south")
    assert status == 422 and b"key_used_for_other" in body
    assert rows(store, "SELECT count(*) FROM units WHERE code = 'south'") == [(0,)]


@pytest.mark.parametrize(
    ("key", "code"),
    [(None, b"key_missing"), ("", b"key_missing"), ("x" * 256, b"key_malformed"), ("a\tb", b"key_malformed")],
)
def test_a_call_without_a_usable_key_is_refused(clerk: TestClient, store: Store, key: str | None, code: bytes) -> None:
    status, body, _ = add_unit(clerk, key)
    assert status == 400 and code in body
    assert rows(store, "SELECT count(*) FROM units WHERE code = 'north'") == [(0,)]


def test_a_key_in_use_is_409(clerk: TestClient, store: Store) -> None:
    user = rows(store, "SELECT id FROM users WHERE login = 'clerk'")[0][0]
    with psycopg.connect(store.url) as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (f"idempotency {user} k1",))
        status, body, _ = add_unit(clerk, "k1")
        assert status == 409 and b"key_in_use" in body
    assert add_unit(clerk, "k1")[0] == 201


def test_keys_of_two_people_do_not_meet(caller: Caller) -> None:
    assert add_unit(caller("one"), "k1", "north")[0] == 201
    assert add_unit(caller("two"), "k1", "south")[0] == 201


def test_a_key_is_forgotten_after_thirty_days(clerk: TestClient, store: Store) -> None:
    assert add_unit(clerk, "k1")[0] == 201
    with psycopg.connect(store.url) as connection:
        connection.execute("UPDATE idempotency_keys SET at = at - interval '29 days 23 hours'")
    assert add_unit(clerk, "k1")[0] == 201
    with psycopg.connect(store.url) as connection:
        connection.execute("UPDATE idempotency_keys SET at = at - interval '2 hours'")
    assert add_unit(clerk, "k1")[0] in (409, 422)


def test_a_failing_transaction_keeps_no_key(clerk: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Transaction.commit

    def fail(self: Transaction) -> None:
        raise RuntimeError("cut")

    monkeypatch.setattr("hub.registry.idempotency.keep", fail)
    assert add_unit(clerk, "k1")[0] == 500
    monkeypatch.undo()
    assert Transaction.commit is whole
    assert rows(store, "SELECT count(*) FROM units WHERE code = 'north'") == [(0,)]
    assert add_unit(clerk, "k1")[0] == 201


def test_an_answer_is_kept_sealed_and_its_fingerprint_keyed(clerk: TestClient, store: Store) -> None:
    assert add_unit(clerk, "k1", "north")[0] == 201
    (kept,) = rows(store, "SELECT body, fingerprint FROM idempotency_keys WHERE key = 'k1'")
    assert b"north" not in bytes(kept[0]) and len(bytes(kept[1])) == 32  # type: ignore[arg-type]


@pytest.mark.article("R6.1")
def test_a_password_that_is_shown_once_is_kept_for_no_repeat(clerk: TestClient, office: Office) -> None:
    body = {"login": "newcomer", "name": "Newcomer", "unit_code": "east"}
    first, again = (clerk.post("/api/v1/users", json=body, headers={"Idempotency-Key": "k1"}) for _ in range(2))
    password = first.json()["password"]
    assert (again.status_code, again.json()["code"]) == (409, "shown_once") and password not in again.text
    with office.desk(HUB) as desk:
        kept = desk.tx.scalars(select(IdempotencyKey)).all()
        opened = [
            desk.vault.open(SYSTEM, f"idempotency_keys.body:{each.user_id}:{each.key}", each.body) for each in kept
        ]
    assert opened and not any(password.encode() in each for each in opened)


def test_old_answers_of_a_caller_who_never_comes_again_are_deleted(clerk: TestClient, office: Office) -> None:
    assert add_unit(clerk, "k1")[0] == 201
    office.perform(HUB, kept_answers.expire)
    assert rows(office.store, "SELECT count(*) FROM idempotency_keys") == [(1,)]
    with psycopg.connect(office.store.url) as connection:
        connection.execute("UPDATE idempotency_keys SET at = at - interval '31 days'")
    office.perform(HUB, kept_answers.expire)
    assert rows(office.store, "SELECT count(*) FROM idempotency_keys") == [(0,)]
