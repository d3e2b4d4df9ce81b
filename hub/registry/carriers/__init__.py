"""Carriers: agreements announced, devices."""
