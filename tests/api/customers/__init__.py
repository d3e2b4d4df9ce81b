"""Customers and the completeness of their records, by the API."""
