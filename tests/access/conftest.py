"""A running application, and a customer with one of everything that an operation can name."""

from dataclasses import dataclass, fields
from uuid import UUID

import pytest

from hub.domain.people import Actor, Post
from hub.domain.states import AskState
from hub.operations import closing, packages, settlement
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.ports import new_id, now
from hub.registry.schema import Ask, Notice, User
from hub.registry.session import Store
from tests.api.conftest import app, caller, clerk, hub, nobody, units
from tests.conftest import MASTER
from tests.support import people
from tests.support.partners import PLUGINS

__all__ = ["app", "caller", "clerk", "hub", "nobody", "units"]
CAPABILITIES = {key: partner.capability for key, partner in PLUGINS.partners.items()}


@pytest.fixture
def office(store: Store) -> Office:
    """An office whose channels can do what the plugins say, and whose nudges go nowhere."""
    office = Office(store, MASTER, nudge=lambda tx, ask_id, at=None: None, channels=CAPABILITIES)
    people.found(office)
    return office


@dataclass(frozen=True)
class Scene:
    """One customer of unit 370101 and what hangs on it."""

    customer_id: UUID
    account_id: UUID
    ask_id: UUID
    package_id: UUID
    notice_id: UUID
    authorisation_id: UUID
    evidence_id: UUID

    def ids(self) -> dict[str, UUID]:
        """Each by the name that arguments and paths give it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


def another(desk: Desk, login: str, *grants: tuple[Post, str]) -> Actor:
    """A second member of staff, so that foreign keys hold."""
    user = User(
        id=new_id(),
        login=login,
        name=f"职员{login}",
        unit_code="3701",
        password_hash="x",
        password_set_at=now(),
        created_at=now(),
    )
    desk.tx.add(user)
    desk.tx.flush()
    return Actor(user.id, user.name, frozenset(grants))


def in_doubt(ask: Ask) -> None:
    """Its answer was lost."""
    ask.state, ask.sent_at, ask.doubt_since, ask.waits_for = AskState.IN_DOUBT, now(), now(), "question"


@pytest.fixture
def scene(office: Office) -> Scene:
    """An account whose ask is in doubt and proposed for closing, a package, a notice, papers."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        ask_id = settlement.bind_account(desk, people.request(desk, row, 1))
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        in_doubt(ask)
        letter = people.paper(desk, row, "bank_letter")
        right = people.authorise(desk, row)
        notice = Notice(id=new_id(), customer_id=row.id, kind="pay_electronically", article="R7.9", made_at=now())
        desk.tx.add(notice)
        other = people.customer(desk, 2)
        settlement.bind_account(desk, people.request(desk, other, 2, with_package=True))
        [package_id] = packages.send_package(desk, "icbc")
        closing.propose_closing(desk, ask_id, "live", "银行函告已办妥", letter.id)
        return Scene(row.id, ask.subject_id, ask_id, package_id, notice.id, right.id, letter.id)
