"""ICBC."""
