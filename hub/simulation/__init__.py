"""The parts of every simulated partner: a wire whose faults are exact to the byte, books, scenarios, a clerk's page.

They know neither the hub nor any partner's protocol: each simulator implements its partner's from the document, not
from the plugin, so that a misreading on one side shows.
"""

from .books import Books
from .files import kept, put
from .page import button, cell, field, layout, masked, table
from .partner import Call, Drop, Said, Simulated
from .scenarios import WIRE, Script
from .start import Started, basics, callback, run
from .wire import Wire, serve

__all__ = [
    "WIRE",
    "Books",
    "Call",
    "Drop",
    "Said",
    "Script",
    "Simulated",
    "Started",
    "Wire",
    "basics",
    "button",
    "callback",
    "cell",
    "field",
    "kept",
    "layout",
    "masked",
    "put",
    "run",
    "serve",
    "table",
]
