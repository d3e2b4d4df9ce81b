"""Sealing the audit: new rows into the chain, its newest link to places outside the database, an alarm if it does not fit."""

from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.operations.oversight import audit_trail
from hub.registry.oversight import anchor_file, audit_chain
from hub.registry.oversight.anchor_file import AnchorForged, OffTheChain
from hub.registry.oversight.audit_chain import Break, HeadForged

log = logger("engine")


def seal(office: Office) -> int:
    """Seal all audit rows that are not in the chain yet; returns the last number assigned, or 0 (ADR 0009).

    The log event is an anchor: it lies outside the database, and a rebuilt chain would not contain it.
    """
    last = 0
    try:
        while link := _seal_batch(office):
            last = link.no
            log.info("audit.sealed", anchor=link.words)
    except HeadForged:
        _alarm(office, Break.HEAD)
        return last
    _keep_anchor(office)
    return last


def _seal_batch(office: Office) -> audit_chain.Link | None:
    with office.store.transaction() as tx:
        return audit_chain.seal(tx, office.master)


def _keep_anchor(office: Office) -> None:
    """Write the newest link into the data folder, after its commit, so that the file is never ahead of the rows."""
    if office.anchor is None:
        return
    try:
        with office.store.transaction() as tx:
            link = anchor_file.keep_up(tx, office.master, office.anchor)
    except (HeadForged, AnchorForged, OffTheChain) as fault:
        _alarm(office, WHY[type(fault)])
    except OSError as error:
        log.error("audit.anchor_not_written", path=str(office.anchor), why=error.strerror)
    else:
        if link is not None:
            log.debug("audit.anchored", no=link.no)
        office.perform(HUB, audit_trail.calm)


WHY: dict[type[Exception], Break] = {HeadForged: Break.HEAD, AnchorForged: Break.ANCHOR_FILE, OffTheChain: Break.ANCHOR}


def _alarm(office: Office, why: Break) -> None:
    """Log it each time, and make one task for internal control."""
    log.error("audit.broken", why=why, advice=audit_trail.BROKEN[why][1])
    office.perform(HUB, audit_trail.alarm, why)
