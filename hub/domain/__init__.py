"""The rules: no database, no clock, no network."""
