"""Log events (structlog), redaction last."""

from typing import Any

import structlog


def logger(name: str) -> Any:
    """A logger of events: noun.past_participle with keyword fields."""
    return structlog.get_logger(name)
