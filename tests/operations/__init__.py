"""Rules, each by its article."""
