"""Pages of new entrants."""
