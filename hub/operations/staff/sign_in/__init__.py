"""Signing in: passwords, lockout, devices that are known."""
