"""A sealed value opens at its own place, under its own customer's key, unchanged, and nowhere else."""

from uuid import UUID

import psycopg
import pytest

from hub.domain.privacy.masking import Secret
from hub.operations.customers.reveals import reveal_field
from hub.operations.office import Office
from hub.ports import new_id
from hub.registry.customers import customers
from hub.registry.schema import Customer
from hub.registry.session import Store
from hub.registry.vault import SYSTEM, Destroyed, MasterKey, Unreadable, Vault
from tests.support import people
from tests.support.databases import as_owner, by_owner
from tests.support.partners import MASTER

pytestmark = pytest.mark.article("G4")
NUMBER = people.card(11)


def two_owners(vault: Vault) -> tuple[UUID, UUID]:
    one, other = new_id(), new_id()
    vault.new_keys([one, other])
    return one, other


def unreadable(vault: Vault, owner: UUID, place: str, token: bytes) -> None:
    with pytest.raises(Unreadable):
        vault.open(owner, place, token)


def test_a_value_opens_at_its_own_place_alone(store: Store) -> None:
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        one, other = two_owners(vault)
        place = f"accounts.number_sealed:{one}"
        token = vault.seal(one, place, NUMBER)
        assert vault.open_text(one, place, token).reveal() == NUMBER
        unreadable(vault, one, f"accounts.reference:{one}", token)
        unreadable(vault, one, f"accounts.number_sealed:{other}", token)
        unreadable(vault, one, "", token)
        unreadable(vault, other, place, token)
        unreadable(vault, SYSTEM, place, token)


def test_a_field_moved_to_another_field_row_or_customer_does_not_open(office: Office) -> None:
    people.found(office)
    with office.desk(people.CLERK) as desk:
        one, other = people.customer(desk, 1), people.customer(desk, 2)
        phone = one.sealed["order_phone"]
        one.sealed = {**one.sealed, "backup_phone": phone}
        other.sealed = {**other.sealed, "order_phone": phone}
    assert office.perform(people.CLERK, reveal_field, one.id, "order_phone", "核对电话号码").reveal() == "13900000001"
    for customer, field in ((one, "backup_phone"), (other, "order_phone")):
        with pytest.raises(Unreadable):
            office.perform(people.CLERK, reveal_field, customer.id, field, "核对电话号码")


