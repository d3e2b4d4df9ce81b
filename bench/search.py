"""Finding one among a million customers, beside the same look-up as bare indexed SQL. PARTNERHUB_BENCH_SEARCH: how many."""

import os
import random
import statistics
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import text

from hub.domain.customers import name_search
from hub.domain.staff.posts import Actor, Post
from hub.operations.customers import search
from hub.ports import new_id, now
from hub.registry.schema import Unit
from hub.registry.session import Transaction, driver_connection
from tests.support import people

from .place import Place, say

SIZE = int(os.environ.get("PARTNERHUB_BENCH_SEARCH", "1000000"))
SHOPS = "宏达远兴隆盛祥和顺发福源泰安康乐平金银玉石青松柏林河山春秋华丽美佳新旺鑫诚信义德仁"
KINDS = ("便民超市", "烟酒店", "便利店", "百货商店", "副食店", "小卖部")
HOLDERS = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
TRIES = 40
COUNTIES = [people.UNIT, *(f"3701{number}" for number in range(50, 69))]
COUNTY = Actor(people.CLERK_ID, "统计员甲", frozenset({(Post.STATISTICS_CLERK, people.UNIT)}))
"""Who looks: the clerk of one county among twenty, so that the unit narrows it as it does for staff."""
COLUMNS = (
    'id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer, settlement_method, "values",'
    " sealed, version, created_at, updated_at, find_text, find_grams"
)


def measure(place: Place) -> None:
    """p50 and p95 of each way of looking, in milliseconds, and of a bare look-up by code."""
    place.open_bank()
    people.found(place.runtime.office)
    chance = random.Random(4)
    began = time.perf_counter()
    rows = _fill(place, chance)
    say(f"{SIZE} customers entered for search", f"{time.perf_counter() - began:.0f} s", "-", "-")
    with place.store.transaction() as tx:
        floor = _times(lambda code: tx.execute(text("SELECT id FROM customers WHERE code = :c"), {"c": code}).all(),
                       [row[0] for row in rows])  # fmt: skip
    ways: dict[str, list[str]] = {
        "code": [row[0] for row in rows],
        "part of a name": [row[1][:4] for row in rows],
        "initials": ["".join(each[0] for each in name_search.sounds(row[1]))[:6] for row in rows],
        "pinyin": ["".join(name_search.sounds(row[1])[:3]) for row in rows],
        "common word": ["便民超市"] * TRIES,
        "no match": ["哈哈镜子"] * TRIES,
        "licence": [row[2] for row in rows],
        "phone": [row[3] for row in rows],
        "phone of nobody": ["13900000001"] * TRIES,
    }
    for name, words in ways.items():
        with place.runtime.office.desk(COUNTY) as desk:
            found = _times(lambda each, desk=desk: search.find_customers(desk, each), words)  # type: ignore[misc]
        say(f"search by {name}, p50 / p95", _both(found), _both(floor), "< 200 ms")


def _both(found: list[float]) -> str:
    return f"{statistics.median(found):.1f} / {sorted(found)[int(len(found) * 0.95)]:.1f} ms"


def _times(look: Callable[[str], object], words: list[str]) -> list[float]:
    found = []
    for each in words:
        began = time.perf_counter()
        look(each)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _fill(place: Place, chance: random.Random) -> list[tuple[str, str, str, str]]:
    """Enter the customers by COPY, in twenty counties, each with a phone; some come back as (code, shop, licence, phone)."""
    kept = []
    every = max(SIZE // TRIES, 1)
    with place.store.transaction() as tx:
        tx.add_all(Unit(code=code, name=code, parent_code="3701") for code in COUNTIES if code != people.UNIT)
        tx.flush()
        cursor = driver_connection(tx).cursor()
        with cursor.copy(f"COPY customers ({COLUMNS}) FROM STDIN") as copy:
            for number in range(SIZE):
                shop = "".join(chance.choices(SHOPS, k=3)) + chance.choice(KINDS)
                holder = chance.choice(HOLDERS) + "".join(chance.choices(SHOPS, k=2))
                code, at, licence = f"370101{number:07d}", now(), str(370100000000 + number)
                county = COUNTIES[number // every % len(COUNTIES)] if number % every else people.UNIT
                copy.write_row((new_id(), code, licence, holder, shop, county, "registered",
                                False, "cash", "{}", "{}", 1, at, at, name_search.text(shop, holder),
                                name_search.grams(shop, holder)))  # fmt: skip
                if number % every == 0:
                    kept.append((code, shop, licence, f"139{number:08d}"))
        _phones(place, tx)
    with place.owner.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE customers, customer_index"))
    return kept[:TRIES]


def _phones(place: Place, tx: Transaction) -> None:
    """The keyed index of everybody's order phone."""
    with place.runtime.office.desk(COUNTY) as desk:
        digest = partial(desk.vault.digest, "order_phone")
    rows = tx.execute(text("SELECT id, code FROM customers")).all()
    cursor = driver_connection(tx).cursor()
    with cursor.copy("COPY customer_index (customer_id, field, digest) FROM STDIN") as copy:
        for customer_id, code in rows:
            copy.write_row((customer_id, "order_phone", digest(f"139{int(code[6:]):08d}")))
