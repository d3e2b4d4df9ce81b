"""Customers: their fields, history, search."""
