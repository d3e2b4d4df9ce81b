"""Seals the audit: new rows into the chain, the newest link to places outside the database, an alarm if it breaks."""

from datetime import timedelta

from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.operations.oversight import audit_trail
from hub.ports import now
from hub.registry.oversight import anchor_file, audit_chain
from hub.registry.oversight.anchor_file import AnchorForged, OffTheChain
from hub.registry.oversight.audit_chain import Break, ForeignLink, HeadForged
from hub.registry.session import LostDatabase

# How often the log repeats an alarm that goes on.
AGAIN = timedelta(hours=1)
log = logger("engine")
# What stopped the sealer, as the break that the alarm names. Anything else is Break.STOPPED.
WHY: dict[type[Exception], Break] = {
    HeadForged: Break.HEAD,
    ForeignLink: Break.ROW,
    AnchorForged: Break.ANCHOR_FILE,
    OffTheChain: Break.ANCHOR,
}


def seal(office: Office) -> int:
    """Seal all audit rows that are not in the chain yet; returns the last number assigned, or 0 (ADR 0009).

    Whatever stops it raises the alarm, foreseen or not. Raises LostDatabase while the database cannot be used and
    nothing has waited too long for its seal.
    """
    last = 0
    try:
        # A transaction for each batch: a long backlog must not hold the chain's lock until it is done.
        while link := _seal_batch(office):
            last = link.no
            # An anchor: the log lies outside the database, and a rebuilt chain would not contain it.
            log.info("audit.sealed", anchor=link.words)
        _keep_anchor(office)
    except LostDatabase:
        # A lock that somebody never releases looks the same.
        if not _is_late(office):
            raise
        _alarm(office, Break.LATE)
    except Exception as fault:  # noqa: BLE001 - a sealer that fails unseen leaves the audit open to all
        if type(fault) not in WHY:
            log.error("audit.not_sealed", kind=type(fault).__name__)
        _alarm(office, WHY.get(type(fault), Break.STOPPED))
    else:
        _settle(office)
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
    except OSError as error:
        log.error("audit.anchor_not_written", path=str(office.anchor), why=error.strerror)
    else:
        if link is not None:
            log.debug("audit.anchored", no=link.no)


def _settle(office: Office) -> None:
    """End the sealer's alarm, unless rows wait although nothing failed: another may hold the sealers' lock."""
    if _is_late(office):
        _alarm(office, Break.LATE)
    else:
        office.alarms.clear()
        office.perform(HUB, audit_trail.calm)


def _is_late(office: Office) -> bool:
    with office.store.transaction() as tx:
        return audit_chain.waiting_too_long(tx) > 0


def _alarm(office: Office, why: Break) -> None:
    """Log it, and make one task for internal control; again each hour for each reason, until sealing works again.

    Alarms are counted in this process's memory alone: whoever broke the chain may also write, move or end a task.
    """
    last = office.alarms.get(why)
    if last is None or now() - last >= AGAIN:
        office.alarms[why] = now()
        log.error("audit.broken", why=why, advice=audit_trail.BROKEN[why][1])
    office.perform(HUB, audit_trail.alarm, why)
