"""The audit trail itself: whether anybody changed it (decision 13, G5)."""

from hub.domain.people import Post
from hub.logs import logger
from hub.registry import audit_chain
from hub.registry.audit_chain import Found, Link

from .desk import Desk
from .operation import operation

CHECKS = {Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
log = logger("audit")


@operation(article="G5", posts=CHECKS, title=("核验审计链", "Verify the audit trail"), changes=False, audited=False)
def verify(desk: Desk, anchor: Link | None = None) -> Found:
    """Walk the whole chain; an anchor noted earlier (number and hash) must lie on it."""
    found = audit_chain.verify(desk.tx, desk.vault.master, anchor)
    if found.broken is not None:
        log.error("audit.broken", no=found.broken)
    return found


__all__ = ["Found", "Link", "verify"]
