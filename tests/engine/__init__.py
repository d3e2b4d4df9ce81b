"""The engine of asks."""
