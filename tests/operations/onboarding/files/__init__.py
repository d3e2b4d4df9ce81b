"""Tests of reading and taking in lists of new entrants."""
