"""Made-up people, shops and cards: valid in form, visibly false."""

from datetime import date
from uuid import UUID

from stdnum import luhn

from hub.domain.identifiers import ID_CHECKS, ID_WEIGHTS
from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import AUTHORISATION_TEXT, SETTLEMENT
from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.grades import certificates
from hub.operations.office import Office
from hub.operations.settlement.binding_rules import BindingRequest
from hub.ports import new_id, now, today
from hub.registry.customers import customers
from hub.registry.schema import (
    Authorisation,
    CardCase,
    Confidentiality,
    Customer,
    Evidence,
    ListEntry,
    Onboarding,
    Unit,
    User,
    UserPost,
)
from hub.registry.session import Transaction

UNIT = "370101"
SHOWN = ("licence", "id_card")
"""The documents that a customer shows."""
CLERK_ID = new_id()
CLERK = Actor(CLERK_ID, "统计员甲", frozenset({(Post.STATISTICS_CLERK, "3701")}))
CENTRE = Actor(CLERK_ID, "信息员乙", frozenset({(Post.INFORMATION_CENTRE, "3701")}))

NUMBERED = tuple(f"{number}线" for number in "一二三四五六七八九")
ROUTES = (*NUMBERED, "城北线", "城南线", "城北一线", "城北二线", "城区一线", "城区二线", "甲线")
LISTS = {
    "customer_grade": ("A", "B", "C"),
    "visit_batch": ("一批", "二批", "三批", "第一批", "第二批", "周一批", "周五批"),
    "delivery_route": ROUTES,
    "visit_route": (*NUMBERED, "东片", "西片", "甲线"),
}
"""What the company keeps on its lists, so that a customer's record can name it (R2.2)."""


def card(number: int, bin: str = "621214") -> str:
    """A 19-digit test card with its Luhn digit."""
    body = f"{bin}{number:012d}"
    return body + str(luhn.calc_check_digit(body))


def id_number(number: int) -> str:
    """An ID number with a region that does not exist, and its check digit."""
    body = f"999901199001{number % 28 + 1:02d}{number % 1000:03d}"
    return body + ID_CHECKS[sum(int(d) * w for d, w in zip(body, ID_WEIGHTS, strict=False)) % 11]


def found(office: Office) -> None:
    """Units, a clerk, and a confidentiality agreement with ICBC."""
    with office.store.transaction() as tx:
        if tx.get(Unit, "3701"):
            return
        tx.add(Unit(code="3701", name="市公司", parent_code=None))
        tx.flush()
        tx.add(Unit(code=UNIT, name="甲县营销部", parent_code="3701"))
        tx.add(Unit(code="370102", name="乙县营销部", parent_code="3701"))
        tx.flush()
        tx.add(
            User(
                id=CLERK_ID,
                login="firstclerk",
                name="统计员甲",
                unit_code="3701",
                password_hash="x",
                password_set_at=now(),
                created_at=now(),
            )
        )
        tx.flush()
        tx.add(UserPost(user_id=CLERK_ID, post=Post.STATISTICS_CLERK, unit_code="3701"))
        listed(tx, "3701")
        tx.add(
            Confidentiality(
                id=new_id(),
                channel="icbc",
                agreement_no="保密-1",
                valid_from=date(2026, 1, 1),
                valid_until=date(2999, 12, 31),
                by_name="内管员",
                at=now(),
            )
        )


def listed(tx: Transaction, unit: str, values: dict[str, tuple[str, ...]] | None = None) -> None:
    """Let a unit keep these values on its lists; those of most tests unless told."""
    moment = now()
    for field, kept in (values or LISTS).items():
        for value in kept:
            entry = {"unit_code": unit, "field": field, "value": value, "active": True, "why": "建清单"}
            tx.add(ListEntry(id=new_id(), by_user=None, by_name="统计员甲", at=moment, **entry))
    tx.flush()


