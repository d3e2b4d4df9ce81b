"""python -m bench [import] [asks] [click] [packages] [reading] …: prints each figure beside its floor."""

import sys
import tempfile
from pathlib import Path

from hub import logs

from . import asks_rate, callbacks, click, importing, outage, packages, reading, reconcile, search, slow_partner
from .place import Place

FIGURES = {"import": importing.measure, "click": click.measure, "asks": asks_rate.measure, "packages": packages.measure}
FIGURES |= {"reading": reading.measure, "reconcile": reconcile.measure, "callbacks": callbacks.measure}
FIGURES["slow"] = slow_partner.measure
FIGURES["search"] = search.measure
FIGURES["outage"] = outage.measure

logs.configure("WARNING")
with tempfile.TemporaryDirectory(prefix="partnerhub-bench-") as folder:
    for name, measure in FIGURES.items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            with Place(Path(folder) / name) as place:
                measure(place)
