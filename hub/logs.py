"""Log events (structlog), redaction last."""
