"""Made-up staff and papers for the demo: people with one-time passwords, customers' scans, test cards.

What an installation has before its first user (the top unit, posts, passwords) is set directly; everything else goes
through the operations, with their rules.
"""

from dataclasses import dataclass, field
from uuid import UUID

from stdnum import luhn

from hub.domain.privacy.masking import Secret
from hub.domain.privacy.purposes import ORDERING, SETTLEMENT
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import AskState, final
from hub.operations.customers.fields import change_fields
from hub.operations.desk import Desk
from hub.operations.documents import evidence
from hub.operations.office import Office
from hub.operations.privacy import authorisations
from hub.operations.settlement.accounts import bind_account
from hub.operations.settlement.binding_rules import BindingRequest
from hub.operations.staff import users
from hub.operations.staff.first_passwords import new_password
from hub.operations.staff.granting import give_post
from hub.operations.staff.sign_in.sign_in import actor_of
from hub.operations.unit_lists import keeping
from hub.ports import today
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.reconciliation import differences
from hub.registry.schema import Unit
from hub.registry.settlement import accounts
from hub.registry.staff import users as staff_questions

TOP = "3701"
# Nobody in person: it sets up what an installation has before its first user.
CENTRE = Actor(None, "演示", frozenset({(Post.INFORMATION_CENTRE, TOP), (Post.INTERNAL_CONTROL, TOP)}))
UNITS = {"370101": "甲县营销部", "370102": "乙县营销部", "370103": "丙县营销部"}
STAFF = {
    "clerk": ("统计员甲", (Post.STATISTICS_CLERK, Post.LICENCE_OFFICER)),
    "manager": ("客户经理乙", (Post.ACCOUNT_MANAGER,)),
    "chief": ("科长丙", (Post.SECTION_CHIEF,)),
    "control": ("内管员丁", (Post.INTERNAL_CONTROL,)),
    "centre": ("信息员戊", (Post.INFORMATION_CENTRE,)),
    "driver": ("送货员己", (Post.DELIVERY_DRIVER,)),
    "caller": ("电访员庚", (Post.CALL_CLERK,)),
}
# The values that records may take; the company's lists hold for the counties too (R2.2).
LISTS = {
    "visit_batch": ("一批", "二批", "三批"),
    "delivery_route": ("城北一线", "城南二线", "乡镇三线"),
    "visit_route": ("东片", "西片"),
    "customer_grade": ("A", "B", "C", "D"),
}
PNG = b"\x89PNG\r\n\x1a\nmade-up scan"
# How many customers of each bank go alone and at once; the others travel in packages. Postal has no packages.
AT_ONCE = {"icbc": 24, "abc": 12, "postal": 1000}
# The place in the list of each bank's first customer.
FIRST = {"icbc": 0, "abc": 144, "postal": 168}
# Places of the customers who sign for an ordering device.
SIGNERS = {"telecom": range(40, 60), "mobile": range(60, 80)}
# Places of customers whose binding the hub itself refuses, one for each rule that the demo shows.
WITHOUT_CONSENT, OTHER_PAYER, BAD_CARD = 30, 31, 32


@dataclass
class Filed:
    """The asks filed for the banks, and what the rules refused."""

    asks: list[UUID] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class Row:
    """How one customer's binding ended."""

    ask_id: UUID
    channel: str
    place: int
    code: str
    state: str
    reason: str
    said: str
    """The partner's own word on it."""
    talks: int
    ended: bool
    account: bool
    waits_for: str
    was_in_doubt: bool


@dataclass(frozen=True)
class Signer:
    """A customer who signs at a carrier's counter."""

    code: str
    licence_no: str
    phone: str


def people(office: Office) -> Actor:
    """Units, staff, a confidentiality agreement with the bank; returns the clerk."""
    with office.desk(CENTRE) as desk:
        desk.tx.add(Unit(code=TOP, name="市公司", parent_code=None))
        desk.tx.flush()
        for code, name in UNITS.items():
            users.create_unit(desk, code, name, TOP)
    for key, values in LISTS.items():
        for value in values:
            office.perform(HUB, keeping.add_entry, TOP, key, value, "演示")
    passwords(office)
    with office.desk(CENTRE) as desk:
        user = staff_questions.by_login(desk.tx, "clerk")
        assert user is not None
        return actor_of(desk.tx, user)


def passwords(office: Office) -> list[tuple[str, str, str]]:
    """New one-time passwords for the demo's staff: (login, password, posts)."""
    known = []
    with office.desk(CENTRE) as desk:
        for login, (name, posts) in STAFF.items():
            user = staff_questions.by_login(desk.tx, login)
            if user is None:
                password, user = users.new_user(desk, login, name, TOP)
                for post in posts:
                    give_post(desk, user, post, TOP, "a")
            else:
                password = new_password(desk, user)
            known.append((login, password, ", ".join(posts)))
    return known


def codes(desk: Desk) -> list[str]:
    """The imported customers' codes."""
    return sorted(customer.code for customer in customers.search(desk.tx, None, limit=10_000))


