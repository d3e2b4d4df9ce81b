"""Whether the audit trail is whole (ADR 0009, G5)."""

from hub.domain.staff.posts import Post
from hub.logs import logger
from hub.operations.desk import Desk
from hub.operations.grants import nearest
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import END_OF_DAY, due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import now
from hub.registry.oversight import anchor_file, audit_chain
from hub.registry.oversight.anchor_file import AnchorForged
from hub.registry.oversight.audit_chain import Break, Link, Verification
from hub.registry.staff import users
from hub.registry.tasks import tasks
from hub.registry.vault import SYSTEM

CHECKS = {Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
TASK = "audit_broken"
# Who raised the alarm.
SEALER, VERIFIER = "sealer", "verifier"
log = logger("audit")
# What does not fit, for people.
BROKEN: dict[Break, tuple[str, str]] = {
    Break.ROW: (
        "有审计记录被修改、删除、插入或移动。",
        "An entry was changed, removed, inserted or moved.",
    ),
    Break.TAIL: (
        "最后一段审计记录缺失。",
        "The last entries are missing.",
    ),
    Break.HEAD: (
        "审计链的链尾标记被修改或删除,不再继续封存。",
        "The chain's head was changed or removed; no more entries are sealed.",
    ),
    Break.ANCHOR: (
        "审计链不经过数据库以外留存的锚点(数据目录中的 audit.anchor,或您给出的锚点):封存过的记录被删除,或恢复了较早的备份。",
        "The chain does not pass through the anchor kept outside of the database (audit.anchor in the data folder, or the "
        "one that you gave): sealed entries were deleted, or an older backup was put back.",
    ),
    Break.ANCHOR_FILE: (
        "数据目录中的锚点文件 audit.anchor 被改动或无法读取。",
        "The anchor on file (audit.anchor in the data folder) was changed or cannot be read.",
    ),
    Break.LATE: (
        "有审计记录超过 10 分钟没有封存。",
        "Entries have waited longer than 10 minutes for their seal.",
    ),
    Break.STOPPED: (
        "封存审计记录时出错,不再继续封存:可能有人改动了尚未封存的记录。",
        "Sealing fails and does not go on: somebody may have changed entries that are not sealed yet.",
    ),
}
# What to do about it.
THEN = (
    "请保留数据库和数据目录的现状,与备份核对并报告领导;确系有意恢复较早备份的,写明原因后将 audit.anchor 移出数据目录存档。",
    "Keep database and data folder as they are, compare them with the backup, and tell the management. Only if an older "
    "backup was put back on purpose, note why and move audit.anchor out of the data folder into the files.",
)


@operation(
    "audit.verify",
    article="G5",
    posts=CHECKS,
    title=("核验审计链", "Verify the audit trail"),
    changes=False,
    audited=False,
)
def verify(desk: Desk, anchor: Link | None = None) -> Verification:
    """Walk the whole chain; the anchor in the data folder, and one noted earlier (number and hash), must lie on it."""
    try:
        on_file = anchor_file.read(desk.anchor, desk.vault.master) if desk.anchor else None
    except AnchorForged:
        # The chain is walked all the same: where it breaks says more than a file that does not fit.
        whole = audit_chain.verify(desk.tx, desk.vault.master, anchor)
        verdict = whole if whole.why else whole.on(Break.ANCHOR_FILE)
    else:
        verdict = audit_chain.verify(desk.tx, desk.vault.master, on_file, anchor)
    if verdict.why is None:
        _end(desk, {VERIFIER})
    else:
        log.error("audit.broken", no=verdict.broken, why=verdict.why)
        alarm(desk, verdict.why, VERIFIER)
    return verdict


def alarm(desk: Desk, why: Break, finder: str = SEALER) -> None:
    """Make sure that internal control has a task; one that is open elsewhere is moved to where they see it.

    What a verification found stays open until another finds the chain whole: the sealer looks only at its end.
    """
    about, details = ("audit", SYSTEM), {"why": why, "finder": finder}
    post = Post.INTERNAL_CONTROL
    for unit in sorted(users.top_units(desk.tx))[:1]:
        place = nearest(desk.tx, post, unit)
        today = due_after(desk.tx, now(), 0, END_OF_DAY)
        # The one that is open already may have been changed in any column by whoever broke the chain.
        where = {"post": post, "unit_code": place, "sum": today.sum, "details": details}
        # The sealer's alarm does not replace a verification's: `calm` would close it too early.
        kept = VERIFIER if finder != VERIFIER else ""
        if not tasks.put_back(desk.tx, about, TASK, now(), today.moment, kept, **where):
            open_task(desk, TASK, "G5", post=post, unit_code=place, subject=about, days=0, details=details)


def calm(desk: Desk) -> None:
    """Close the sealer's alarm: sealing works again, and the chain passes through its head and its anchor."""
    _end(desk, {SEALER, None})


def _end(desk: Desk, finders: set[str | None]) -> None:
    if any(task.details.get("finder") in finders for task in tasks.open_tasks_about(desk.tx, "audit", SYSTEM, TASK)):
        close_tasks(desk, "audit", SYSTEM, "whole", TASK)


__all__ = ["BROKEN", "THEN", "Break", "Link", "Verification", "alarm", "calm", "verify"]
