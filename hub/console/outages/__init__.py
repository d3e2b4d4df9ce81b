"""Outages and power cuts."""
