"""Reconciliation: lists read, compared, differences decided."""
