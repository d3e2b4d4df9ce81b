"""Writing the journal: an attempt, its exchanges, and their raw bytes, sealed."""

import json
from uuid import UUID

from hub.domain.privacy.masking import Secret
from hub.plugin import Request
from hub.ports import new_id, now
from hub.registry.schema import Ask, Attempt, Exchange
from hub.registry.session import Transaction
from hub.registry.vault import SYSTEM, Vault


def open_attempt(tx: Transaction, ask: Ask, verb: str, serial: str) -> Attempt:
    """A new attempt at an ask under a serial; changes and questions are numbered alike."""
    ask.attempts += 1
    # Numbers order the talks about an ask; the caller holds the ask's lock, so that no two are alike.
    attempt = Attempt(id=new_id(), ask_id=ask.id, no=ask.attempts, verb=verb, sent_key=serial, started_at=now())
    tx.add(attempt)
    tx.flush()
    return attempt


def mark_exchange(
    tx: Transaction, vault: Vault, ask: Ask, attempt_id: UUID, no: int, path: str, request: bytes, charset: str = ""
) -> UUID:
    """Record that a request is about to leave. Committed before it does: a mark without an answer means "may have left"."""
    # Made before the row: the seal is bound to the id.
    exchange_id = new_id()
    tx.add(
        Exchange(
            id=exchange_id,
            attempt_id=attempt_id,
            no=no,
            path=path,
            marked_at=now(),
            request_sealed=vault.seal(ask.customer_id or SYSTEM, f"exchanges.request_sealed:{exchange_id}", request),
            charset=charset or None,
            tries=0,
        )
    )
    return exchange_id


def record_answer(
    tx: Transaction,
    vault: Vault,
    ask: Ask,
    exchange_id: UUID,
    *,
    sent: str,
    tries: int,
    status: int | None,
    reply: bytes | None,
    elapsed_ms: int | None,
    charset: str | None = None,
) -> None:
    """Record what became of a marked request. Written once, so that settling again after a lost COMMIT changes nothing."""
    exchange = tx.get(Exchange, exchange_id)
    assert exchange is not None
    if exchange.sent is not None:
        return
    exchange.sent, exchange.tries, exchange.status, exchange.elapsed_ms = sent, tries, status, elapsed_ms
    if reply is not None:
        owner = ask.customer_id or SYSTEM
        exchange.reply_sealed = vault.seal(owner, f"exchanges.reply_sealed:{exchange_id}", reply)
        exchange.answered_at, exchange.reply_charset = now(), charset


def open_exchange(vault: Vault, ask: Ask, exchange: Exchange) -> tuple[bytes, bytes | None]:
    """The raw request and answer of an exchange; raises Unreadable."""
    owner = ask.customer_id or SYSTEM
    request = vault.open(owner, f"exchanges.request_sealed:{exchange.id}", exchange.request_sealed)
    if exchange.reply_sealed is None:
        return request, None
    return request, vault.open(owner, f"exchanges.reply_sealed:{exchange.id}", exchange.reply_sealed)


def kept_bytes(request: Request) -> bytes:
    """What the journal keeps of a request: its bytes if it has any, else its content as JSON. In the clear: seal it."""
    meaning = dict(request.params) if request.content is None and request.params else request.content
    return request.body or json.dumps(meaning, ensure_ascii=False, default=_in_the_clear).encode()


# Secrets too: the journal shows what left, and is sealed before it is stored.
def _in_the_clear(value: object) -> str:
    return value.reveal() if isinstance(value, Secret) else str(value)
