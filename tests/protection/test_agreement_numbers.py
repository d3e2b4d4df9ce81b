"""No card, ID number or mobile is kept in clear as an agreement's number: refused at the field, and not repeated (G4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hub.domain.privacy.exact_numbers import holds_customers_number
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from hub.operations.privacy import authorisations
from hub.operations.settlement import binding_rules
from hub.ports import today
from tests.support import people

pytestmark = pytest.mark.article("G4")
CARD, ID, MOBILE = people.card(912_873_645_012), people.id_number(77), "13911110020"
HELD = {
    "a card": CARD,
    "a letter and a card": f"A{CARD}",
    "a card in fours": "-".join((CARD[:4], CARD[4:8], CARD[8:12], CARD[12:16], CARD[16:])),
    "an ID number": ID,
    "a letter and an ID number": f"XY{ID}",
    "a letter and a mobile": f"A{MOBILE}",
    "a mobile in parts": "139-1111-0020",
    "a year and a mobile": f"2026-{MOBILE}",
    "a mobile with its country": f"+86{MOBILE}",
    "full-width digits": CARD.translate({48 + n: 0xFF10 + n for n in range(10)}),
}
FINE = [
    "XY-2026-0001",
    "2026112800001234",
    "ICBC20261128000123",
    "370101000001",
    "DEMO000007",
    "2026-11-28/0071",
    "三方2026第001号",
]


@pytest.mark.parametrize("held", HELD)
def test_a_confidentiality_agreement_is_not_numbered_so(office: Office, held: str) -> None:
    people.found(office)
    with pytest.raises(BadInput) as refusal:
        office.perform(
            HUB, authorisations.record_confidentiality, "icbc", HELD[held], today(), today() + timedelta(days=9)
        )
    spoken = refusal.value.sentence("zh") + refusal.value.sentence("en") + refusal.value.advice("en")
    assert HELD[held] not in spoken and "协议编号" in spoken and "Agreement number" in spoken


@pytest.mark.parametrize("held", HELD)
def test_a_tri_party_agreement_is_not_numbered_so(office: Office, held: str) -> None:
    people.found(office)
    with office.desk(HUB) as desk:
        row = people.customer(desk, 1)
        request = replace(people.request(desk, row, 1), agreement_no=HELD[held])
        faults = list(binding_rules.paper_faults(desk, row, request))
    assert any(isinstance(fault, BadInput) for fault in faults)
    assert all(HELD[held] not in fault.sentence("zh") for fault in faults)


@pytest.mark.parametrize("number", FINE)
def test_an_agreements_own_number_is_taken(number: str) -> None:
    assert not holds_customers_number(number)
