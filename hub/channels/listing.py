"""Reads a partner's long list page by page. Reading changes nothing, so it may be retried."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from hub.plugin import Busy, Listing, Page, Refused, Request, Unknown
from hub.ports import new_id

from .talk import Record, Talk, Tongue, Turn, at_once
from .transport import Exchanges

# Exchanges for one page before the run is given up: 3.5 s of rests in all.
TRIES = 4
# Seconds before a page is requested again; doubled each time.
REST = 0.5


async def pages(line: Exchanges, tongue: Tongue, listing: Listing, turn: Turn = at_once) -> AsyncIterator[Page]:
    """The pages as they come; only one is in memory. Raises the last setback if a page cannot be read.

    `turn` is awaited before each request.
    """
    try:
        step = next(listing)
        while True:
            if isinstance(step, Page):
                yield step
                step = listing.send(None)
                continue
            try:
                content = await content_of(line, tongue, step, turn)
            except Refused as no:
                step = listing.throw(no)
            else:
                step = listing.send(content)
    except StopIteration:
        return
    finally:
        listing.close()


async def content_of(line: Exchanges, tongue: Tongue, request: Request, turn: Turn) -> Any:
    """One exchange, retried while nothing usable comes back."""
    for number in range(TRIES):
        talk = Talk(line, tongue, iter_nothing(), request, Record(new_id().hex), no_mark, turn)
        await turn()
        try:
            return await talk.send()
        except (Unknown, Busy):
            if number == TRIES - 1:
                raise
            await asyncio.sleep(REST * 2**number)
    raise AssertionError("unreachable")


def iter_nothing() -> Any:
    """An empty conversation, for a talk of one exchange."""
    return iter(())


async def no_mark(request: Request, last: Record) -> Record:
    """Reading leaves no marks."""
    return last


__all__ = ["pages"]