def customer(desk: Desk, number: int, *, name: str = "", chain: bool = False, authorised: bool = True) -> Customer:
    """A customer of unit 370101, authorised for ICBC unless told otherwise."""
    row = Customer(
        id=new_id(),
        code=f"370101{number:06d}",
        licence_no=f"{370100000000 + number}",
        licence_holder=name or f"测试{number}",
        shop_name=f"示例商店{number}",
        unit_code=UNIT,
        chain_customer=chain,
        settlement_method="cash",
        created_at=now(),
        updated_at=now(),
    )
    desk.tx.add(row)
    desk.vault.new_keys([row.id])
    row.sealed = {
        "id_number": desk.vault.seal_field(row.id, "id_number", id_number(number)),
        "order_phone": desk.vault.seal_field(row.id, "order_phone", f"139{number:08d}"),
    }
    desk.tx.flush()
    for key, value in (("id_number", id_number(number)), ("order_phone", f"139{number:08d}")):
        customers.index(desk.tx, row.id, key, desk.vault.digest(key, value))
    if authorised:
        authorise(desk, row)
    return row


def entering(desk: Desk, row: Customer) -> None:
    """The customer is still a new entrant."""
    desk.tx.add(Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open", begun_at=now()))
    desk.tx.flush()


def post(desk: Desk, user_id: UUID | None, post: Post, unit: str) -> None:
    """Give a user a post."""
    desk.tx.add(UserPost(user_id=user_id, post=post, unit_code=unit))
    desk.tx.flush()


def authorise(desk: Desk, row: Customer, channel: str = "icbc") -> Authorisation:
    """The customer's authorisation for a bank."""
    paper = Authorisation(
        id=new_id(),
        customer_id=row.id,
        channel=channel,
        purpose=SETTLEMENT,
        text_version=AUTHORISATION_TEXT,
        way="paper",
        given_on=date(2026, 1, 1),
        by_name="经理丙",
        at=now(),
    )
    desk.tx.add(paper)
    desk.tx.flush()
    return paper


def lost(desk: Desk, row: Customer) -> CardCase:
    """The customer's card was reported lost: a ground for ending its account."""
    said = {"event": "lost_reported", "article": "R8.1", "choice": "cash", "why": "来电", "opened_by_name": "统计员"}
    case = CardCase(id=new_id(), customer_id=row.id, unit_code=row.unit_code, opened_at=now(), **said)
    desk.tx.add(case)
    desk.tx.flush()
    return case


def paper(desk: Desk, row: Customer, kind: str) -> Evidence:
    """A paper of a kind."""
    evidence_id = new_id()
    evidence = Evidence(
        id=evidence_id,
        customer_id=row.id,
        kind=kind,
        title="扫描件.png",
        media_type="image/png",
        size=3,
        sha256=b"x",
        content_sealed=desk.vault.seal(row.id, f"evidence.content_sealed:{evidence_id}", b"png"),
        custodian="资料员",
        taken_by="统计员甲",
        taken_at=now(),
    )
    desk.tx.add(evidence)
    desk.tx.flush()
    return evidence


def certify(desk: Desk, row: Customer, grade: str = "B") -> None:
    """The customer has a grade on record, and the clerk has issued its certificate (R7.21)."""
    row.values = {**row.values, "customer_grade": grade}
    desk.tx.flush()
    certificates.issue_certificate(desk, row.id)


def request(desk: Desk, row: Customer, which: int, /, **changes: object) -> BindingRequest:
    """A complete request to bind a debit card at ICBC, with its papers on file."""
    values: dict[str, object] = {
        "customer_id": row.id,
        "version": row.version,
        "channel": "icbc",
        "kind": "debit_card",
        "number": Secret(card(which)),
        "payer_name": row.licence_holder,
        "agreement_no": f"XY{which:08d}",
        "signed_on": today(),
        "evidence_id": paper(desk, row, "deposit_slip").id,
        "agreement_evidence_id": paper(desk, row, "tri_party_agreement").id,
        "documents": SHOWN,
    }
    return BindingRequest(**{**values, **changes})  # type: ignore[arg-type]


def clerk_of(unit: str) -> Actor:
    """A clerk of one county alone."""
    return Actor(CLERK_ID, "统计员丙", frozenset({(Post.STATISTICS_CLERK, unit)}))