def test_no_flipped_bit_and_no_cut_opens(store: Store) -> None:
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        one, _ = two_owners(vault)
        token = vault.seal(one, "p", NUMBER)
        for bit in range(len(token) * 8):
            flipped = bytearray(token)
            flipped[bit // 8] ^= 1 << bit % 8
            unreadable(vault, one, "p", bytes(flipped))
        for end in range(len(token)):
            unreadable(vault, one, "p", token[:end])
        unreadable(vault, one, "p", token + b"\0")


def test_the_same_value_is_sealed_differently_each_time(store: Store) -> None:
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        one, _ = two_owners(vault)
        tokens = {vault.seal(one, "p", NUMBER) for _ in range(100)}
        assert len(tokens) == 100 and len({token[1:13] for token in tokens}) == 100, "a nonce was used twice"
        assert not any(NUMBER[-8:].encode() in token for token in tokens)


def test_a_destroyed_key_makes_all_of_a_customers_values_unreadable_and_no_one_elses(office: Office) -> None:
    people.found(office)
    with office.desk(people.CLERK) as desk:
        gone, kept = people.customer(desk, 1), people.customer(desk, 2)
        paper = people.paper(desk, gone, "deposit_slip")
    with psycopg.connect(office.store.url) as connection:
        connection.execute(
            "UPDATE customer_keys SET wrapped = NULL, destroyed_at = now() WHERE customer_id = %s", (gone.id,)
        )
    with office.store.transaction() as tx:
        vault = Vault(office.master, tx)
        vault.load_keys([gone.id, kept.id])
        row, other = customers.get(tx, gone.id), customers.get(tx, kept.id)
        assert isinstance(row, Customer) and isinstance(other, Customer)
        for text in ("", "no base64", row.sealed["id_number"][:9]):
            with pytest.raises(Unreadable):
                vault.open_field(other.id, "id_number", text)
        for field, token in row.sealed.items():
            with pytest.raises(Destroyed):
                vault.open_field(row.id, field, token)
        with pytest.raises(Destroyed):
            vault.open(gone.id, f"evidence.content_sealed:{paper.id}", paper.content_sealed)
        with pytest.raises(Destroyed):
            vault.seal(gone.id, "p", "nothing new is sealed for an erased customer")
        assert vault.open_field(other.id, "order_phone", other.sealed["order_phone"]) == Secret("13900000002")


def test_a_key_that_is_gone_without_the_day_of_its_destruction_was_not_destroyed(office: Office) -> None:
    """Somebody who empties the column makes nothing destroyed by right: it is an incident."""
    people.found(office)
    with office.desk(people.CLERK) as desk:
        one = people.customer(desk, 1).id
    by_owner(office.store, f"UPDATE customer_keys SET wrapped = NULL WHERE customer_id = '{one}'")
    with office.store.transaction() as tx:
        customer = customers.get(tx, one)
        assert isinstance(customer, Customer)
        with pytest.raises(Unreadable):
            Vault(office.master, tx).open_field(one, "id_number", customer.sealed["id_number"])


def test_a_wrapped_key_moved_to_another_customer_does_not_open(store: Store) -> None:
    with store.transaction() as tx:
        one, other = two_owners(Vault(MASTER, tx))
    with psycopg.connect(store.url) as connection:
        connection.execute(
            "UPDATE customer_keys SET wrapped = (SELECT wrapped FROM customer_keys WHERE customer_id = %s) "
            "WHERE customer_id = %s",
            (one, other),
        )
    with store.transaction() as tx, pytest.raises(Unreadable):
        Vault(MASTER, tx).seal(other, "p", "x")


def test_a_key_whose_row_is_gone_was_not_destroyed(store: Store) -> None:
    """Erasing leaves the row; a row that is missing is half a backup, or a hand in the database."""
    with store.transaction() as tx:
        one, _ = two_owners(Vault(MASTER, tx))
        token = Vault(MASTER, tx).seal(one, "p", NUMBER)
    with psycopg.connect(as_owner(store.url)) as connection:
        connection.execute("DELETE FROM customer_keys WHERE customer_id = %s", (one,))
    with store.transaction() as tx:
        unreadable(Vault(MASTER, tx), one, "p", token)


def test_one_key_that_does_not_open_spoils_no_other_that_is_fetched_with_it(store: Store) -> None:
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        one, other = two_owners(vault)
        mine, theirs = vault.seal(one, "p", NUMBER), vault.seal(other, "p", NUMBER)
    with psycopg.connect(store.url) as connection:
        connection.execute("UPDATE customer_keys SET wrapped = '\\x00' WHERE customer_id = %s", (one,))
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        vault.load_keys([one, other])
        assert vault.open_text(other, "p", theirs).reveal() == NUMBER
        unreadable(vault, one, "p", mine)


def test_another_master_key_opens_nothing(store: Store) -> None:
    stranger = MasterKey(b"\7" * 32)
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        one, _ = two_owners(vault)
        mine, shared = vault.seal(one, "p", NUMBER), vault.seal(SYSTEM, "p", NUMBER)
    with store.transaction() as tx:
        unreadable(Vault(stranger, tx), SYSTEM, "p", shared)
        unreadable(Vault(stranger, tx), one, "p", mine)
        assert Vault(stranger, tx).digest("id_number", NUMBER) != Vault(MASTER, tx).digest("id_number", NUMBER)


def test_the_keyed_index_is_equal_for_equal_values_of_one_field_alone(store: Store) -> None:
    with store.transaction() as tx:
        vault = Vault(MASTER, tx)
        found = vault.digest("order_phone", "13900000001")
        assert found == vault.digest("order_phone", Secret("13900000001"))
        assert found != vault.digest("backup_phone", "13900000001")
        assert found != vault.digest("order_phone", "13900000002")


def test_the_keys_for_wrapping_index_chain_and_system_differ() -> None:
    assert MASTER.index != MASTER.chain
    with pytest.raises(ValueError, match="32 bytes"):
        MasterKey(b"short")
