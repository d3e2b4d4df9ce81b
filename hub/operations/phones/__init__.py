"""Phones: shared numbers, permits, the watch list, whom nobody calls."""
