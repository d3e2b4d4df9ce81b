"""Visits and deliveries, kept apart."""
