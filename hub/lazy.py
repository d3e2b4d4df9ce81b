"""Modules that are loaded when first wanted: those of ours that import a slow or optional library at their top."""

from importlib import import_module
from typing import Any

OURS = "hub."


def load(module: str) -> Any:
    """A module of the hub by its full name; Any, because its types are known only where it is imported.

    Raises ValueError for a module that is not the hub's: a library is imported at the top of a module of ours, where
    import-linter sees it.
    """
    if not module.startswith(OURS):
        raise ValueError(f"{module} is not a module of the hub")
    return import_module(module)
