"""Asks: requests to partners, from the outbox to their end."""
