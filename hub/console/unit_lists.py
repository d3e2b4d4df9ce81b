"""单位清单: the values that a unit keeps for its customers' records, who has one, what was changed (R2.2)."""

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page
from hub.console.units import chosen as chosen_unit
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import words_of
from hub.domain.customers.unit_lists import KEEPERS, LISTED
from hub.operations.desk import Desk
from hub.operations.staff import users
from hub.operations.unit_lists import keeping

router = APIRouter(prefix="/unit-lists")


def _lists(reader: Desk, unit: str = "", unit_code: str = "") -> dict[str, object]:
    """The lists of a unit; of the caller's own when none is named."""
    units, chosen = chosen_unit(reader, keeping.LOOKS, unit or unit_code)
    # The lists that this reader may change; the others are shown without a form.
    keeps = [key for key in LISTED if chosen in reader.covered_units(KEEPERS[key])]
    lists = keeping.show_lists(reader, chosen)
    return {"lists": lists, "units": units, "unit": chosen, "keeps": keeps}


def _one(reader: Desk, unit_code: str, field: str, value: str = "") -> dict[str, object]:
    """One list: its history, and who has a value."""
    having = keeping.list_having(reader, unit_code, field, value) if value else []
    history = keeping.show_history(reader, unit_code, field)
    names = {known.code: known.name for known in users.list_units(reader)}
    about = {"unit_code": unit_code, "unit": names.get(unit_code, unit_code), "field": FIELDS[field]}
    return {**about, "having": having, "history": history, "value": value}


def word(field: str, value: str) -> tuple[str, str]:
    """A value as people read it: of the catalogue's choices its title."""
    return words_of(FIELDS[field], value)


_page = page(router, "", "unit_lists/list.html", _lists, word=word)
page(router, "/{unit_code}/{field}", "unit_lists/one.html", _one, word=word)
DONE = "/unit-lists?unit={unit_code}&done="
post(router, "/{unit_code}/{field}", keeping.add_entry, DONE + "list_entered#l-{field}", _page)
post(router, "/{unit_code}/{field}/withdraw", keeping.withdraw_entry, DONE + "list_withdrawn#l-{field}", _page)
