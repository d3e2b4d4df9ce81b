"""What partners' calls to the hub have in common: sent from a thread, and repeated until answered as they should be."""

import asyncio
from collections.abc import Callable
from functools import partial

from .books import Books

# Seconds between the tries of a push. Own convention: a real partner waits minutes, a test cannot.
GAPS = (0.2, 1.0, 5.0, 30.0, 120.0)
# Seconds that a simulated partner waits for the hub's answer.
PATIENCE = 5.0


def call_later(seconds: float, action: Callable[[], None]) -> None:
    """Do something after a while; nothing if no loop runs (any more), as at the program's end."""
    try:
        asyncio.get_running_loop().call_later(seconds, action)
    except RuntimeError:
        return


def call_aside(call: Callable[[], str], then: Callable[[str], None]) -> None:
    """Make a call in a thread and pass its answer on; nothing if no loop runs (any more).

    `then` runs in the loop, so only one thread ever uses the books.
    """
    try:
        calling = asyncio.get_running_loop().run_in_executor(None, call)
    except RuntimeError:
        return
    calling.add_done_callback(lambda answer: then(answer.result()))


def note_answer(books: Books, number: int, answer: str, send: Callable[[int], None]) -> None:
    """Keep the answer to a push; without the right one ("ok") it is sent again, at most as often as there are gaps."""
    done = int(answer == "ok")
    # max(): a late bad answer does not undo a good one.
    books.do("UPDATE pushes SET answer = ?, done = max(done, ?) WHERE id = ?", answer, done, number)
    push = books.ask("SELECT tries, done FROM pushes WHERE id = ?", number)[0]
    if not push["done"] and push["tries"] <= len(GAPS):
        call_later(GAPS[push["tries"] - 1], partial(_send_again, books, number, send))


def _send_again(books: Books, number: int, send: Callable[[int], None]) -> None:
    # Another try, or the clerk's button, may have delivered it meanwhile.
    if not books.ask("SELECT done FROM pushes WHERE id = ?", number)[0]["done"]:
        send(number)
