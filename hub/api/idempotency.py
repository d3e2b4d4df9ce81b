"""A changing call is carried out once: its Idempotency-Key, what it was used for, and its first answer (R5)."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import UploadFile

from hub.domain.privacy.redaction import holds_number
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk, Operation
from hub.operations.operation import authorise
from hub.registry import idempotency
from hub.registry.vault import SYSTEM, Unreadable, Vault

from .caller import Call
from .problems import problem

# Characters, as the table's column has them and the API's description says.
LONGEST_KEY = 255
# Bytes of an upload that are hashed at a time: a file never stands in memory whole for its digest.
PIECE = 1024 * 1024
# What a sealed answer is bound to: moved to another caller or key, it cannot be opened.
PLACE = "idempotency_keys.body:{user_id}:{key}"


class KeyMissing(Refusal):
    """A changing call needs a key that the caller made, so that it can be repeated safely."""

    article, status = "G3", 400
    says = ("缺少请求头 Idempotency-Key。", "The header Idempotency-Key is missing.")
    then = (
        "请为每次操作生成一个新的键(1 至 255 个可见字符),重试时使用同一个键。",
        "Make a new key for each action (1 to 255 visible characters); repeat it when you retry.",
    )


class KeyMalformed(KeyMissing):
    """The key is too long, or holds characters that are not visible."""

    says = (
        "请求头 Idempotency-Key 不是 1 至 255 个可见字符。",
        "The header Idempotency-Key is not 1 to 255 visible characters.",
    )


class KeyInUse(Refusal):
    """The first call with this key is still running."""

    article, status = "G3", 409
    says = ("使用同一个键的请求正在办理中。", "A call with the same key is being carried out.")
    then = ("请稍后用同一个键重试,以取得其结果。", "Repeat with the same key in a moment to get its answer.")


class KeyUsedForOther(Refusal):
    """The key was used for another call or another body."""

    article, status = "G3", 422
    says = ("这个键已用于另一个请求。", "This key was used for another call or body.")
    then = ("请为新的操作生成新的键。", "Make a new key for a new action.")


class ShownOnce(Refusal):
    """The first answer held a password or token; no copy of it is kept for a repeat (R6.1)."""

    article, status = "R6.1", 409
    says = (
        "该请求已办理,密码或令牌只在首次应答中显示一次。",
        "This call was carried out; its password or token was shown once, in the first answer.",
    )
    then = (
        "没有收到的,请重置密码或重新发放令牌。",
        "If it was not received, reset the password or issue another token.",
    )


@dataclass(frozen=True)
class Answer:
    """A status and the bytes that go out; `secret`: they hold a password or a token, which is never kept."""

    status: int
    body: bytes
    secret: bool = False


async def content_of(request: Request) -> str:
    """A digest of what was sent. A form is digested part by part: its boundary is a new one at each repeat."""
    digest = hashlib.sha256(request.scope["query_string"] + request.headers.get("if-match", "").encode())
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        digest.update(await request.body())
        return digest.hexdigest()
    for name, part in (await request.form()).multi_items():
        digest.update(f"\0{name}\0".encode())
        if isinstance(part, UploadFile):
            digest.update(f"{part.filename}\0{part.content_type}\0".encode())
            while piece := await part.read(PIECE):
                digest.update(piece)
            # The endpoint reads the file from its start.
            await part.seek(0)
        else:
            digest.update(part.encode())
    return digest.hexdigest()


def once(call: Call, row: Operation, act: Callable[[Desk], Answer]) -> Answer:
    """The answer of `act`, carried out in one transaction with its key; a repeat gets the first answer again.

    A refusal is an answer too and is kept; a fault is not, because nothing happened. Instead of an answer that holds a
    secret, only the fact that it was given is kept.
    """
    user_id, key = call.actor.user_id, call.key
    if user_id is None or not key:
        raise KeyMissing
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise KeyMalformed
    # Keys are stored in clear, and a caller may have built one from a card number.
    key = hashlib.sha256(key.encode()).hexdigest() if holds_number(key) else key
    place = PLACE.format(user_id=user_id, key=key)
    answer: Answer | None = None

    def kept(vault: Vault, answer: Answer) -> idempotency.Kept:
        sealed = vault.seal(SYSTEM, place, answer.body)
        return idempotency.Kept(user_id, key, row.name, _fingerprint(vault, call), answer.status, sealed)

    try:
        with call.desk() as desk:
            answer = _earlier(desk, call, key, row, place)
            if answer is None:
                answer = act(desk)
                repeated = _refused(call, ShownOnce()) if answer.secret else answer
                idempotency.keep(desk.tx, kept(desk.vault, repeated))
    except (KeyInUse, KeyUsedForOther, Unreadable):
        raise  # not kept: nothing happened, and a repeat may succeed (when the other call has ended, the key is back)
    except Refusal as refusal:
        # Kept in a second transaction, since the refusal rolled the first one back, and the key's lock with it. If
        # a repeat slips in between, it is tried anew, and whichever answer is stored first stays.
        answer = _refused(call, refusal)
        with call.desk() as desk:
            idempotency.keep(desk.tx, kept(desk.vault, answer))
    return answer


def _refused(call: Call, refusal: Refusal) -> Answer:
    return Answer(refusal.status, problem(call.request, refusal).model_dump_json(exclude_defaults=True).encode())


def _fingerprint(vault: Vault, call: Call) -> bytes:
    """Keyed, because a body may hold a card number, whose plain hash could be tried out."""
    return vault.digest(
        "idempotency_keys.fingerprint", f"{call.request.method} {call.request.scope['path']} {call.content}"
    )


def _earlier(desk: Desk, call: Call, key: str, row: Operation, place: str) -> Answer | None:
    assert desk.actor.user_id is not None
    # The lock comes before the look: a call still running has stored nothing yet and would seem to be new.
    if not idempotency.claim(desk.tx, desk.actor.user_id, key):
        raise KeyInUse
    earlier = idempotency.kept(desk.tx, desk.actor.user_id, key)
    if earlier is None:
        return None
    if earlier.fingerprint != _fingerprint(desk.vault, call):
        raise KeyUsedForOther
    if earlier.status < 400:
        # Whoever lost the permission since then must not read the old answer. A kept refusal gives nothing away.
        authorise(desk, row)
    return Answer(earlier.status, desk.vault.open(SYSTEM, place, earlier.body))
