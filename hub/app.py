"""Puts the parts together; no behaviour."""
