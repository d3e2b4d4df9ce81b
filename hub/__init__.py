"""The registry of licensed retailers and the hub that agrees it with its partners."""

__version__ = "0.2.0"
