"""Progress of an import, for the pages of every server process, and the claim by which one process runs it (R7.1)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.views import Hindrance
from hub.ports import now
from hub.registry.onboarding import imports

# An import that was silent for so long was cut off by a crash: it reports every second or two. The list can then be
# imported again.
SILENT_FOR = timedelta(minutes=5)


class ImportRefused(Refusal):
    """An import that another process ran was refused; this repeats that refusal's words (R7.1)."""

    article = "R7.1"
    says = ("{zh}", "{en}")
    then = ("{zh_then}", "{en_then}")

    def __init__(self, **fields: object) -> None:
        super().__init__(**fields)
        self.article = str(fields["article"])  # type: ignore[misc]  # the class names one, an instance may have its own


@dataclass(frozen=True)
class Progress:
    """Lines done and lines in all; `refusal` when it ended with one."""

    done: int
    total: int
    over: bool
    refusal: Hindrance | None

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.total if self.total else 0


def progress_of(desk: Desk, import_id: UUID) -> Progress | None:
    """How far an import is; None when it was never begun."""
    progress = imports.progress(desk.tx, import_id)
    if progress is None:
        return None
    over = progress.over or progress.seen_at < now() - SILENT_FOR
    refusal = ImportRefused(**progress.refusal) if progress.refusal else None
    return Progress(progress.done, progress.total, over, refusal)


def claim(desk: Desk, import_id: UUID) -> bool:
    """Take an import up; False while another thread or process carries it out."""
    return imports.claim(desk.tx, import_id, now(), now() - SILENT_FOR)


def record_progress(desk: Desk, import_id: UUID, done: int, total: int) -> None:
    """Record how far it is. Call it in a transaction of its own: the import's own shows nothing before its end."""
    imports.record_progress(desk.tx, import_id, done, total, now())


def end_import(desk: Desk, import_id: UUID, refusal: Refusal | None) -> None:
    """Record that it is over, and why it was refused if it was."""
    words = None
    if refusal is not None:
        words = {
            "article": refusal.article,
            **{language: refusal.sentence(language) for language in ("zh", "en")},
            **{f"{language}_then": refusal.advice(language) for language in ("zh", "en")},
        }
    imports.end(desk.tx, import_id, words)
