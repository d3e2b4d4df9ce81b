"""Documents: evidence and who keeps the paper."""
