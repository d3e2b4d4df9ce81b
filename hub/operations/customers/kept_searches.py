"""Searches kept behind a ticket: the words stay sealed and out of addresses, but Back, reload and paging still work."""

from datetime import timedelta

from hub.domain.inputs import OptionalText
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.operation import STAFF, operation
from hub.ports import new_token, now, token_hash
from hub.registry.customers import kept_searches
from hub.registry.schema import KeptSearch
from hub.registry.vault import SYSTEM

from .search import Words

# About a working day: nobody goes back to yesterday's search.
KEPT_FOR = timedelta(hours=12)
PLACE = "kept_searches.words_sealed:{}"


class SearchGone(Refusal):
    """The address names a search that is no longer kept, or that somebody else made (G4)."""

    article, status = "G4", 404
    says = ("这次查找已过期,查找的内容不再保留。", "This search has expired; what was looked for is no longer kept.")
    then = ("请重新输入后查找。", "Enter it again.")


@operation(
    "customers.keep_search",
    article="G4",
    posts=STAFF,
    title=("保留查找内容", "Keep a search"),
    audited=False,
    people_only=True,
)
def keep_search(desk: Desk, words: Words) -> str:
    """Keep the words of a search, sealed; returns the ticket that stands for them in the address; "" for no words."""
    assert desk.actor.user_id is not None
    if not words.strip():
        return ""
    # Only its digest is stored: whoever reads the table cannot call up a search.
    ticket = new_token(16)
    digest = token_hash(ticket)
    # Under the hub's own key: the words may be a number of any customer's, or of nobody's.
    sealed = desk.vault.seal(SYSTEM, PLACE.format(digest.hex()), words.strip())
    expires_at = now() + KEPT_FOR
    desk.tx.add(KeptSearch(ticket_hash=digest, user_id=desk.actor.user_id, words_sealed=sealed, expires_at=expires_at))
    desk.tx.flush()
    return ticket


@operation(
    "customers.kept_search",
    article="G4",
    posts=STAFF,
    title=("取回查找内容", "Take up a search again"),
    changes=False,
    audited=False,
    people_only=True,
)
def kept_search(desk: Desk, ticket: OptionalText) -> str:
    """The words of a search, only for whoever made it. Raises SearchGone."""
    digest = token_hash(ticket)
    sealed = kept_searches.words_of(desk.tx, digest, desk.actor.user_id, now())
    if sealed is None:
        raise SearchGone()
    return desk.vault.open(SYSTEM, PLACE.format(digest.hex()), sealed).decode()


def expire(desk: Desk) -> int:
    """Delete searches that are no longer kept; returns how many. A periodic step of the hub."""
    return kept_searches.delete_expired(desk.tx, now())