def holders(desk: Desk) -> dict[str, str]:
    """The imported customers' licence holders by code."""
    return {customer.code: customer.licence_holder for customer in customers.search(desk.tx, None, limit=10_000)}


def test_card(number: int) -> str:
    """A card of UnionPay's test BIN, with its Luhn digit."""
    body = f"621214{number:012d}"
    return body + str(luhn.calc_check_digit(body))


def passbook(number: int) -> str:
    """A made-up passbook."""
    return f"600000000000{number:06d}0"


def channel_of(place: int) -> str:
    """The bank of the customer at this place: the last one that begins at or before it."""
    return max((first, key) for key, first in FIRST.items() if place >= first)[1]


def number_of(channel: str, place: int) -> Secret:
    """The card or passbook of the customer at this place; one is mistyped."""
    if channel == "postal":
        return Secret(passbook(place))
    return Secret(test_card(place)[:-1] + "x" if place == BAD_CARD else test_card(place))


def file(office: Office, clerk: Actor, code: str, place: int, filed: Filed) -> None:
    """Authorisation, papers and account of one customer, as the clerk would enter them."""
    try:
        with office.desk(clerk) as desk:
            customer = customers.by_code(desk.tx, code)
            assert customer is not None
            channel, postal = channel_of(place), channel_of(place) == "postal"
            if place != WITHOUT_CONSENT:
                authorisations.give_authorisation(desk, customer.id, channel, SETTLEMENT)
            kind = "passbook_copy" if postal else "deposit_slip"
            slip = evidence.add_evidence(desk, customer.id, kind, "小票", "", PNG, "资料员")
            paper = evidence.add_evidence(desk, customer.id, "tri_party_agreement", "协议", "", PNG, "资料员")
            request = BindingRequest(
                customer_id=customer.id,
                version=customer.version,
                channel=channel,
                kind="passbook" if postal else "debit_card",
                number=number_of(channel, place),
                payer_name="另一人" if place == OTHER_PAYER else customer.licence_holder,
                agreement_no=f"DEMO{place:06d}",
                signed_on=today(),
                evidence_id=slip,
                agreement_evidence_id=paper,
                documents=("licence", "id_card"),
                with_package=place - FIRST[channel] >= AT_ONCE[channel],
            )
            filed.asks.append(bind_account(desk, request))
    except Refusal as refusal:
        filed.refused.append(refusal)


def rows(desk: Desk) -> list[Row]:
    """How each binding stands."""
    order = {code: place for place, code in enumerate(codes(desk))}
    made = ledger.recent(desk.tx, state=None, channel=None, after=None, limit=10_000, units=None)
    doubted = ledger.ever_in_doubt(desk.tx)
    return [
        Row(
            ask.id,
            ask.channel,
            order[ask.customer_code],
            ask.customer_code,
            ask.state,
            ask.reason or "",
            f"{ask.partner_code or ''} {ask.partner_text or ''}".strip(),
            ask.attempts,
            final(AskState(ask.state)),
            ask.subject_kind == "account",
            ask.waits_for or "",
            ask.id in doubted,
        )
        for ask in made
        if ask.customer_code
    ]


def signers(desk: Desk) -> dict[str, list[Signer]]:
    """Who signs for a device at which carrier: authorised, with an order day; their order phones in clear."""
    order, people = codes(desk), {}
    for channel, places in SIGNERS.items():
        people[channel] = [_signer(desk, order[place], channel, place) for place in places]
    return people


def _signer(desk: Desk, code: str, channel: str, place: int) -> Signer:
    customer = customers.by_code(desk.tx, code)
    assert customer is not None
    authorisations.give_authorisation(desk, customer.id, channel, ORDERING)
    values = {"order_day": str(place % 5 + 1)}
    change_fields(desk, customer.id, customer.version, values, "演示:确定订货日")
    phone = desk.vault.open_field(customer.id, "order_phone", customer.sealed["order_phone"]).reveal()
    return Signer(code, customer.licence_no, phone)


def second(office: Office) -> Actor:
    """The section chief, who confirms."""
    with office.desk(CENTRE) as desk:
        user = staff_questions.by_login(desk.tx, "chief")
        assert user is not None
        return actor_of(desk.tx, user)


def licences(desk: Desk) -> dict[str, str]:
    """The imported customers' codes by licence number."""
    return {customer.licence_no: customer.code for customer in customers.search(desk.tx, None, limit=10_000)}


def held(desk: Desk) -> dict[str, set[tuple[str, str, str]]]:
    """What we hold by channel: live accounts with their ending, devices with their customer and state."""
    return accounts.held(desk.tx, sorted(desk.channels))


def open_differences(desk: Desk) -> int:
    """Number of open differences."""
    return len(differences.listed(desk.tx, None, 10_000))


__all__ = ["CENTRE", "Filed", "Row", "codes", "file", "passwords", "people", "rows"]
