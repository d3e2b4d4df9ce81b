"""Phones: shared numbers, permits, the watch list, customers who are not called."""
