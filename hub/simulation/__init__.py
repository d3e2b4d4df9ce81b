"""What every simulated partner is made of: a wire that can fail to the byte, books, scenarios, a clerk's page.

It knows neither the hub nor any partner's protocol: each simulator implements that from the partner's document.
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
