"""Asks: what is asked of a partner, from the outbox to its end."""
